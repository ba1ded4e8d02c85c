"""The plain baselines beside which recall is measured, with the same embedder and in a process of their own.

Dense alone embeds each text as far as the embedder's window goes; BM25 alone is Okapi's (k1 1.5, b .75, Robertson and
Zaragoza 2009, with a quarter of the mean idf for words that most texts have) over words, and over morphemes where
there is Hangul; plain fusion adds 1 / (60 + rank) of both (Cormack et al. 2009); the common default embeds chunks of
1,000 characters and knows no words.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

DENSE, WORDS, FUSED, CHUNKS = "dense alone", "BM25 alone", "plain rank fusion", "common default"
BASELINES = (DENSE, WORDS, FUSED, CHUNKS)
BEST = 10
CHUNK_CHARACTERS = 1000
K1, B, LEAST_IDF = 1.5, 0.75, 0.25
RANK = 60

_WORD = re.compile(r"\w+")
_HANGUL = re.compile("[가-힣]")


def plain_rankings(pipe: Connection, folder: str, best: int = BEST) -> None:
    """Answer each (texts, questions) with the places of each question's `best` texts, by baseline; None ends it."""
    import numpy as np
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")
    known: dict[str, Any] = {}
    words = _words()

    def vectors(texts: Sequence[str]) -> Any:
        """Each text is embedded once, though it may be a chunk as well."""
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            made = model.encode(new, normalize_embeddings=True, show_progress_bar=False)
            known.update(zip(new, made, strict=True))
        return np.stack([known[text] for text in texts])

    pipe.send("ready")
    while (asked := pipe.recv()) is not None:
        texts, questions = asked
        known.clear()
        chunks = [
            (place, text[at : at + CHUNK_CHARACTERS])
            for place, text in enumerate(texts)
            for at in range(0, max(1, len(text)), CHUNK_CHARACTERS)
        ]
        of_questions = vectors(questions)
        dense = of_questions @ vectors(texts).T
        by_chunk = of_questions @ vectors([chunk for _, chunk in chunks]).T
        best_chunk = np.full((len(questions), len(texts)), -1.0)
        np.maximum.at(best_chunk.T, [place for place, _ in chunks], by_chunk.T)
        lexical = np.array(bm25([words(text) for text in texts], [words(question) for question in questions]))
        ranks = [np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1) for scores in (dense, lexical)]
        fused = sum(1 / (RANK + rank) for rank in ranks)
        scored = zip(BASELINES, (dense, lexical, fused, best_chunk), strict=True)
        pipe.send({name: np.argsort(-scores, axis=1, kind="stable")[:, :best].tolist() for name, scores in scored})


def bm25(texts: Sequence[Sequence[str]], questions: Sequence[Sequence[str]]) -> list[list[float]]:
    """The score of each text for each question."""
    postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for place, text in enumerate(texts):
        for word, count in Counter(text).items():
            postings[word].append((place, count))
    idfs = {word: math.log((len(texts) - len(have) + 0.5) / (len(have) + 0.5)) for word, have in postings.items()}
    least = LEAST_IDF * sum(idfs.values()) / len(idfs)
    mean = sum(map(len, texts)) / len(texts)
    normal = [K1 * (1 - B + B * len(text) / mean) for text in texts]
    every = []
    for question in questions:
        scores = [0.0] * len(texts)
        for word in question:
            idf = idfs.get(word, 0.0)
            for place, count in postings.get(word, ()):
                scores[place] += (idf if idf >= 0 else least) * count * (K1 + 1) / (count + normal[place])
        every.append(scores)
    return every


def _words() -> Callable[[str], list[str]]:
    analyser: Any = None

    def words(text: str) -> list[str]:
        nonlocal analyser
        if not _HANGUL.search(text):
            return _WORD.findall(text.lower())
        if analyser is None:
            from kiwipiepy import Kiwi

            analyser = Kiwi()
        return [t.form for t in analyser.tokenize(text) if t.tag[0] in "NVXM" or t.tag in ("SL", "SN", "SH")]

    return words
