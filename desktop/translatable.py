"""Marks a sentence for translation where Qt must not be imported: the extractor goes by the function's name."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # noqa: N802 (the name the extractor knows)
    """`text` itself; who shows it asks `QCoreApplication.translate(context, text)`."""
    return text
