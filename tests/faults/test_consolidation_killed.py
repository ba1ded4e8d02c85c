"""kill -9 in every step of consolidation and forgetting: in the evening everything is as if nothing had happened."""

from __future__ import annotations

import json
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.killed_at import BOAT, BREAD, RARE, Point, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and fork are POSIX's")

POINTS = {
    "a turn is committed": Point("knowledge.history:History.say", 5),
    "a turn's time is not committed": Point("knowledge.history:History.say", 3, after=False),
    "turns are embedded": Point("knowledge.embedder:Embedder.embed"),
    "Chroma is written": Point("knowledge.index:Index.put"),
    "the full text is written": Point("knowledge.lexicon:Lexicon.write"),
    "a fact is taken, not committed": Point("knowledge.facts:_take"),
    "some turns are considered": Point("knowledge.facts:consider", 2),
    "a fact's vector is written": Point("knowledge.index:Index.put", 2),
    "an episode is to be written": Point("knowledge.episodes:_write", 1, after=False),
    "an episode is written": Point("knowledge.episodes:_write", 1),
    "all episodes are written": Point("knowledge.episodes:_write", 2),
    "the conversation is summed up": Point("knowledge.episodes:_write", 3),
    "episodes are in Chroma": Point("knowledge.index:Index.put", 3),
    "it is put in the bin, not committed": Point("knowledge.forgetting:put"),
    "it is in the bin": Point("knowledge.forgetting:clear_copies", 1, after=False),
    "what is binned left Chroma": Point("knowledge.index:Index.remove"),
    "it is brought back, not committed": Point("knowledge.bin:_insert", 3),
    "it is brought back": Point("knowledge.bin:restore"),
    "it is deleted, not committed": Point("knowledge.forgetting:delete_said", 2),
    "it is deleted": Point("knowledge.forgetting:clear_copies", 2, after=False),
    "it left a copy, not committed": Point("knowledge.copies:delete_said"),
    "it left the copies": Point("knowledge.forgetting:clear_copies", 2),
    "it left the first of the indexes": Point("knowledge.index:Index.remove", 3),
    "a full text is written anew": Point("knowledge.lexicon:Lexicon.scrub"),
    "the vectors are to be written anew": Point("knowledge.index:Index.scrub", 1, after=False),
    "the vectors are written anew": Point("knowledge.index:Index.scrub"),
    "the log is to be emptied": Point("knowledge.forgetting:settle_log", 1, after=False),
}
ALWAYS = ("the full text is written", "some turns are considered", "an episode is written", "it is deleted")

Live = Callable[[Point | None], tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    child = context.Process(target=run, args=(theirs, str(tmp_path_factory.mktemp("embedder"))))
    child.start()
    assert pipe.recv() == "ready"
    yield pipe
    pipe.send(None)
    child.join()


@pytest.fixture
def live(process: Any, tmp_path: Path) -> Live:
    """Lives the day in this test's folder; gives the exit status, and what there is in the evening."""

    def live(point: Point | None) -> tuple[int, dict[str, Any]]:
        file = tmp_path / "evening.json"
        process.send((str(tmp_path / "home"), point, str(file)))
        status = process.recv()
        return status, json.loads(file.read_text(encoding="utf-8")) if status == 0 else {}

    return live


@pytest.fixture(scope="module")
def undisturbed(process: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What there is in the evening of a day without a kill."""
    folder = tmp_path_factory.mktemp("undisturbed")
    process.send((str(folder / "home"), None, str(folder / "evening.json")))
    assert process.recv() == 0
    evening: dict[str, Any] = json.loads((folder / "evening.json").read_text(encoding="utf-8"))
    return evening


def test_the_day_without_a_kill(undisturbed: dict[str, Any]) -> None:
    said = [text for text in (*BOAT, *BREAD) if RARE not in text]
    assert [text for text, _ in undisturbed["messages"]] == said
    assert [before for _, before in undisturbed["messages"]] == [None, *said[:-1]]
    assert len(undisturbed["facts"]) >= 1
    assert len(undisturbed["episodes"]) == 3
    assert undisturbed["by meaning"]["message"] == undisturbed["by words"]["message"] == sorted(said)
    assert undisturbed["by meaning"]["episode"] == undisturbed["by words"]["episode"] == undisturbed["episodes"]
    assert {count for _, _, count in undisturbed["covered"]} == {1}
    assert (undisturbed["integrity"], undisturbed["dangling"]) == ("ok", 0)
    assert undisturbed["waiting"] == undisturbed["traces"] == []
    assert undisturbed["unconsidered"] == undisturbed["bin"] == 0
    assert undisturbed["notes"] == ["states_due"], "the engine's, which has no part in this"


@pytest.mark.parametrize(
    "name", [name if name in ALWAYS else pytest.param(name, marks=pytest.mark.slow) for name in POINTS]
)
def test_killed_there_the_day_ends_as_it_would_have(name: str, live: Live, undisturbed: dict[str, Any]) -> None:
    status, _ = live(POINTS[name])
    assert status == -signal.SIGKILL, "it did not come to this place"
    status, evening = live(None)
    assert status == 0
    assert evening == undisturbed


@pytest.mark.slow
def test_killed_at_every_place_on_one_day(live: Live, undisturbed: dict[str, Any]) -> None:
    """One after the other, in one folder; a place that is not reached any more is passed."""
    killed = [name for name in POINTS if live(POINTS[name])[0] == -signal.SIGKILL]
    assert len(killed) > 8
    assert live(None) == (0, undisturbed)
