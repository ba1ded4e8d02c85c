"""Whole documents from the outside: the command line says what was covered, and the bundled model reads to the end."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.chat import Answer
from desktop.cli import _answer_record
from desktop.home import open_home
from desktop.whole import summing
from knowledge.store import Store
from tests.desktop.test_whole import PASSAGES, chapters, shelve
from tests.e2e.conftest import Haema


class _Shelf:
    """What `shelve` needs of an open data folder."""

    def __init__(self, store: Store) -> None:
        self.store = store


def test_the_command_counts_and_says_what_it_covered(haema: Haema, folder: Path) -> None:
    store = Store(folder)
    shelve(_Shelf(store), "tanks.txt", chapters("the aquarium", 7))  # type: ignore[arg-type]
    store.close()
    done = haema("ask", "How many times does seahorse appear in tanks.txt?")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("By words: the document mentions “seahorse” **7 times**.")
    assert "[1] /papers/tanks.txt, page 1" in done.stdout
    assert "haema: 7 of 7 passages searched word by word" in done.stderr


def test_the_bundled_model_reads_a_document_to_its_end_and_invents_no_number(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summing, "NOTE", replace(summing.NOTE, max_tokens=40))
    monkeypatch.setattr(summing, "WHOLE", replace(summing.WHOLE, max_tokens=60))
    with open_home(folder) as home:
        home.settings.load_options = {"": {"context": 1024, "threads": 1}}
        home.engine.start()
        id = shelve(home, "aquarium.txt", chapters("the aquarium"))
        conversation = home.history.begin().id
        *_, answer = home.chat.answer("Summarise this file", conversation, stop=threading.Event(), documents=[id])
    assert isinstance(answer, Answer)
    assert answer.coverage is not None
    assert (answer.coverage.read, answer.coverage.total) == (PASSAGES, PASSAGES)
    said = re.sub(r"\[\d+\]|pages? \d+(–\d+)?:", "", answer.text)
    known = set(re.findall(r"\d+", " ".join(chapters("the aquarium"))))
    assert set(re.findall(r"\d+", said)) <= known
    assert answer.sources
    record = _answer_record(answer)
    assert record["coverage"]["read"] == PASSAGES
    assert record["origin"] == "documents"
