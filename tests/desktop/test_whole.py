"""Reading whole documents over the real engine: everything is read, Stop and crashes keep what there was."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from desktop import chat
from desktop.chat import Answer
from desktop.errors import Failure
from desktop.home import Home, open_home
from desktop.whole.job import ReadingAll, coverage_of
from tests.engine import tiny

PASSAGES = 30


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Home]:
    """A tiny model of random words: what it says does not matter here, but that it is asked about everything."""
    folder = tmp_path_factory.mktemp("home 집")
    model = tiny.write(folder / "tiny.gguf", context=1536)
    with open_home(folder, model=str(model)) as home:
        home.settings.load_options = {str(model): {"context": 1536, "threads": 1}}
        home.engine.start()
        assert home.engine.wait() is not None
        yield home


@pytest.fixture
def prompts(home: Home, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the model was asked, by the real engine."""
    asked: list[str] = []
    generate = home.engine.generate

    def listen(**request):
        asked.append(request["prompt"])
        assert request.get("conversation") is None, "the conversation's own state is left alone"
        return generate(**request)

    monkeypatch.setattr(home.engine, "generate", listen)
    return asked


def shelve(home: Home, name: str, texts: Sequence[str], collection: str | None = None) -> int:
    """A document as the memory stores it."""
    with home.store.transaction() as db:
        (id,) = db.execute(
            "INSERT INTO documents (path, collection, status, added) VALUES (?, ?, 'indexed', ?) RETURNING id",
            (f"/papers/{name}", collection, time.time()),
        ).fetchone()
        db.executemany(
            "INSERT INTO passages (document, ordinal, text, page, start) VALUES (?, ?, ?, ?, 0)",
            [(id, ordinal, text, ordinal // 3 + 1) for ordinal, text in enumerate(texts)],
        )
    return int(id)


def chapters(about: str, count: int = PASSAGES) -> list[str]:
    return [
        f"Chapter {n} of {about}. Keeper {n} feeds {n + 40} seahorses in tank {n}. "
        f"The water of tank {n} is changed at noon."
        for n in range(count)
    ]


@pytest.fixture
def book(home: Home) -> Iterator[int]:
    id = shelve(home, f"seahorses {time.monotonic_ns()}.txt", chapters("the aquarium"))
    yield id
    with home.store.transaction() as db:
        db.execute("DELETE FROM documents WHERE id = ?", (id,))


def ask(
    home: Home,
    prompt: str,
    documents: Sequence[int] = (),
    *,
    conversation: str | None = None,
    on: Callable[[ReadingAll, threading.Event], None] = lambda event, stop: None,
) -> tuple[Answer, list[ReadingAll]]:
    stop = threading.Event()
    told: list[ReadingAll] = []
    for event in home.chat.answer(prompt, conversation or home.history.begin().id, stop=stop, documents=documents):
        match event:
            case ReadingAll():
                told.append(event)
                on(event, stop)
            case Answer():
                return event, told
    raise AssertionError("no answer")


def test_every_passage_is_read_in_order_and_the_answer_says_so(home, prompts, book):
    answer, told = ask(home, "Summarise this file", [book])
    coverage = answer.coverage
    assert coverage is not None
    assert (coverage.read, coverage.total, coverage.by, coverage.stopped) == (PASSAGES, PASSAGES, "model", False)
    read = "\n".join(prompt for prompt in prompts if "Chapter" in prompt and prompt.startswith("From"))
    places = [read.find(text) for text in chapters("the aquarium")]
    assert min(places) >= 0, "no passage is left out"
    assert places == sorted(places)
    assert 1 < len(prompts) < PASSAGES, "packed as the context allows"
    assert [event.done for event in told] == sorted(event.done for event in told)
    assert answer.origin == "documents"
    assert answer.sources
    assert all(f"[{number}]" in answer.text for number in range(1, len(answer.sources) + 1))
    stored = home.history.messages(answer.conversation)[-1]
    assert (stored.state, stored.text) == ("complete", answer.text)
    assert coverage_of(stored.details) == coverage
    assert "notes" not in stored.details["whole"]
    assert home.history.sources(stored.id)[1].text == answer.sources[0].text
    for words in (
        "“",
        "Keeper 0 feeds 40 seahorses",
    ):  # random words are backed by nothing: what is shown is the document's own
        assert words in answer.text


def test_stop_keeps_what_was_read_and_go_on_reads_the_rest(home, prompts, book):
    def halt(event: ReadingAll, stop: threading.Event) -> None:
        if event.done:
            stop.set()

    answer, told = ask(home, "Summarise this file", [book], on=halt)
    coverage = answer.coverage
    assert coverage is not None
    assert coverage.stopped
    assert 0 < coverage.read < PASSAGES
    assert f"Read {coverage.read} of {PASSAGES} passages (stopped)." in answer.text
    assert told[-1].done == coverage.read
    stored = home.history.messages(answer.conversation)[-1]
    assert stored.state == "stopped"

    first, before = list(prompts), coverage.read
    prompts.clear()
    answer, _ = ask(home, "Go on", conversation=answer.conversation)
    assert answer.coverage is not None
    assert (answer.coverage.read, answer.coverage.stopped) == (PASSAGES, False)
    maps = [prompt for prompt in prompts if prompt.startswith("From")]
    for number, text in enumerate(chapters("the aquarium")):
        assert any(text in prompt for prompt in maps) is (number >= before), "nothing is read twice, nothing left out"
    assert any(chapters("the aquarium")[0] in prompt for prompt in first)


def test_an_engine_that_is_killed_once_goes_on(home, prompts, book):
    killed: list[int] = []

    def kill(event: ReadingAll, stop: threading.Event) -> None:
        if event.done and not killed:
            killed.append(home.engine.pid)
            os.kill(home.engine.pid, signal.SIGKILL)

    answer, _ = ask(home, "Summarise this file", [book], on=kill)
    assert killed
    assert answer.coverage is not None
    assert answer.coverage.read == PASSAGES


def test_an_engine_that_fails_for_good_leaves_what_was_read(home, prompts, book, monkeypatch):
    generate = home.engine.generate

    def fail(**request):
        if "Keeper" in home.history.messages(conversation)[-1].text:  # the first step is through
            raise Failure("EngineDied", "The model stopped.", {})
        return generate(**request)

    conversation = home.history.begin().id
    with monkeypatch.context() as patch, pytest.raises(Failure):
        patch.setattr(home.engine, "generate", fail)
        ask(home, "Summarise this file", [book], conversation=conversation)
    stored = home.history.messages(conversation)[-1]
    coverage = coverage_of(stored.details)
    assert stored.state == "broken"
    assert coverage is not None
    assert 0 < coverage.read < PASSAGES
    assert "Keeper 0" in stored.text
    assert home.history.sources(stored.id)

    question = home.history.messages(conversation)[0]
    prompts.clear()
    *_, answer = home.chat.answer_again(question, stop=threading.Event())
    assert answer.coverage.read == PASSAGES
    assert not any(chapters("the aquarium")[0] in prompt for prompt in prompts), "Again goes on where it broke off"


def test_a_passage_longer_than_the_context_is_read_in_parts(home, prompts):
    long = " ".join(chapters("a long room", 40))
    id = shelve(home, "long room.txt", [long, "The end of the long room is blue and quiet."])
    answer, _ = ask(home, "Summarise this file", [id])
    assert answer.coverage is not None
    assert answer.coverage.read == answer.coverage.total == 2
    read = " ".join(prompt for prompt in prompts if prompt.startswith("From"))
    assert all(text in " ".join(read.split()) for text in chapters("a long room", 40))
    assert "blue and quiet" in read


def test_documents_that_mention_something_are_counted_exactly_without_the_model(home, prompts):
    texts = {
        "a.txt": ["The deposit is due.", "Deposits are returned.", "The bank."],
        "b.txt": ["Nothing of that kind.", "He deposed the king."],
        "c.txt": ["One DEPOSIT only."],
        "가.txt": ["보증금은 한 달 치이다.", "임대보증금을 돌려준다."],
        "나.txt": ["월세만 낸다."],
    }
    ids = {name: shelve(home, name, text) for name, text in texts.items()}
    answer, _ = ask(home, "How many of these files mention a deposit?", list(ids.values()))
    assert "**2 of 5** documents" in answer.text
    assert "3 times in all" in answer.text
    assert "a.txt: 2 times, page 1" in answer.text
    assert {source.path for source in answer.sources} == {"/papers/a.txt", "/papers/c.txt"}
    answer, _ = ask(home, "이 중에서 보증금을 언급하는 문서는 몇 개야?", conversation=answer.conversation)
    assert "문서 5개 중 **1개**에 “보증금”이 나와요" in answer.text
    assert "더 긴 낱말의 일부로는 문서 1개에 1번" in answer.text
    assert answer.coverage is not None
    assert (answer.coverage.read, answer.coverage.total, answer.coverage.by) == (9, 9, "rules")
    assert prompts == []


def test_every_deadline_is_listed_with_its_page_and_the_model_only_adds_sentences(home, prompts):
    dated = ["The fee is due on 3 March 2026.", "Notice is given within 30 days.", "It was founded on 5 May 1999."]
    texts = chapters("the contract", 12)
    for place, sentence in zip((1, 5, 10), dated, strict=True):
        texts[place] += " " + sentence
    id = shelve(home, "contract one.txt", texts)
    answer, _ = ask(home, "List every deadline in this contract", [id])
    assert "**2** sentences" in answer.text
    for place, sentence in zip((1, 5, 10), dated, strict=True):
        assert f"- {sentence} (page {place // 3 + 1}) [" in answer.text
    assert answer.text.index("Other sentences with a date") > answer.text.index(dated[1])
    assert prompts
    assert answer.coverage is not None
    assert (answer.coverage.read, answer.coverage.searched, answer.coverage.by) == (12, 12, "model")
    listed = [line.partition(" (page")[0].removeprefix("- ") for line in answer.text.splitlines() if line[:2] == "- "]
    whole = " ".join(texts)
    assert all(sentence in whole for sentence in listed)


def test_several_documents_are_compared_one_by_one(home, prompts):
    ids = [shelve(home, f"plan {n}.txt", chapters(f"plan {n}", 4)) for n in (1, 2)]
    answer, _ = ask(home, "Compare these two documents", ids)
    assert answer.coverage is not None
    assert (answer.coverage.kind, answer.coverage.read, answer.coverage.documents) == ("compare", 8, 2)
    assert "**plan 1.txt**" in answer.text
    assert "**plan 2.txt**" in answer.text


def test_a_button_asks_for_a_document_by_itself(home, book):
    conversation = home.history.begin().id
    events = home.chat.answer("“집.txt” 요약", conversation, stop=threading.Event(), documents=[book], kind="summary")
    *_, answer = events
    assert isinstance(answer, Answer)
    assert answer.coverage is not None
    assert answer.coverage.complete
    assert "부분별 내용" in answer.text


def test_an_unclear_document_takes_the_ordinary_way_and_says_so(home, book, monkeypatch):
    monkeypatch.setattr(chat, "READY_SECONDS", 0.1)  # the memory's worker is not started here
    shelve(home, f"another {book}.txt", ["Words of another one."])
    *_, answer = home.chat.answer(
        "Summarise this file", home.history.begin().id, stop=threading.Event(), sampling=chat.Sampling(max_tokens=4)
    )
    assert isinstance(answer, Answer)
    assert (answer.coverage, answer.unclear) == (None, "summary")


def test_a_document_that_was_forgotten_is_said_to_be_gone(home, prompts):
    events = home.chat.answer(
        "Summarise “x”", home.history.begin().id, stop=threading.Event(), documents=[999_999], kind="summary"
    )
    *_, answer = events
    assert isinstance(answer, Answer)
    assert "not in the memory" in answer.text
    assert not prompts
