"""A JSON schema as a grammar: what the grammar lets a model write is JSON, and fits the schema.

Each schema becomes a rule, so that a `$ref` may name one that is still being made. The grammar allows no more than the
schema does, but may allow less: properties come in the schema's order, and none that it does not name. A word of the
schema that a grammar cannot hold an answer to (`uniqueItems`, `pattern` …) is refused, not ignored. llama-cpp-python
has a converter too; it lets raw line breaks into strings and mistakes quotes and backslashes in names.

Sources: JSON Schema 2020-12, and llama.cpp's grammars/README.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote

from engine import gbnf
from engine.errors import BadSchema, FormatTooComplex
from engine.messages import Sampling

LONGEST_SCHEMA = 1 << 18  # characters
MOST_DIGITS = 15  # of a number: more than a double holds

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
# Words that say nothing about which texts fit, or are dealt with where they stand
SILENT = {
    *("$schema", "$id", "$anchor", "$comment", "$defs", "definitions", "title", "description", "default", "examples"),
    *(
        "deprecated",
        "readOnly",
        "writeOnly",
        "format",
        "contentEncoding",
        "contentMediaType",
        "discriminator",
        "strict",
    ),
    *("$ref", "type", "enum", "const", "anyOf", "oneOf", "allOf", "nullable"),
    *("properties", "required", "additionalProperties", "unevaluatedProperties"),
    *("items", "prefixItems", "minItems", "maxItems", "additionalItems", "unevaluatedItems"),
    *("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}
KINDS = {
    "object": {"properties", "required", "additionalProperties"},
    "array": {"items", "prefixItems", "minItems", "maxItems"},
    "string": {"minLength", "maxLength", "format"},
}

# Between two signs white space of one kind, and little of it: a small model would go on with it for ever.
COMMON_RULES = {
    "ws": r'" "? | "\n" [ \t]{0,20}',
    "char": r'[^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" unit)',
    "unit": r"([0-9a-cA-CefEF] [0-9a-fA-F] | [dD] [0-7]) [0-9a-fA-F]{2}",  # no half of a surrogate pair
    "string": r'"\"" char* "\""',
    "fraction": f'"." [0-9]{{1,{MOST_DIGITS}}}',
    "number": rf'"-"? ("0" | [1-9] [0-9]{{0,{MOST_DIGITS}}}) fraction? ([eE] [-+]? [0-9]{{1,2}})?',
    "integer": rf'"0" | "-"? [1-9] [0-9]{{0,{MOST_DIGITS}}}',
    "boolean": '"true" | "false"',
    "null": '"null"',
    "value": "object | array | string | number | boolean | null",
    "member": 'string ":" ws value',
    "object": '"{" ws (member ws ("," ws member ws)*)? "}"',
    "array": '"[" ws (value ws ("," ws value ws)*)? "]"',
}
FORMATS = {
    "date": (
        r'[0-9]{4} "-" (("0" [13578] | "1" [02]) "-" ("0" [1-9] | [12] [0-9] | "3" [01])'
        r' | ("0" [469] | "11") "-" ("0" [1-9] | [12] [0-9] | "30") | "02-" ("0" [1-9] | "1" [0-9] | "2" [0-8]))'
    ),
    "time": r'([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("Z" | [-+] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9])',  # noqa: E501
    "uuid": ' "-" '.join(f"[0-9a-f]{{{digits}}}" for digits in (8, 4, 4, 4, 12)),
}
FORMATS["date-time"] = f'{FORMATS["date"]} "T" {FORMATS["time"]}'

Schema = dict[str, Any] | bool


def grammar_of(sampling: Sampling) -> str | None:
    """The grammar that an answer is held to, checked; None for a free answer.

    Raises `BadSchema`, `BadGrammar`, `FormatTooComplex`. With both a schema and a grammar, the schema counts.
    """
    grammar = sampling.grammar if sampling.schema is None else from_schema(sampling.schema)
    if grammar is not None:
        gbnf.check(grammar)
    return grammar


def from_schema(text: str) -> str:
    """The grammar of the JSON texts that fit the JSON schema in `text`. Raises `BadSchema`, `FormatTooComplex`."""
    if len(text) > LONGEST_SCHEMA:
        raise FormatTooComplex
    try:
        schema = json.loads(text)
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise BadSchema(place=f"line {line}") from None
    except RecursionError:
        raise FormatTooComplex from None
    converter = _Converter(schema)
    try:
        converter.name_of(schema, "root")
    except RecursionError:
        raise FormatTooComplex from None
    return converter.grammar()


class _Converter:
    """Turns one schema document into rules."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._rules: dict[str, str] = {}
        self._named: dict[str, str] = {}  # rules by what a `$ref` says
        self._count = 0

    def grammar(self) -> str:
        rules = {**self._rules}
        waiting = list(rules.values())
        while waiting:  # of the common rules only those that are used
            for name in re.findall(r"[a-z]+", re.sub(r'"(\\.|[^"\\])*"|\[(\\.|[^\]\\])*\]', " ", waiting.pop())):
                if name in COMMON_RULES and name not in rules:
                    rules[name] = COMMON_RULES[name]
                    waiting.append(rules[name])
        return "".join(f"{name} ::= {rule}\n" for name, rule in rules.items())

    def name_of(self, schema: Any, name: str = "") -> str:
        """The name of the rule for `schema`: `name` where it is given."""
        rule = self._rule(schema)
        return self._add(rule, name) if name or not re.fullmatch(r"[a-z0-9-]+", rule) else rule

    def _add(self, rule: str, name: str = "") -> str:
        if not name:
            self._count += 1
            name = f"r{self._count}"
        self._rules[name] = rule
        return name

    def _rule(self, schema: Any) -> str:
        if schema is True or schema == {}:
            return "value"
        if not isinstance(schema, dict):
            raise _bad(schema)
        for word in schema:
            if word not in SILENT:
                raise BadSchema(place=word)
        if "$ref" in schema:
            rest = {word: value for word, value in schema.items() if word in SILENT - {"$ref"} and _speaks(word)}
            return self._rule(_merged(self._resolve(schema["$ref"]), rest)) if rest else self._reference(schema["$ref"])
        if "allOf" in schema:
            whole: dict[str, Any] = {word: value for word, value in schema.items() if word != "allOf"}
            for part in _list(schema, "allOf"):
                whole = _merged(whole, self._resolved(part))
            return self._rule(whole)
        for word in ("anyOf", "oneOf"):
            if word in schema:
                rest = {key: value for key, value in schema.items() if key != word}
                alike = any(_speaks(key) for key in rest)
                options = (_merged(rest, self._resolved(option)) if alike else option for option in _list(schema, word))
                return " | ".join(self.name_of(option) for option in options)
        if "enum" in schema or "const" in schema:
            fitting = [value for value in self._values(schema) if _fits(value, schema)]
            if not fitting:
                raise BadSchema(place="enum" if "enum" in schema else "const")
            return " | ".join(_literal(json.dumps(value, ensure_ascii=False)) for value in fitting)
        return self._typed(schema)

    def _values(self, schema: dict[str, Any]) -> list[Any]:
        values = _list(schema, "enum") if "enum" in schema else [schema["const"]]
        return [value for value in values if "const" not in schema or value == schema["const"]]

    def _typed(self, schema: dict[str, Any]) -> str:
        types = schema.get("type")
        if types is None:
            types = [kind for kind, words in KINDS.items() if words & schema.keys()] or list(TYPES)
        types = [types] if isinstance(types, str) else types
        if not isinstance(types, list) or not types or any(kind not in TYPES for kind in types):
            raise BadSchema(place="type")
        if schema.get("nullable") is True and "null" not in types:
            types = [*types, "null"]
        if len(types) > 1:
            rules = (self._one_type(kind, schema) for kind in types if kind != "integer" or "number" not in types)
            return " | ".join(self._add(rule) for rule in rules)
        return self._one_type(types[0], schema)

    def _one_type(self, kind: str, schema: dict[str, Any]) -> str:
        match kind:
            case "object":
                return self._object(schema)
            case "array":
                return self._array(schema)
            case "string":
                return _string(schema)
            case "integer":
                return _integer(schema)
            case "number":
                return _number(schema)
            case _:
                return kind

    # ------------------------------------------------------------ references

    def _reference(self, reference: Any) -> str:
        """The name of the rule for what `reference` points at, which may be what is being made just now."""
        if reference not in self._named:
            target = self._resolve(reference)
            self._count += 1
            self._named[reference] = name = f"r{self._count}"
            self.name_of(target, name)
        return self._named[reference]

    def _resolve(self, reference: Any) -> Any:
        if not isinstance(reference, str) or not re.match(r"#(/|$)", reference):  # nothing is fetched from anywhere
            raise BadSchema(place="$ref")
        at = self._document
        for step in reference.split("/")[1:]:
            key = unquote(step).replace("~1", "/").replace("~0", "~")
            if isinstance(at, list) and key.isdecimal() and int(key) < len(at):
                at = at[int(key)]
            elif isinstance(at, dict) and key in at:
                at = at[key]
            else:
                raise BadSchema(place=reference)
        return at

    def _resolved(self, schema: Any) -> Any:
        """`schema`, or what it refers to when it says nothing else."""
        seen: set[str] = set()
        while isinstance(schema, dict) and "$ref" in schema:
            reference = schema["$ref"]
            if reference in seen:
                raise BadSchema(place="$ref")
            seen.add(reference)
            rest = {word: value for word, value in schema.items() if word != "$ref"}
            schema = _merged(rest, self._resolve(reference))
        return schema

    # ------------------------------------------------------------ objects and arrays

    def _object(self, schema: dict[str, Any]) -> str:
        properties = schema.get("properties", {})
        required = schema.get("required", [])
        others = schema.get("additionalProperties", schema.get("unevaluatedProperties", True))
        if not isinstance(properties, dict) or not isinstance(required, list):
            raise BadSchema(place="properties")
        members = {name: value for name, value in properties.items() if value is not False}
        for name in required:
            if name not in members:
                if others is False or not isinstance(name, str):
                    raise BadSchema(place="required")
                members[name] = others
        if members:
            pairs = [
                (f'{_literal(json.dumps(name, ensure_ascii=False))} ":" ws {self.name_of(value)} ws', name in required)
                for name, value in members.items()
            ]
            return f'"{{" ws {self._members(pairs)} "}}"'
        if others is False or "properties" in schema:
            return '"{" ws "}"'
        if others is True or others == {}:
            return "object"
        pair = self._add(f'string ":" ws {self.name_of(others)} ws')
        return f'"{{" ws ({pair} ("," ws {pair})*)? "}}"'

    def _members(self, pairs: Sequence[tuple[str, bool]]) -> str:
        """The members in their order, those that are not required at will; a comma between any two."""
        later, first = "", ""  # what may come after a member, and with none before it
        for pair, required in reversed(pairs):
            name = self._add(pair)
            first_here = f"{name} {later}"
            first = self._add(first_here if required else f"{first_here} | {first}" if first else f"({first_here})?")
            later = self._add(f'"," ws {name} {later}' if required else f'("," ws {name})? {later}')
        return first

    def _array(self, schema: dict[str, Any]) -> str:
        low, high = _bounds(schema, "minItems", "maxItems")
        fixed = schema.get("prefixItems", [])
        others = schema.get("items", schema.get("unevaluatedItems", True))
        if isinstance(others, list):  # as drafts before 2020 had it
            fixed, others = others, schema.get("additionalItems", True)
        if not isinstance(fixed, list):
            raise BadSchema(place="prefixItems")
        if others is False:
            high = len(fixed) if high is None else min(high, len(fixed))
        if high is not None and high < low:
            raise BadSchema(place="minItems")
        fixed = fixed[:high]
        # As many of the fixed ones as there must be, then the others; with fewer fixed ones there are no others.
        names = [f"{self.name_of(item)} ws" for item in fixed]
        rest = ""
        if high is None or high > len(fixed):
            item = f"{self._add(f'{self.name_of(others)} ws')}"
            more_low, more_high = max(0, low - len(fixed)), None if high is None else high - len(fixed)
            rest = _repeated(item, more_low, more_high, after=bool(fixed))
        for at in reversed(range(len(names))):
            comma = '"," ws ' if at else ""
            inner = f"{comma}{names[at]} {rest}".strip()
            rest = inner if at < low else f"({inner})?"
        return f'"[" ws {rest} "]"'


