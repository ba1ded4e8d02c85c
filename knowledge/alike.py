"""Korean words that mean about the same ("병원비": "의료비", "치료비"), from a table in assets/korean.

kiwipiepy's language model has a vector for each of 70,000 morphemes, but shows only their cosines, and these mislead:
all vectors share one large direction, so that rare words look alike. `learn` finds the vectors again (up to a
rotation) from their cosines with a few hundred of them, takes out the mean and the strongest common directions, and
keeps for each of the most frequent words those that are nearest then. It takes half a minute, so it is done when the
version of kiwipiepy changes (packaging/alike.py), and the table ships with the app: 2 MB.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

TAGS = frozenset({"NNG", "NNP", "VV", "VA", "XR"})  # nouns, verbs, adjectives, roots
WORDS = 40_000  # the most frequent ones, of 60,000
NEAREST = 32  # kept of each
LEAST = 0.3  # cosine; below it words have a theme in common at most
ANCHORS = 768  # morphemes by whose cosines the others are placed: three for each of the vectors' 256 dimensions
DIMENSIONS = 256
COMMON, KEPT = 6, 128  # principal directions that all words share, and how many count after them


class Alike:
    """The table. Raises `OSError`, `ValueError` or `KeyError` when it cannot be read."""

    def __init__(self, file: Path) -> None:
        import numpy as np

        with np.load(file, allow_pickle=False) as table:
            self._words: list[str] = bytes(table["words"]).decode().split("\n")
            self._near, self._cosines = table["near"], table["cosines"]
        self._rows = {word: row for row, word in enumerate(self._words)}

    def near(self, form: str, tag: str) -> list[tuple[str, float]]:
        """The words nearest in meaning to a morpheme, with their cosines, nearest first; none for an unknown one."""
        row = self._rows.get(f"{form}/{tag}")
        if row is None:
            return []
        found = zip(self._near[row].tolist(), self._cosines[row].tolist(), strict=True)
        return [(self._words[other].split("/")[0], cosine / 255) for other, cosine in found if cosine]


def table() -> Path:
    """Where the table lies: inside PyInstaller's bundle when frozen, else beside this package."""
    bundle = getattr(sys, "_MEIPASS", None)
    return (Path(bundle) if bundle else Path(__file__).parent.parent) / "assets" / "korean" / "alike.npz"


@cache
def shipped() -> Alike:
    """The table that ships with the app, read once."""
    return Alike(table())


def learn(file: Path) -> None:
    """Write the table that kiwipiepy's language model yields."""
    import numpy as np
    from kiwipiepy import Kiwi

    kiwi = Kiwi(num_workers=1)
    words, ids = zip(*_frequent(kiwi).items(), strict=True)
    anchors = range(0, len(ids) * 3 // 4, len(ids) * 3 // 4 // ANCHORS)
    similarity = kiwi.morpheme_similarity
    cosines = np.empty((len(ids), len(anchors)), np.float32)
    for row, id in enumerate(ids):
        cosines[row] = [similarity(id, ids[anchor]) for anchor in anchors]
    vectors = _placed(cosines, list(anchors))
    near = np.zeros((len(words), NEAREST), np.uint16)
    rounded = np.zeros((len(words), NEAREST), np.uint8)
    for at in range(0, len(words), 512):
        alike = vectors[at : at + 512] @ vectors.T
        alike[np.arange(len(alike)), np.arange(at, at + len(alike))] = -1.0  # itself
        best = np.argpartition(-alike, NEAREST, axis=1)[:, :NEAREST]
        best = np.take_along_axis(best, np.argsort(-np.take_along_axis(alike, best, axis=1), axis=1), axis=1)
        values = np.take_along_axis(alike, best, axis=1)
        near[at : at + 512] = np.where(values >= LEAST, best, 0)
        rounded[at : at + 512] = np.where(values >= LEAST, np.rint(values * 255), 0)
    file.parent.mkdir(parents=True, exist_ok=True)
    written = np.frombuffer("\n".join(words).encode(), np.uint8)
    np.savez_compressed(file, words=written, near=near, cosines=rounded)


def _frequent(kiwi: Any) -> dict[str, int]:
    """The most frequent words as "form/tag", each with the number of its first meaning; numbers go by frequency."""
    found: dict[str, int] = {}
    everything = kiwi.most_similar_morphemes(("사람", "NNG"), 1_000_000)
    for morpheme in sorted(everything, key=lambda morpheme: int(morpheme.id)):
        form, tag = morpheme.form.replace(" ", ""), str(morpheme.tag).split("-")[0]
        if form and tag in TAGS:
            found.setdefault(f"{form}/{tag}", int(morpheme.id))
    return dict(list(found.items())[:WORDS])


def _placed(cosines: Any, anchors: list[int]) -> Any:
    """Vectors of length 1 from cosines [words, anchors]; `anchors` are the anchors' own rows.

    With K = A A' the anchors' cosines and K = U w U', the rows of (cosines U / sqrt(w)) have the same dot products as
    the unknown vectors (Nystrom), as long as there are more anchors than dimensions.
    """
    import numpy as np

    among = cosines[anchors].astype(np.float64)
    among = (among + among.T) / 2
    np.fill_diagonal(among, 1.0)
    weights, directions = np.linalg.eigh(among)
    weights, directions = weights[::-1][:DIMENSIONS], directions[:, ::-1][:, :DIMENSIONS]
    vectors = cosines @ (directions / np.sqrt(np.maximum(weights, 1e-3))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors -= vectors.mean(axis=0)
    _, _, principal = np.linalg.svd(vectors[::13], full_matrices=False)
    vectors = vectors @ principal[COMMON : COMMON + KEPT].T
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
