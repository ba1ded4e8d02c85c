"""What lifts a passage: others like it that score too, one spelling of English, the line its document begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge import english
from knowledge.fusion import KINDRED, Found, add_kindred
from knowledge.lexicon import Hit
from knowledge.library import Library
from knowledge.passages import opening
from tests.knowledge.conftest import Memory


def found(item: int, score: float, cosine: float = 0.5, kind: str = "passage") -> Found:
    parts = {"meaning": score / 2, "words": score / 2}
    return Found(kind, item, item, cosine, Hit(item, score, 0.5), parts)  # type: ignore[arg-type]


def by_item(some: Sequence[Found]) -> dict[int, Found]:
    return {one.item: one for one in some}


def vectors_of(angles: Mapping[int, float]) -> Mapping[int, np.ndarray]:
    return {item: np.array([np.cos(angle), np.sin(angle)]) for item, angle in angles.items()}


def test_company_of_its_like_lifts_a_passage() -> None:
    """Of two that are equally good, the one whose like are good as well comes first."""
    some = [found(item, score) for item, score in [(1, 0.9), (2, 0.85), (3, 0.8), (4, 0.78), (5, 0.7), (6, 0.7)]]
    some += [found(item, 0.1) for item in range(7, 14)]
    # 1-4 and 5 say much the same; 6 is like 7-13, which say nothing of what was asked
    angles = {item: 0.01 * item for item in range(1, 6)} | {item: 1.5 + 0.001 * item for item in range(6, 14)}
    vectors = vectors_of(angles)
    add_kindred(some, 1.0, lambda items: {item: vectors[item] for item in items})
    after = by_item(some)
    assert after[5].score > after[6].score
    assert after[1].score == max(one.score for one in some)
    assert after[5].parts["kindred"] == pytest.approx(KINDRED * np.mean([0.9, 0.85, 0.8, 0.78]), rel=1e-3)
    assert after[5].parts["meaning"] == pytest.approx((1 - KINDRED) * 0.35)
    assert after[5].score == pytest.approx(sum(after[5].parts.values()))


def test_kindred_leaves_alone_what_it_cannot_judge() -> None:
    alone = [found(1, 0.8)]
    add_kindred(alone, 1.0, lambda items: vectors_of(dict.fromkeys(items, 0.0)))
    assert alone[0].score == pytest.approx(0.8)
    some = [found(1, 0.8), found(2, 0.6), found(3, 0.7, cosine=0.0), found(4, 0.9, kind="message")]
    asked: list[int] = []

    def vectors(items: Sequence[int]) -> Mapping[int, np.ndarray]:
        asked.extend(items)
        return vectors_of(dict.fromkeys(items, 0.0))

    add_kindred(some, 0.0, vectors)  # the embedder cannot read the question
    assert not asked
    assert [one.score for one in some] == pytest.approx([0.8, 0.6, 0.7, 0.9])
    add_kindred(some, 1.0, vectors)
    assert asked == [1, 2]
    after = by_item(some)
    assert after[3].score == pytest.approx(0.7)  # a text that the embedder cannot read
    assert after[4].parts == {"meaning": 0.45, "words": 0.45}


def test_recalled_passages_show_what_they_owe_to_others(memory: Memory) -> None:
    for n, end in enumerate(("in spring", "in summer", "in autumn")):
        memory.document(f"{n}.txt", f"Tomatoes want six hours of sun a day {end}.")
    memory.document("ship.txt", "The harbour master wrote down every ship.")
    memory.learn()
    items = memory.recall("How much sun do tomatoes want?", "documents")
    assert items[-1].path == "ship.txt"
    for item in items:
        assert item.parts["kindred"] > 0
        assert item.score == pytest.approx(sum(item.parts.values()))


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("tumours", "tumors"),
        ("behavioural", "behavioral"),
        ("randomised", "randomized"),
        ("characterisation", "characterization"),
        ("ionising", "ionizing"),
        ("analysed", "analyzed"),
        ("leukaemia", "leukemia"),
        ("oestrogen", "estrogen"),
        ("diarrhoea", "diarrhea"),
        ("foetal", "fetal"),
        ("fibres", "fibers"),
        ("analogue", "analog"),
    ],
)
def test_british_and_american_spellings_are_one_term(british: str, american: str) -> None:
    assert english.term(british) == english.term(american)


@pytest.mark.parametrize(
    ("one", "other"),
    [("precise", "precisely"), ("wise", "wisely"), ("hours", "hour"), ("noise", "noises"), ("raised", "raising")],
)
def test_relatives_stay_together(one: str, other: str) -> None:
    assert english.term(one) == english.term(other)


def test_words_that_only_look_british_stay_apart() -> None:
    terms = [english.term(word) for word in "four for tour tor aerial our devise device centre cent".split()]
    assert len({term for term in terms if term}) == sum(term is not None for term in terms)


def test_later_passages_are_found_by_the_line_their_document_begins_with(memory: Memory) -> None:
    for name in ("Seahorses", "Lighthouses", "Accordions"):
        memory.document(f"{name}.txt", f"{name}\n\nA short introduction.", "They were counted every year until 1987.")
    memory.learn()
    best = memory.recall("When were accordions counted?", "documents")[0]
    assert (best.path, "1987" in best.text) == ("Accordions.txt", True)


def test_a_new_first_line_reaches_every_passage(memory: Memory, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    body = "\n\n".join(f"Part {n}. " + "The keeper wrote down every ship that came in. " * 3 for n in range(4))
    library = Library(memory.store, lambda text: len(text.split()), 40)
    for title in ("Zyqqoval", "Wruxteem"):
        file.write_text(f"{title}\n\n{body}", encoding="utf-8")
        list(library.index_paths([str(file)], None, lambda: False))
        memory.learn()
        searcher = memory.indexes.lexicons["passage"]._index.searcher()
        passages = memory.store.db.execute("SELECT count(*) FROM passages").fetchone()[0]
        assert passages > 2
        assert searcher.doc_freq("terms", english.term(title.lower())) == passages
        query = memory.recaller._words.of_query("zyqqoval")
        held = [hit for hit in memory.indexes.lexicons["passage"].search(query, 50).values() if hit.coverage]
        assert len(held) == (passages if title == "Zyqqoval" else 0)


def test_an_opening_is_a_line_of_its_own() -> None:
    assert opening("On seahorses\n\nThey swim upright.") == "On seahorses"
    assert opening("They swim upright.") == ""
    assert opening("They swim upright. " * 20 + "\nAnd so on.") == ""
