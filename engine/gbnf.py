"""A grammar in llama.cpp's notation (GBNF), read and checked before llama.cpp sees it.

llama.cpp reads grammars of its user's own, and trusts them: a repetition `{5,3}`, a left recursion through rules that
may be empty, deep nesting or a few dozen rules that each name the next one twice never come back or kill the process,
and a token named by its number may be accepted where the same token's letters are not, which kills it as well. `check`
refuses these, and names the place of whatever else llama.cpp would not take. Source: its grammars/README.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from engine.errors import BadGrammar, FormatTooComplex

LONGEST = 1 << 18  # characters
DEEPEST = 100  # parentheses in parentheses
LONGEST_CHAIN = 1000  # rules that begin with rules that begin with rules
MOST_REPETITIONS = 2000  # above, llama.cpp refuses a lower bound and takes an upper one for none
MOST_ELEMENTS = 200_000  # what repetitions multiply to
MOST_BEGINNINGS = 1000  # ways in which one rule may begin: each is looked at for each letter of each token
NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
PLACE = 24  # characters of the grammar that a message shows


@dataclass(slots=True)
class Element:
    """A literal or a range of so many parts, or, with a name, a rule; repeated `low` to `high` times."""

    name: str | None
    parts: int
    low: int = 1
    high: int | None = 1  # None: any number


Rule = list[list[Element]]  # its alternatives, each a sequence


def check(grammar: str) -> None:
    """Raise `BadGrammar` or `FormatTooComplex` for a grammar that llama.cpp must not be given."""
    if len(grammar) > LONGEST:
        raise FormatTooComplex
    reader = _Reader(grammar)
    rules = reader.rules()
    if "root" not in rules:
        raise BadGrammar(place="root", line="1")
    for name, (at, named) in reader.named.items():
        if name not in rules:
            raise reader.error(at, named)
    empty = _may_be_empty(rules)
    for rule in rules.values():
        for element in (element for sequence in rule for element in sequence):
            if element.high is None and element.name in empty:
                raise BadGrammar(place=reader.origin(element.name), line=str(reader.line(element.name)))
    order = _leftmost_first(rules, empty, reader)
    _measure(rules, empty, order)


# ---------------------------------------------------------------- reading


class _Reader:
    """Reads a grammar as llama.cpp's parser does; groups become rules of their own, named after where they stand."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._rules: dict[str, Rule] = {}
        self._defined: dict[str, int] = {}  # where
        self.named: dict[str, tuple[int, str]] = {}  # rules that are referred to: where first, and by what words

    def rules(self) -> dict[str, Rule]:
        if "\0" in self._text or any("\ud800" <= letter <= "\udfff" for letter in self._text):
            raise self.error(0)
        self._space(newlines=True)
        while self._at < len(self._text):
            at, name = self._at, self._name()
            self._space(newlines=False)
            self._expect("::=")
            self._space(newlines=True)
            self._defined[name] = at
            self._rules[name] = self._alternatives(depth=0)
            if self._at < len(self._text) and self._text[self._at] not in "\r\n":
                raise self.error(self._at)
            self._space(newlines=True)
        return self._rules

    def error(self, at: int, place: str = "") -> BadGrammar:
        line = self._text.count("\n", 0, at) + 1
        shown = self._text[at : at + PLACE].encode("utf-8", errors="replace").decode()
        return BadGrammar(place=place or shown.split("\n")[0].strip() or "…", line=str(line))

    def origin(self, name: str) -> str:
        """The rule that `name` is, or is a group of."""
        return name.partition("(")[0]

    def line(self, name: str) -> int:
        return self._text.count("\n", 0, self._defined.get(self.origin(name), 0)) + 1

    def _alternatives(self, depth: int) -> Rule:
        if depth > DEEPEST:
            raise FormatTooComplex
        rule = [self._sequence(depth)]
        while self._peek() == "|":
            self._at += 1
            self._space(newlines=True)
            rule.append(self._sequence(depth))
        return rule

    def _sequence(self, depth: int) -> list[Element]:
        elements: list[Element] = []
        last: Element | None = None  # what a repetition would repeat
        while letter := self._peek():
            if letter in "*+?{":
                if last is None:
                    raise self.error(self._at)
                last.low, last.high = self._repetition()
                last = None  # llama.cpp repeats a repetition in ways of its own
            elif letter == '"':
                last = Element(None, self._literal())
            elif letter == "[":
                last = Element(None, self._range())
            elif letter == ".":
                self._at += 1
                last = Element(None, 1)
            elif letter == "(":
                last = self._group(depth)
            elif letter in NAME:
                at, name = self._at, self._name()
                self.named.setdefault(name, (at, name))
                last = Element(name, 1)
            else:
                break
            if last is not None:
                if last.parts:
                    elements.append(last)
                else:
                    last = None
            self._space(newlines=depth > 0)
        return elements

    def _group(self, depth: int) -> Element:
        at = self._at
        rule_so_far = next(reversed(self._defined))
        name = f"{rule_so_far}({at}"
        self._at += 1
        self._space(newlines=True)
        self._rules[name] = self._alternatives(depth + 1)
        self._expect(")")
        return Element(name, 1)

    def _literal(self) -> int:
        count = 0
        self._at += 1
        while self._peek() != '"':
            self._character()
            count += 1
        self._at += 1
        return count

    def _range(self) -> int:
        count = 0
        self._at += 1
        if self._peek() == "^":
            self._at += 1
        while self._peek() != "]":
            self._character()
            count += 1
            if self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", ""):
                self._at += 1
                self._character()
                count += 1
        self._at += 1
        return count

    def _character(self) -> None:
        at, letter = self._at, self._peek()
        if not letter:
            raise self.error(at)
        self._at += 1
        if letter != "\\":
            return
        escape = self._peek()
        self._at += 1
        digits = self._text[self._at : self._at + HEX_DIGITS.get(escape, 0)]
        if escape in HEX_DIGITS:
            if len(digits) < HEX_DIGITS[escape] or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
                raise self.error(at)
            self._at += len(digits)
        elif not escape or escape not in 'trn\\"[]-':
            raise self.error(at)

    def _repetition(self) -> tuple[int, int | None]:
        at, sign = self._at, self._peek()
        self._at += 1
        if sign != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        self._space(newlines=False)
        low = self._number()
        self._space(newlines=False)
        high: int | None = low
        if self._peek() == ",":
            self._at += 1
            self._space(newlines=False)
            high = self._number() if self._peek().isdigit() else None
            self._space(newlines=False)
        self._expect("}")
        if low > MOST_REPETITIONS or (high is not None and high > MOST_REPETITIONS):
            raise FormatTooComplex
        if high is not None and high < low:
            raise self.error(at)
        return low, high

    def _number(self) -> int:
        at = self._at
        while self._peek() and self._peek() in "0123456789":
            self._at += 1
        if not 0 < self._at - at <= len(str(MOST_REPETITIONS)) + 1:
            raise self.error(at)
        return int(self._text[at : self._at])

    def _name(self) -> str:
        at = self._at
        while self._peek() and self._peek() in NAME:
            self._at += 1
        if self._at == at:
            raise self.error(at)
        return self._text[at : self._at]

    def _space(self, *, newlines: bool) -> None:
        while letter := self._peek():
            if letter == "#":
                while self._peek() and self._peek() not in "\r\n":
                    self._at += 1
            elif letter in " \t" or (newlines and letter in "\r\n"):
                self._at += 1
            else:
                return

    def _expect(self, sign: str) -> None:
        if not self._text.startswith(sign, self._at):
            raise self.error(self._at)
        self._at += len(sign)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]


