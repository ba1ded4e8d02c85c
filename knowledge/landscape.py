"""Many texts as a landscape: a place for each so that what is alike lies together, the groups in it, and their names.

A text has up to two descriptions: the embedder's vector, where it can read the text, and its words (TF-IDF, brought
down to a few dimensions by SVD). They stand side by side, so that texts which the embedder cannot read, as Korean ones
with an English embedder, still lie by what they say. Then PCA to 30 dimensions and t-SNE to two (van der Maaten and
Hinton 2008), HDBSCAN for the groups, and for their names the words that set a group apart (TF-IDF over the groups).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DIMENSIONS = 30  # what t-SNE is given
WORDS_BESIDE_VECTOR = 0.35  # weight of a text's words where it has a vector too
FEW = 12  # texts: fewer are not laid out by t-SNE, nor grouped
PERPLEXITY = 30.0
STEPS = 250  # of each of the two rounds; t-SNE cannot be stopped within one
FAMILIAR = 0.7  # share of the texts whose place is known: the map is then changed instead of drawn anew
NAME_WORDS = 3
EDGE = 0.02  # left free around the map
ROUNDS = 4  # after which `told` is called


@dataclass(frozen=True, slots=True)
class Text:
    """What is known of a text: the embedder's vector (None: it cannot read it), its terms with their weights, and how
    those of them that may name a group are written."""

    vector: Any
    terms: Mapping[str, float]
    written: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Landscape:
    """Places in the unit square, one for each text; each one's group (-1: none); the groups' names."""

    places: Any
    groups: Sequence[int]
    names: Sequence[str]


def lay_out(
    texts: Sequence[Text],
    before: Mapping[int, tuple[float, float]],
    stopped: Callable[[], bool],
    told: Callable[[], None],
) -> Landscape | None:
    """`before`: where texts, by their number, lay the last time. `told` is called after each of the `ROUNDS`. None:
    it was stopped."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # nobody waits for it as for an answer
        described = _described(texts)
        told()
        places = None if stopped() else _placed(described, before, stopped, told)
        if places is None:
            return None
        places = _in_unit_square(places)
        groups = _groups(places)
    told()
    return Landscape(places, groups, _names(texts, groups))


# ---------------------------------------------------------------- places


def _described(texts: Sequence[Text]) -> Any:
    """A row of numbers for each text."""
    import numpy as np

    parts = []
    known = [n for n, text in enumerate(texts) if text.vector is not None]
    if known:
        vectors = np.stack([texts[n].vector for n in known]).astype(np.float32)
        meant = np.zeros((len(texts), vectors.shape[1]), np.float32)
        meant[known] = vectors - vectors.mean(axis=0)
        parts.append(meant)
    said = _of_words(texts)
    if said is not None:
        said[known] *= WORDS_BESIDE_VECTOR
        parts.append(said)
    both = np.concatenate(parts, axis=1)
    if min(both.shape) > DIMENSIONS:
        from sklearn.decomposition import PCA

        both = PCA(DIMENSIONS, random_state=0).fit_transform(both)
    return both.astype(np.float32)


