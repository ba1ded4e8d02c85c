"""Make assets/english/alike.npz, the table of English words near in meaning, anew from the bundled embedder.

Its words are the whole words of the embedder's own vocabulary (all-MiniLM-L6-v2, Apache-2.0): what a user said is not
in it. Each is embedded by itself; of each term the nearest others are kept. A few minutes on two cores.

    python packaging/alike_english.py
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from knowledge import english  # noqa: E402  (the project is not installed where a table is made)
from knowledge.alike_english import LEAST, place  # noqa: E402
from knowledge.embedder import bundled, bundled_folder  # noqa: E402

NEAREST = 24
LETTERS = re.compile(r"[a-z]{3,}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        embedder = bundled(Path(folder))
    tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda one: one[1])  # the more frequent come first
    surface: dict[str, str] = {}
    for word, _ in vocabulary:
        if LETTERS.fullmatch(word) and (term := english.term(word)) is not None:
            surface.setdefault(term, word)
    terms = list(surface)
    vectors = np.stack([one.vectors[0] for one in embedder.embed(list(surface.values()))])
    others = np.zeros((len(terms), NEAREST), np.uint16)
    cosines = np.zeros((len(terms), NEAREST), np.uint8)
    for at in range(0, len(terms), 512):
        near = vectors[at : at + 512] @ vectors.T
        for row, values in enumerate(near):
            values[at + row] = 0.0
            best = np.argsort(-values, kind="stable")[:NEAREST]
            best = best[values[best] >= LEAST]
            others[at + row, : len(best)] = best
            cosines[at + row, : len(best)] = np.round(values[best] * 255)
    place().parent.mkdir(exist_ok=True)
    np.savez_compressed(place(), terms=np.array("\n".join(terms)), others=others, cosines=cosines)
    print(f"{len(terms)} terms, {place().stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
