"""Documents: indexing speed against a bare encode, and the quality of recall on public sets beside plain baselines.

Each set has a data folder of its own; the largest one's is then filled with all the others, which makes the mixed
store. Everything goes through the same worker as in the application, from files on the disk.
"""

from __future__ import annotations

import multiprocessing
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from desktop.home import Home, open_home
from knowledge.embedder import bundled_folder
from knowledge.messages import FileProgress, Indexed
from tests.bench.plain import BASELINES, plain_rankings
from tests.bench.public import BEST, PublicSet, eval_folder, first_right, ndcg, public_set
from tests.bench.row import Row, in_turns, speed

FILES = 150
ROUNDS = 3
GOALS = {  # nDCG@10, and R@1 where one is set; the first, the largest, is the one that grows into the mixed store
    "scifact": (0.745, None),
    "cranfield": (0.605, None),
    "xquad-en": (0.980, None),
    "korquad": (0.975, 0.94),
    "autorag-ko": (0.980, None),
    "welfare-ko": (0.865, None),
}
MIXED_LOSS = 0.01  # of nDCG@10, at most
HAEMA, MIXED = "Haema", "Haema, mixed store"
WORDS = (
    "harbour lease contract tenant deposit window engine model memory passage river mountain letter summer question "
    "answer doctor salary insurance meeting garden kitchen bridge station library teacher student paper result method "
    "figure"
).split()


def rows() -> Iterator[Row]:
    yield from _speed()
    yield from _quality()


# ---------------------------------------------------------------- speed


def _speed() -> Iterator[Row]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_bare_encode, args=(theirs, str(bundled_folder())))
    process.start()
    assert ours.recv() == "ready"
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder) / "home") as home:
        home.memory.start()
        assert home.memory.wait(120)
        written: list[list[str]] = []

        def haema() -> float:
            texts, place = _write_files(Path(folder) / f"files-{len(written)}", seed=len(written))
            written.append(texts)
            begin = time.perf_counter()
            *_, indexed = home.memory.index((str(place),), None, threading.Event())
            seconds = time.perf_counter() - begin
            assert isinstance(indexed, Indexed)
            assert indexed.passages == len(texts)
            return len(texts) / seconds

        def bare() -> float:
            ours.send(written[-1] if written else _texts(0))
            return float(ours.recv())

        haema(), bare()  # warm
        figures = in_turns(haema, bare, ROUNDS)
        ours.send(None)
        process.join()
        yield speed("documents", "passages/s, files to recallable", figures, 0.97)


def _texts(seed: int) -> list[str]:
    """Paragraphs of 20 to 150 words, one passage each."""
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, k=chance.randint(20, 150))).capitalize() + "." for _ in range(FILES)]


def _write_files(place: Path, seed: int) -> tuple[list[str], Path]:
    place.mkdir()
    texts = _texts(seed)
    for number, text in enumerate(texts):
        (place / f"{number}.txt").write_text(text, encoding="utf-8")
    return texts, place


def _bare_encode(pipe: Connection, folder: str) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")
    model.encode(["warm"] * 32, show_progress_bar=False)
    pipe.send("ready")
    while (texts := pipe.recv()) is not None:
        begin = time.perf_counter()
        model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        pipe.send(len(texts) / (time.perf_counter() - begin))


# ---------------------------------------------------------------- quality


@dataclass(slots=True)
class _Measured:
    """nDCG@10 and R@1 on one set, by who ranked it."""

    of: PublicSet
    figures: dict[str, tuple[float, float]] = field(default_factory=dict)

    def add(self, who: str, rankings: Sequence[Sequence[str]]) -> None:
        right = [answers for _, answers in self.of.questions]
        self.figures[who] = ndcg(rankings, right), first_right(rankings, right)


