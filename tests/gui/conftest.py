"""The window's parts over a real store, with scripted workers: they time and order what the real ones would tell."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from desktop import language as language_module
from desktop.background import Background
from desktop.chat import Chat
from desktop.engine_process import EngineState
from desktop.home import Home
from desktop.language import Language
from desktop.model_library import Library
from desktop.paths import assets
from desktop.settings import Settings
from desktop.theme import Theme
from desktop.views.window import Window
from engine import messages as em
from knowledge import messages as km
from knowledge.private import HistoryWithPrivate
from knowledge.store import Store

SPLIT = em.ContextSplit(system=40, history=0, recall=120, prompt=20, reserve=512, context=2048, dropped_turns=0)
TIMINGS = em.Timings(ttft_ms=310.0, prompt_tokens=200, reused_tokens=50, generated_tokens=4, tokens_per_s=61.2)


class ScriptedEngine:
    """Tells `pieces` of an answer; `gate`, when closed, holds it back after the first one."""

    def __init__(self) -> None:
        self.pieces = ["The lease ", "ends ", "on 31 August 2027 ", "[1]."]
        self.gate, self.begin = threading.Event(), threading.Event()  # `begin` holds back the first word
        self.gate.set()
        self.begin.set()
        self.error: Exception | None = None
        self.prompts: list[str] = []
        self.used: list[str | None] = []
        self.asked: list[dict[str, object]] = []
        self.prepared: list[dict[str, object]] = []
        self.forgotten: list[str] = []
        self.reloads = 0
        self.pid: int | None = 1
        self.thoughts: list[str] = []
        self.read: em.Reading | None = None
        self.model: str | None = None
        self.state = EngineState("loading")
        self.options: list[em.LoadOptions | None] = []
        self.tried_fast = 0
        self.hardware = em.Hardware((), 6_000_000_000, 8_000_000_000, 4, "0.3.36 cpu")
        self.inspected: list[tuple[str | None, em.LoadOptions]] = []

    def generate(self, *, system, history, recalled, prompt, sampling, stop, **more) -> Iterator[object]:
        self.prompts.append(prompt)
        self.asked.append({"system": system, "sampling": sampling, **more})
        yield em.Assembled(1, tuple(range(len(recalled))), SPLIT)
        if self.read is not None:
            yield self.read
        while not self.begin.wait(0.01) and not stop.is_set():
            pass
        for thought in self.thoughts:
            yield em.Token(1, thought, thought=True)
        said = ""
        for number, piece in enumerate(self.pieces):
            if number == 1:
                while not self.gate.wait(0.01):
                    if stop.is_set():
                        yield em.Generated(said, "stopped", TIMINGS)
                        return
                if self.error is not None:
                    raise self.error
            said += piece
            yield em.Token(1, piece)
        yield em.Generated(said, "stop", TIMINGS)

    def use(self, model: str | None, options: em.LoadOptions | None = None) -> None:
        self.model = model
        self.used.append(model)
        self.options.append(options)

    def reload(self) -> None:
        self.reloads += 1

    def prepare(self, **beginning) -> None:
        self.prepared.append(beginning)

    def forget(self, conversations) -> None:
        self.forgotten.extend(conversations)

    def try_fast(self) -> None:
        self.tried_fast += 1

    def survey(self) -> em.Hardware:
        return self.hardware

    def inspect(self, path: str | None, options: em.LoadOptions | None = None) -> em.Fit:
        """A model of 2 GB; each token of context takes 100 KB more."""
        wanted = options or em.LoadOptions()
        self.inspected.append((path, wanted))
        context = wanted.context or 4096
        need, have = 2_000_000_000 + 100_000 * context, self.hardware.memory_free
        verdict = "cpu" if need <= have else "too_large"
        return em.Fit(
            verdict, 30, 0, context, wanted.kv_type or "f16", wanted.batch or 512, wanted.threads or 4, 0, 0, need, have
        )


class ScriptedMemory:
    """Recalls `items`; indexes what it is given file by file, as fast as `gate` lets it."""

    def __init__(self) -> None:
        self.items: tuple[km.Recalled, ...] = ()
        self.gate = threading.Event()
        self.gate.set()
        self.indexed: list[str] = []
        self.own: list[str] = []  # words of sentences that no source says
        self.late = False
        self.asked: list[dict[str, object]] = []
        self.pauses: list[tuple[int, bool]] = []
        self.watches = 0  # how often it was told that the watched folders are others
        self.embedder: str | None = "all-MiniLM-L6-v2"
        self.next_embedder = self.embedder_trouble = None

    def wait(self, seconds, stop=None) -> bool:
        return True

    def pause(self, job, paused) -> None:
        self.pauses.append((job, paused))

    def watch(self) -> km.Watching:
        self.watches += 1
        return km.Watching(0, ())

    def recall(self, query, **limits) -> km.Recollection:
        self.asked.append(limits)
        return km.Recollection(self.items, 20 * len(self.items), 28.0)

    def support(self, sentences, sources, timeout) -> km.Supported:
        """Each sentence by the first source, but for those of the model's `own` words."""
        assert timeout <= 2.0
        if self.late:
            raise TimeoutError
        return km.Supported(
            tuple(
                km.SentenceSupport(None if own else 0, 0.1 if own else 0.9, not own, () if own else (0,))
                for own in (any(words in sentence for words in self.own) for sentence in sentences)
            )
        )

    def answering(self) -> AbstractContextManager[None]:
        return nullcontext()

    def consolidate(self) -> None:
        pass

    def index(self, paths, collection, stop, project=None) -> Iterator[object]:
        refused = 0
        for number, path in enumerate(paths, start=1):
            yield km.FileProgress(1, path, "reading", 0, None, number - 1, len(paths), 110.0)
            while not self.gate.wait(0.01):
                if stop.is_set():
                    yield km.Indexed(number - 1, refused, number - 1, cancelled=True)
                    return
            if path.endswith(".bin"):
                refused += 1
                template = "“{path}” has no text in it. If it is a scan, run text recognition on it first."
                yield km.FileProgress(
                    1, path, "refused", 0, "no text", number, len(paths), None, "FileEmpty", template, {"path": path}
                )
            else:
                self.indexed.append(path)
                yield km.FileProgress(1, path, "indexed", 3, None, number, len(paths), None)
        yield km.Indexed(len(paths), refused, 3 * len(self.indexed), cancelled=False)


