"""When to trust which memory: from a prompt and what scored best on it to what of that is recalled, if anything.

Always the best of what there is would be recalled, also of things that were never told; Mallen et al. 2022 show that a
wrong source makes a right answer wrong. So three questions are put, in this order. What kind of prompt is it
(`asking.py`): small talk, and tasks that bring along all they need, recall nothing. Is an item relevant by itself
(`fusion.relevant`), not merely the best? And is it about the same as the question (`subjects.py`): of one that names
something, a source names it too, or goes on from a turn or passage that does. What was only asked before, and what the
model once answered by itself, is no evidence on the world.

No model is asked: recall costs milliseconds here, so its probabilities are not needed for the decision; they tell the
confidence of the answer (`desktop/confidence.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge import english
from knowledge.asking import instruction, is_on_itself, is_personal, is_small_talk, is_telling, prompt_kind
from knowledge.attributes import asks_of_a_work, attributes, states_another
from knowledge.evidence import Evidence, Key, evidence
from knowledge.fusion import Found, relevant
from knowledge.messages import Depth, PromptKind
from knowledge.subjects import Name, Naming, has_names, naming, subjects
from knowledge.words import Words, nfc

# Of an item that names the subject by a part of its name, or spells it in other letters: its cosine at least.
PART_COSINE, SCRIPT_COSINE = 0.55, 0.45
# A question that names nothing: of what the user said, so much of its words or of its meaning.
UNNAMED_COSINE, UNNAMED_COVERAGE = 0.5, 0.34
# A fact that says all that was asked: nothing else is needed.
ANSWERS_COSINE, ANSWERS_COVERAGE = 0.6, 0.85
LONG = 40  # words, from which a text is more than a statement or two
STRONG_COSINE, STRONG_COVERAGE, STRONG_BOTH = 0.5, 0.6, (0.42, 0.34)
ALIKE = 5  # letters that the words for one thing share at their beginning: "director", "directed"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a prompt gets of the memory: of which kind it is, how deep recall goes, and a word for the reason.

    The reasons: "small talk", "task" (it needs nothing), "names it" (the sources name what was asked about), "near" (it
    names nothing; they are near enough), "a fact says it", "not named" (nothing on this subject), "not near".
    """

    prompt: PromptKind | None
    depth: Depth
    because: str


@dataclass(frozen=True, slots=True)
class Leaning:
    """The texts of the talk before that a prompt leans on, nearest first; `is_nod`: it holds nothing to look for."""

    on: tuple[str, ...] = ()
    is_nod: bool = False


def decide(
    query: str,
    found: Sequence[Found],
    reads: float,
    *,
    leans: Leaning,
    words: Words,
    db: sqlite3.Connection,
) -> tuple[Decision, list[Found]]:
    """Which of the found items are recalled for a prompt, and why.

    `reads` is the share of the prompt that the embedder can read.
    """
    kind = prompt_kind(query)
    terse = kind == "chat" and not leans.on  # no question, and hardly a statement: only what fits it well is recalled
    if (is_small_talk(query) or leans.is_nod) and not leans.on:
        return Decision("chat", "nothing", "small talk"), []
    if kind == "chat":
        kind = "about_world"  # "And the second one?" asks by what was said before
    asked = instruction(query) if kind == "task" else query
    names = subjects(asked, words.names) or subjects("".join(leans.on[:1]), words.names)
    if kind == "task":
        needs = is_personal(query) or is_telling(query) or any(name.sure for name in names)
        if not needs or (is_on_itself(query) and not is_personal(query)):
            return Decision("task", "nothing", "task"), []
    asking = kind != "task" and not terse
    near = [one for one in found if relevant(one, reads, asking=asking) and (not terse or reads < 0.5 or _strong(one))]
    if not near:
        return Decision("chat" if terse else kind, "nothing", "not near"), []
    if kind != "task" and (facts := [one for one in near if "asked" in one.parts]):
        return Decision(kind, "facts", "a fact says it"), facts
    told = evidence(db, near)
    near = [one for one in near if (one.kind, one.item) in told]
    if kind != "about_user":
        near = [one for one in near if told[one.kind, one.item].says]
    mine = kind == "about_user"  # whoever asks of themselves is told what they said, in other words as well
    if names:
        wanted = attributes(asked, names)
        kept = _on_subject(near, names, told, reads, in_full=asks_of_a_work(wanted))
        kept = [one for one in kept if not states_another(told[one.kind, one.item].text, names, wanted)]
        if asks_of_a_work(wanted):  # of people much is said in other words than it is asked in
            kept = _on_rest(kept, asked, names, told)
        if not kept and mine and not any(name.sure for name in names):  # "an allergy": I said "allergic"
            kept = [one for one in near if _strong(one)]
    elif kind == "task":
        kept = near
    else:
        kept = [one for one in near if mine or one.kind == "passage" or reads < 0.5 or _near_enough(one)]
    if not kept:
        return Decision(kind, "nothing", "not named" if names else "not near"), []
    if kind != "task" and (facts := [one for one in kept if one.kind == "fact" and _answers(one)]):
        return Decision(kind, "facts", "a fact says it"), facts
    only_facts = all(one.kind == "fact" for one in kept)
    return Decision(kind, "facts" if only_facts else "everything", "names it" if names else "near"), kept