# ---------------------------------------------------------------- what llama.cpp would do with it


def _may_be_empty(rules: dict[str, Rule]) -> set[str]:
    """The rules that match the empty text."""
    empty: set[str] = set()
    grown = True
    while grown:
        grown = False
        for name, rule in rules.items():
            if name not in empty and any(all(_passes(element, empty) for element in sequence) for sequence in rule):
                empty.add(name)
                grown = True
    return empty


def _passes(element: Element, empty: set[str]) -> bool:
    return element.low == 0 or element.name in empty


def _beginning(sequence: Sequence[Element], empty: set[str]) -> list[Element]:
    """The elements that a sequence may begin with."""
    ends = (at for at, element in enumerate(sequence) if not _passes(element, empty))
    return list(sequence[: next(ends, len(sequence)) + 1])


def _leftmost_first(rules: dict[str, Rule], empty: set[str], reader: _Reader) -> list[str]:
    """The rules, each after those it may begin with. Raises `BadGrammar` for one that may begin with itself."""
    begins = {
        name: {element.name for sequence in rule for element in _beginning(sequence, empty) if element.name is not None}
        for name, rule in rules.items()
    }
    try:
        return list(TopologicalSorter(begins).static_order())
    except CycleError as error:
        name = min(error.args[1], key=reader.line)
        raise BadGrammar(place=reader.origin(name), line=str(reader.line(name))) from None


def _measure(rules: dict[str, Rule], empty: set[str], order: Sequence[str]) -> None:
    """Raise `FormatTooComplex` for rules that llama.cpp would expand into too much, or follow for too long."""
    beginnings: dict[str, int] = {}
    depths: dict[str, int] = {}
    total = 0
    for name in order:
        ways, depth = 0, 0
        for sequence in rules[name]:
            total += sum(
                element.parts * (element.low + (1 if element.high is None else element.high - element.low))
                for element in sequence
            )
            ways += all(_passes(element, empty) for element in sequence)
            for element in _beginning(sequence, empty):
                inner = 1 if element.name is None else beginnings[element.name]
                repeated = max(element.low, element.high or 1) if element.name in empty else 1
                ways += repeated * inner
                depth = max(depth, 0 if element.name is None else depths[element.name])
        beginnings[name], depths[name] = ways, depth + 1
        if ways > MOST_BEGINNINGS or depth > LONGEST_CHAIN or total > MOST_ELEMENTS:
            raise FormatTooComplex