def _of_words(texts: Sequence[Text]) -> Any:
    """The texts by their words; None where no two share one."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.decomposition import TruncatedSVD

    held = Counter(term for text in texts for term in text.terms)
    columns = {term: n for n, term in enumerate(term for term, count in held.items() if count > 1)}
    if len(columns) < 2:
        return None
    rows, places, values = [], [], []
    for n, text in enumerate(texts):
        mine = [
            (columns[term], weight * np.log(len(texts) / held[term]))
            for term, weight in text.terms.items()
            if term in columns
        ]
        length = sum(value * value for _, value in mine) ** 0.5 or 1.0
        rows += [n] * len(mine)
        places += [column for column, _ in mine]
        values += [value / length for _, value in mine]
    matrix = csr_matrix((values, (rows, places)), shape=(len(texts), len(columns)), dtype=np.float32)
    found = TruncatedSVD(min(DIMENSIONS + 10, len(columns) - 1), random_state=0).fit_transform(matrix)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return (found / np.maximum(lengths, 1e-6)).astype(np.float32)


def _placed(
    described: Any, before: Mapping[int, tuple[float, float]], stopped: Callable[[], bool], told: Callable[[], None]
) -> Any:
    """Two numbers for each row; None: it was stopped."""
    import numpy as np
    from sklearn.manifold import TSNE

    count = len(described)
    if count < FEW:
        centred = described - described.mean(axis=0)
        _, _, axes = np.linalg.svd(centred, full_matrices=False)
        flat = centred @ axes[:2].T
        return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))
    perplexity = min(PERPLEXITY, (count - 1) / 4)
    begin = _familiar(described, before)
    if begin is None:
        first = TSNE(2, perplexity=perplexity, max_iter=STEPS, init="pca", random_state=0, n_jobs=1)
        begin = first.fit_transform(described)
    told()
    if stopped():
        return None
    second = TSNE(
        2, perplexity=perplexity, max_iter=STEPS, early_exaggeration=1.0, init=begin, random_state=0, n_jobs=1
    )
    places = second.fit_transform(described)
    told()
    return None if stopped() else places


def _familiar(described: Any, before: Mapping[int, tuple[float, float]]) -> Any:
    """Where to begin when most texts have lain somewhere: there, and the others beside the most alike."""
    import numpy as np

    if len(before) < FAMILIAR * len(described):
        return None
    known = np.array(sorted(before))
    begin = np.zeros((len(described), 2), np.float32)
    begin[known] = [before[n] for n in known.tolist()]
    others = np.setdiff1d(np.arange(len(described)), known)
    for n in others.tolist():
        begin[n] = begin[known[np.argmin(((described[known] - described[n]) ** 2).sum(axis=1))]]
    begin -= begin.mean(axis=0)
    return (begin / max(1e-6, float(begin[:, 0].std())) * 20).astype(np.float32)


def _in_unit_square(places: Any) -> Any:
    import numpy as np

    low, high = places.min(axis=0), places.max(axis=0)
    return EDGE + (1 - 2 * EDGE) * (places - low) / np.maximum(high - low, 1e-6)


# ---------------------------------------------------------------- groups


def _groups(places: Any) -> Sequence[int]:
    """The group of each place; finer ones where one would hold most of all."""
    from sklearn.cluster import HDBSCAN

    count = len(places)
    if count < FEW:
        return [-1] * count
    groups: list[int] = []
    for method in ("eom", "leaf"):
        found = HDBSCAN(max(4, count // 60), min_samples=3, cluster_selection_method=method, copy=True).fit(places)
        groups = found.labels_.tolist()
        sizes = Counter(group for group in groups if group >= 0)
        if sizes and max(sizes.values()) <= count * 0.4:
            break
    return groups


def _names(texts: Sequence[Text], groups: Sequence[int]) -> list[str]:
    """The words that set each group apart from the others, as they are mostly written."""
    import math

    inside: dict[int, Counter[str]] = {group: Counter() for group in range(max(groups, default=-1) + 1)}
    everywhere: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for text, group in zip(texts, groups, strict=True):
        everywhere.update(text.written.keys())
        for term, form in text.written.items():
            written.setdefault(term, Counter())[form] += 1
        if group >= 0:
            inside[group].update(text.written.keys())
    sizes = Counter(groups)
    names = []
    for group, counts in inside.items():
        share = {
            term: count / sizes[group] * math.log(1 + len(texts) / everywhere[term])
            for term, count in counts.items()
            if count > 1
        }
        best = sorted(share, key=lambda term: (-share[term], term))[:NAME_WORDS]
        names.append(" · ".join(written[term].most_common(1)[0][0] for term in best))
    return names