# ---------------------------------------------------------------- whether an item is about the same


def _on_subject(
    near: Iterable[Found], names: Sequence[Name], told: Mapping[Key, Evidence], reads: float, *, in_full: bool
) -> list[Found]:
    """The items that name the subject, or go on from one that does; by a part of the name only where none names it, and
    only where things may be called so: not `in_full`."""
    guessed = not any(name.sure for name in names)
    how_each: list[tuple[Naming, Found]] = []
    for one in near:
        its = told[one.kind, one.item]
        how = naming(its.text, names)
        if how != "whole" and naming(its.around, names) == "whole":
            how = "whole"
        if how == "no" and its.before and not has_names(its.text) and naming(its.before, names) == "whole":
            how = "whole"
        if how != "whole" and _is_long(its) and (how != "no" or reads < 0.5 or guessed or _strong(one)):
            how = "whole"
        how_each.append((how, one))
    whole = [one for how, one in how_each if how == "whole"]
    if whole:
        return whole
    return [
        one
        for how, one in how_each
        if (how == "part" and not in_full and one.cosine >= PART_COSINE)
        or (how == "other script" and (reads < 0.5 or one.cosine >= SCRIPT_COSINE))
    ]


def _is_long(its: Evidence) -> bool:
    return len(its.text.split()) > LONG


def _strong(one: Found) -> bool:
    """Whether a long text is so near that it need not name the subject in the question's letters: it may say "he", or
    the question may have a slip of the finger."""
    return (
        one.cosine >= STRONG_COSINE
        or one.hit.coverage >= STRONG_COVERAGE
        or (one.cosine >= STRONG_BOTH[0] and one.hit.coverage >= STRONG_BOTH[1])
    )


def _on_rest(kept: list[Found], asked: str, names: Sequence[Name], told: Mapping[Key, Evidence]) -> list[Found]:
    """Of several items that name the subject, those that hold what is asked of it, where any does."""
    named = {word for name in names for word in name.words}
    rest = {word for word, _, _ in english.words(nfc(asked)) if word not in named and english.term(word)}
    if len(kept) < 2 or not rest:
        return kept
    holding = [one for one in kept if _is_long(told[one.kind, one.item]) or _holds(told[one.kind, one.item].text, rest)]
    return holding or kept


def _holds(text: str, rest: Collection[str]) -> bool:
    begun = {word[:ALIKE] for word, _, _ in english.words(nfc(text))}
    return any(word[:ALIKE] in begun for word in rest)


def _near_enough(one: Found) -> bool:
    return one.cosine >= UNNAMED_COSINE or one.hit.coverage >= UNNAMED_COVERAGE


def _answers(fact: Found) -> bool:
    return fact.cosine >= ANSWERS_COSINE and fact.hit.coverage >= ANSWERS_COVERAGE