@pytest.fixture(autouse=True)
def _empty_clipboard(qapp) -> Iterator[None]:
    """The offscreen platform frees its clipboard after Python's end, which no object made in Python survives."""
    yield
    qapp.clipboard().clear()


@pytest.fixture(scope="session")
def translations(tmp_path_factory) -> Path:
    """A folder of assets whose Korean is compiled from the catalogue in the tree."""
    folder = tmp_path_factory.mktemp("assets")
    (folder / "translations").mkdir()
    (folder / "icons").symlink_to(assets() / "icons") if sys.platform != "win32" else None
    subprocess.run(
        [
            Path(sys.executable).parent / "pyside6-lrelease",
            assets() / "translations" / "haema_ko.ts",
            "-qm",
            folder / "translations" / "haema_ko.qm",
        ],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def language(qapp, translations, monkeypatch) -> Iterator[Language]:
    """English, with Korean ready to be chosen."""
    monkeypatch.setattr(language_module, "assets", lambda: translations)
    made = Language("en")
    yield made
    made.choose("en")


@pytest.fixture
def home(tmp_path) -> Iterator[Home]:
    store = Store(tmp_path / "해마 자료")
    history, settings = HistoryWithPrivate(store), Settings(store)
    settings.welcomed = True
    engine, memory = ScriptedEngine(), ScriptedMemory()
    library = Library(store.home / "models", settings)
    made = Home(store.home, store, settings, history, memory, engine, Chat(history, memory, engine), library)
    made.chat.style = made.style
    yield made
    made.chat.close()
    store.close()


@pytest.fixture
def window(qtbot, qapp, home, language) -> Iterator[Window]:
    """A shown window of 1280 × 820 in the light scheme."""
    background = Background()
    made = Window(home, Theme("light"), language, background)
    qtbot.addWidget(made)
    made.resize(1280, 820)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    assert background.close(), "a background task outlived its window"
    qapp.setStyleSheet("")


def settled(window: Window) -> bool:
    """No answer is under way."""
    return not window.answering.busy


@pytest.fixture
def ask(qtbot, window):
    """Type a prompt, press Enter, and wait for the answer's end."""

    def type_and_wait(prompt: str) -> None:
        window.chat.composer.prompt.setPlainText(prompt)
        qtbot.keyClick(window.chat.composer.prompt, "\r")
        qtbot.waitUntil(lambda: window.answering.busy or window.answering.stored is None, timeout=5000)
        qtbot.waitUntil(lambda: settled(window), timeout=5000)

    return type_and_wait
