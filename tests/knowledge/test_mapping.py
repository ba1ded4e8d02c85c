"""The map of the memory: what is alike lies together, in groups with names, Korean that no embedder reads too."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge import facts
from knowledge.history import History
from knowledge.mapping import Mapping
from knowledge.memories import parts_of
from knowledge.store import Store
from knowledge.words import Words

GARDEN = ("tomato", "basil", "compost", "seedling")
MONEY = ("invoice", "budget", "payment", "receipt")
KOREAN_HEALTH, KOREAN_TRIP = ("병원", "진료", "약국", "처방"), ("여행", "공항", "숙소", "비행기")


class Vectors:
    """The index's vectors: those of English turns, by what they are about; it reads no Korean."""

    def __init__(self, store: Store) -> None:
        self._store, self._noise = store, np.random.default_rng(1)

    def vectors(self, kind: str, items: list[int]) -> dict[int, np.ndarray]:
        found = {}
        for item in items:
            (text,) = self._store.db.execute(f"SELECT text FROM {kind}s WHERE id = ?", (item,)).fetchone()
            about = np.zeros(32, np.float32)
            about[0 if any(word in text for word in GARDEN) else 1] = 1.0
            vector = about + self._noise.normal(0, 0.1, 32).astype(np.float32)
            found[item] = vector / np.linalg.norm(vector)
        return found

    def reads(self, kind: str, item: int) -> bool:
        (text,) = self._store.db.execute(f"SELECT text FROM {kind}s WHERE id = ?", (item,)).fetchone()
        return text.isascii()


@pytest.fixture(scope="module")
def words() -> Words:
    return Words()


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path)
    history = History(opened)
    talk = history.begin("All")
    for n in range(16):
        for theme in (GARDEN, MONEY):
            history.say(talk.id, "user", f"The {theme[n % 4]} and the {theme[(n + 1) % 4]} number {n}", parent=None)
        for theme in (KOREAN_HEALTH, KOREAN_TRIP):
            history.say(talk.id, "user", f"{theme[n % 4]}에 갔다가 {theme[(n + 1) % 4]}도 봤어.", parent=None)
    facts.write(opened, "My tomato plants stand on the roof.")
    yield opened
    opened.close()


@pytest.fixture
def mapping(store, words):
    dense = Vectors(store)
    return Mapping(store, lambda: dense, words)


def draw(mapping, most=5000, stopped=lambda: False, told=lambda done, total: None):
    return mapping.draw(most, stopped, told, lambda: None)


def spread(store, drawn, theme) -> tuple[float, np.ndarray]:
    """How far the turns of a theme lie from their middle, and where that is."""
    places = []
    for point in drawn.points:
        kind = {"conversation": "messages", "fact": "facts"}[point.kind]
        (text,) = store.db.execute(f"SELECT text FROM {kind} WHERE id = ?", (point.item,)).fetchone()
        if any(word in text for word in theme):
            places.append((point.x, point.y))
    middle = np.median(places, axis=0)
    return float(np.median(np.linalg.norm(np.array(places) - middle, axis=1))), middle


def test_what_is_alike_lies_together_in_named_groups(store, mapping):
    heard = []
    drawn = draw(mapping, told=lambda done, total: heard.append((done, total)))
    assert len(drawn.points) == 65
    assert all(0 <= point.x <= 1 and 0 <= point.y <= 1 for point in drawn.points)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    middles = []
    for theme in (GARDEN, MONEY, KOREAN_HEALTH, KOREAN_TRIP):
        own, middle = spread(store, drawn, theme)
        for other in middles:
            assert own < np.linalg.norm(middle - other)
        middles.append(middle)
    names = " ".join(cluster.name for cluster in drawn.clusters)
    assert any(word in names for word in GARDEN)
    assert any(word in names for word in (*KOREAN_HEALTH, *KOREAN_TRIP))
    assert sum(cluster.count for cluster in drawn.clusters) <= len(drawn.points)


def test_it_is_drawn_anew_only_when_the_memory_changed_and_places_stay(store, mapping):
    drawn = draw(mapping)
    assert draw(mapping) is drawn
    added = facts.write(store, "The basil needs water.")
    again = draw(mapping)
    assert added.id in {point.item for point in again.points if point.kind == "fact"}
    before = {(point.kind, point.item): (point.x, point.y) for point in drawn.points}
    moved = [
        np.hypot(point.x - x, point.y - y)
        for point in again.points
        if (place := before.get((point.kind, point.item))) is not None
        for x, y in [place]
    ]
    assert np.median(moved) < 0.2


def test_of_too_many_the_pinned_and_the_newest_stand_on_it(store, mapping):
    with store.transaction() as db:
        db.execute("INSERT INTO pins (kind, item, created) VALUES ('message', 1, 0)")
    drawn = draw(mapping, most=20)
    items = {point.item for point in drawn.points if point.kind == "conversation"}
    assert len(drawn.points) == 20
    assert 1 in items
    assert 64 in items
    assert drawn.left_out == 45


def test_a_stop_leaves_what_there_was(store, mapping):
    assert draw(mapping, stopped=lambda: True).points == ()


def test_two_memories_make_a_map_too(tmp_path, words):
    store = Store(tmp_path)
    facts.write(store, "I live in Busan.")
    facts.write(store, "My cat is old.")
    drawn = draw(Mapping(store, lambda: Vectors(store), words))
    assert len(drawn.points) == 2
    assert drawn.clusters == ()
    assert all(parts_of(point.item * 4 + 2)[0] == "fact" for point in drawn.points)
    store.close()


def test_an_empty_memory_makes_an_empty_map(tmp_path, words):
    store = Store(tmp_path)
    assert draw(Mapping(store, lambda: Vectors(store), words)).points == ()
    store.close()