def _quality() -> Iterator[Row]:
    sets = {name: found for name in GOALS if (found := public_set(name)) is not None}
    if missing := GOALS.keys() - sets.keys():
        print(f"left out, not in {eval_folder()}: {', '.join(sorted(missing))}", file=sys.stderr)
    if not sets:
        return
    measured = {name: _Measured(found) for name, found in sets.items()}
    _rank_plainly(measured)
    grows, *others = measured.values()
    with tempfile.TemporaryDirectory() as folder:
        places = {name: _write_set(found, Path(folder) / name) for name, found in sets.items()}
        with open_home(Path(folder) / "home") as home:
            _index(home, places[grows.of.name])
            grows.add(HAEMA, _rankings(home, grows.of, places))
            yield from _rows_of(grows)
            for each in others:
                with open_home(Path(folder) / f"home of {each.of.name}") as own:
                    _index(own, places[each.of.name])
                    each.add(HAEMA, _rankings(own, each.of, places))
                yield from _rows_of(each)
            for each in others:
                _index(home, places[each.of.name])
            for each in measured.values():
                each.add(MIXED, _rankings(home, each.of, places))
                mixed, alone = each.figures[MIXED][0], each.figures[HAEMA][0]
                name, goal = f"nDCG@10 {each.of.name}, mixed against alone", alone - MIXED_LOSS
                yield Row("documents", name, mixed, alone, mixed / alone, goal, mixed >= goal)
    print(_table(measured))


def _rank_plainly(measured: Mapping[str, _Measured]) -> None:
    """What the plain baselines make of the sets, in a process of their own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=plain_rankings, args=(theirs, str(bundled_folder())))
    process.start()
    assert ours.recv() == "ready"
    for each in measured.values():
        names = list(each.of.paragraphs)
        ours.send((list(each.of.paragraphs.values()), [question for question, _ in each.of.questions]))
        for baseline, rankings in ours.recv().items():
            each.add(baseline, [[names[place] for place in ranking] for ranking in rankings])
    ours.send(None)
    process.join()


def _write_set(of: PublicSet, place: Path) -> Path:
    place.mkdir()
    for name, text in of.paragraphs.items():
        (place / f"{name}.txt").write_text(text, encoding="utf-8")
    return place


def _index(home: Home, place: Path) -> None:
    home.memory.start()
    assert home.memory.wait(120)
    *files, indexed = home.memory.index((str(place),), None, threading.Event())
    assert isinstance(indexed, Indexed)
    refused = {f"{one.path}: {one.reason}" for one in files if isinstance(one, FileProgress) and one.reason}
    assert not refused, sorted(refused)[:5]


def _rankings(home: Home, of: PublicSet, places: Mapping[str, Path]) -> list[list[str]]:
    """The paragraphs recalled for each question, best first; another set's come with its folder's name."""
    rankings = []
    for question, _ in of.questions:
        items = home.memory.recall(question, kind="documents", k=2 * BEST).items
        paths = [Path(item.path) for item in items if item.path is not None]
        own = places[of.name].name
        names = [path.stem if path.parent.name == own else f"{path.parent.name}/{path.stem}" for path in paths]
        rankings.append(list(dict.fromkeys(names))[:BEST])
    return rankings


def _rows_of(measured: _Measured) -> Iterator[Row]:
    """Haema beside each baseline; the goals are those of Haema's own figure."""
    for at, measure in enumerate(("nDCG@10", "R@1")):
        goal, ours = GOALS[measured.of.name][at], measured.figures[HAEMA][at]
        for baseline in BASELINES:
            bare = measured.figures[baseline][at]
            yield Row(
                "documents",
                f"{measure} {measured.of.name}, {baseline}",
                ours,
                bare,
                ours / bare if bare else None,
                goal,
                None if goal is None else ours >= goal,
            )


def _table(measured: Mapping[str, _Measured]) -> str:
    """All of it at a glance: nDCG@10 and R@1 of everybody on every set."""
    columns = (HAEMA, *BASELINES, MIXED)
    lines = ["", f"{'nDCG@10 / R@1':14}" + "".join(f"{column:>20}" for column in columns) + f"{'goal':>15}"]
    for name, each in measured.items():
        cells = [f"{each.figures[c][0]:.3f} / {each.figures[c][1]:.3f}" for c in columns]
        goal = " / ".join(f"{g:.3f}" for g in GOALS[name] if g is not None)
        lines.append(f"{name:14}" + "".join(f"{cell:>20}" for cell in cells) + f"{goal:>15}")
    return "\n".join([*lines, ""])