# ---------------------------------------------------------------- schemas


def _speaks(word: str) -> bool:
    """Whether a word of a schema says what fits."""
    return word in {
        *("type", "enum", "const", "anyOf", "oneOf", "allOf", "nullable", "format"),
        *("properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems"),
        *("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    }


def _merged(one: Any, two: Any) -> dict[str, Any]:
    """The schema of what fits both."""
    if one is True or two is True:
        return _merged({}, two if one is True else one) if one is not two else {}
    if not isinstance(one, dict) or not isinstance(two, dict):
        raise BadSchema(place="allOf")
    whole = dict(one)
    for word, value in two.items():
        if word not in whole or whole[word] == value or not (_speaks(word) or word not in SILENT):
            whole[word] = value
        elif word == "properties":
            both = whole[word].keys() & value.keys()
            whole[word] = {**whole[word], **value, **{name: _merged(whole[word][name], value[name]) for name in both}}
        elif word == "required":
            whole[word] = [*whole[word], *(name for name in value if name not in whole[word])]
        elif word in ("minLength", "minItems", "minimum"):
            whole[word] = max(whole[word], value)
        elif word in ("maxLength", "maxItems", "maximum"):
            whole[word] = min(whole[word], value)
        elif word == "type":
            whole[word] = _common_types(whole[word], value)
        elif word == "enum":
            whole[word] = [choice for choice in whole[word] if choice in value]
        elif word == "additionalProperties":
            whole[word] = False  # narrower than either, and so allowed
        elif word in ("anyOf", "oneOf"):
            raise BadSchema(place=word)
        else:
            raise BadSchema(place="allOf")
    return whole


def _common_types(one: Any, two: Any) -> list[str]:
    ones, twos = ([kind] if isinstance(kind, str) else list(kind) for kind in (one, two))
    common = [kind for kind in ones if kind in twos]
    if "integer" in ones + twos and "number" in ones + twos and "integer" not in common:
        common.append("integer")
    if not common:
        raise BadSchema(place="type")
    return common


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value that an enumeration names is of the schema's type."""
    types = schema.get("type", TYPES)
    types = [types] if isinstance(types, str) else types
    match value:
        case None:
            return "null" in types or schema.get("nullable") is True
        case bool():
            return "boolean" in types
        case int():
            return "integer" in types or "number" in types
        case float():
            return "number" in types
        case str():
            return "string" in types
        case list():
            return "array" in types
        case _:
            return "object" in types


def _list(schema: dict[str, Any], word: str) -> list[Any]:
    value = schema[word]
    if not isinstance(value, list) or not value:
        raise BadSchema(place=word)
    return value


def _bounds(schema: dict[str, Any], least: str, most: str) -> tuple[int, int | None]:
    low, high = schema.get(least, 0), schema.get(most)
    for word, value in ((least, low), (most, high)):
        if value is None and word == most:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= gbnf.MOST_REPETITIONS:
            raise BadSchema(place=word)
    if high is not None and high < low:
        raise BadSchema(place=least)
    return low, high


def _bad(schema: Any) -> BadSchema:
    return BadSchema(place=json.dumps(schema)[: gbnf.PLACE])


# ---------------------------------------------------------------- texts and numbers


def _literal(text: str) -> str:
    """`text` as it stands, in the grammar's notation."""
    escaped = (
        letter if letter.isprintable() and letter not in '"\\' else f"\\U{ord(letter):08X}"
        for letter in text.encode("utf-8", errors="replace").decode()
    )
    return f'"{"".join(escaped)}"'


def _repeated(item: str, low: int, high: int | None, *, after: bool) -> str:
    """`low` to `high` items with commas between them; `after`: and before the first."""
    if high == 0:
        return ""
    if after:
        return f'("," ws {item}){{{low},{"" if high is None else high}}}'
    more = f'("," ws {item}){{{max(low - 1, 0)},{"" if high is None else high - 1}}}'
    return f"{item} {more}" if low else f"({item} {more})?"


def _string(schema: dict[str, Any]) -> str:
    low, high = _bounds(schema, "minLength", "maxLength")
    known = FORMATS.get(schema.get("format", ""))
    if known is not None and "minLength" not in schema and "maxLength" not in schema:
        return rf'"\"" {known} "\""'
    if low == 0 and high is None:
        return "string"
    return rf'"\"" char{{{low},{"" if high is None else high}}} "\""'


def _whole(schema: dict[str, Any], word: str) -> int | None:
    value = schema.get(word)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 10**MOST_DIGITS):
        raise BadSchema(place=word)
    return value


def _limits(schema: dict[str, Any]) -> tuple[int | None, int | None]:
    low, high = _whole(schema, "minimum"), _whole(schema, "maximum")
    if low is not None and high is not None and high < low:
        raise BadSchema(place="minimum")
    return low, high


def _integer(schema: dict[str, Any]) -> str:
    low, high = _limits(schema)
    above, below = _whole(schema, "exclusiveMinimum"), _whole(schema, "exclusiveMaximum")
    low = low if above is None else above + 1 if low is None else max(low, above + 1)
    high = high if below is None else below - 1 if high is None else min(high, below - 1)
    if low is None and high is None:
        return "integer"
    if low is not None and high is not None and high < low:
        raise BadSchema(place="minimum")
    return " | ".join(_signed(low, high, _integers))


def _number(schema: dict[str, Any]) -> str:
    for word in ("exclusiveMinimum", "exclusiveMaximum"):
        if word in schema:
            raise BadSchema(place=word)
    low, high = _limits(schema)
    if low is None and high is None:
        return "number"
    return " | ".join(_signed(low, high, _numbers))


def _signed(low: int | None, high: int | None, unsigned: Any) -> Iterable[str]:
    """The alternatives for the numbers from `low` to `high`: those from 0 up, and those below with their sign."""
    if high is None or high >= 0:
        yield from unsigned(max(low or 0, 0), high)
    if low is None or low < 0:
        top = 1 if high is None or high >= 0 else -high
        for digits in unsigned(top, None if low is None else -low):
            yield f'"-" ({digits})'
        if unsigned is _numbers and top == 1 and (high is None or high >= 0):
            yield '"-0" fraction'  # between -1 and 0


def _numbers(low: int, high: int | None) -> Iterable[str]:
    """The numbers from `low` to `high`, none of them negative, with or without a fraction."""
    if high is None or high > low:
        for digits in _integers(low, None if high is None else high - 1):
            yield f"({digits}) fraction?"
    if high is not None:
        yield f'"{high}" ("." "0"{{1,{MOST_DIGITS}}})?'


def _integers(low: int, high: int | None) -> Iterable[str]:
    """The integers from `low` to `high`, none of them negative, as sequences of ranges of digits."""
    end = 10**MOST_DIGITS - 1 if high is None else high
    while low <= end:
        # The longest stretch from `low` on whose last digits are free: 0 to 9 each.
        free = 0
        while low % 10 ** (free + 1) == 0 and low + 10 ** (free + 1) - 1 <= end and low >= 10 ** (free + 1):
            free += 1
        unit = 10**free
        digit = low // unit % 10
        last = min(9, digit + (end - low + 1) // unit - 1)
        head = str(low // unit)[:-1]
        digits = f"[{digit}-{last}]"
        yield " ".join(
            part for part in (f'"{head}"' if head else "", digits, f"[0-9]{{{free}}}" if free else "") if part
        )
        low += (last - digit + 1) * unit
