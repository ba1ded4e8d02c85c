"""The models of this computer as rows: models first, then their parts, then what other programs keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.fit_words import Tone, in_words, verdict
from desktop.language import say
from desktop.model_library import Elsewhere, Item
from desktop.models.model_rows import Row
from engine import starter
from engine.catalog import Entry
from engine.messages import Fit

translate = QCoreApplication.translate  # under this name the extractor of texts knows it

ELSEWHERE = "elsewhere:"  # begins the key of what another program keeps


def local_rows(
    items: Sequence[Item],
    elsewhere: Sequence[Elsewhere],
    fits: Mapping[Path, Fit | Exception],
    entries: Sequence[Entry],
    *,
    in_use: str | None,
    loading: bool,
) -> list[Row]:
    """All rows; `in_use` is the name of the model that answers, or is being loaded to."""
    models = [item for item in items if item.kind == "model"]
    parts = [item for item in items if item.kind != "model"]
    rows = [_row(item, fits.get(item.path), entry_of(item, entries), in_use=in_use, loading=loading) for item in models]
    if parts:
        rows.append(Row("parts", translate("models", "Adapters and projectors"), heading=True))
        rows += [_row(item, None, None, in_use=None, loading=False) for item in parts]
    if elsewhere:
        rows.append(Row("elsewhere", translate("models", "Found in other programs"), heading=True))
        rows += [
            Row(f"{ELSEWHERE}{one.path}", one.name, f"{one.program} · {in_words(one.size)}", matter=one)
            for one in elsewhere
        ]
    return rows


def title_of(item: Item) -> str:
    """What the model calls itself, else the file's name; the starter's own is its maker's shorthand."""
    if item.starter:
        return starter.NAME
    return item.facts.name if item.facts is not None and item.facts.name else item.name


def entry_of(item: Item, entries: Sequence[Entry]) -> Entry | None:
    """The catalogue's entry that this file is, if it came from there."""
    if item.provenance is None:
        return None
    here = (item.provenance.repository, item.path.name)
    return next((entry for entry in entries if (entry.repository, Path(entry.file).name) == here), None)


def good_for(entry: Entry) -> str:
    """In the window's language."""
    return entry.good_for_ko if QLocale().language() == QLocale.Language.Korean else entry.good_for


def sentence(words: str) -> str:
    """With a capital, where the words stand by themselves."""
    return words[:1].upper() + words[1:]


def facts_in_words(item: Item) -> list[str]:
    """Size, quantisation, length; only what is known."""
    words = [in_words(item.size)]
    if item.facts is None:
        return words
    if item.facts.quantisation:
        words.append(item.facts.quantisation)
    if item.kind == "model":
        reads = translate("models", "reads up to {count} tokens")
        words.append(reads.format(count=QLocale().toString(item.facts.context_length)))
    return words


def kind_in_words(item: Item) -> str:
    match item.kind, item.origin:
        case "projector", _:
            return translate("models", "gives a model eyes")
        case "adapter", _:
            return translate("models", "changes how a model answers")
        case _, "starter":
            return translate("models", "starter")
        case _, "linked":
            return translate("models", "stays in its own folder")
    return ""


def _row(item: Item, fit: Fit | Exception | None, entry: Entry | None, *, in_use: str | None, loading: bool) -> Row:
    side, tone = _side(item, fit)
    badge = ""
    if item.name == in_use:
        badge = translate("models", "loading") if loading else translate("models", "in use")
    caption = [*facts_in_words(item), kind_in_words(item), good_for(entry) if entry is not None else ""]
    return Row(item.name, title_of(item), " · ".join(part for part in caption if part), side, tone, badge, matter=item)


def _side(item: Item, fit: Fit | Exception | None) -> tuple[str, Tone]:
    if item.error is not None:
        return translate("models", "Cannot be read"), "danger"
    if item.kind != "model" or fit is None:
        return "", "muted"
    return verdict(fit) if isinstance(fit, Fit) else (say(fit), "danger")
