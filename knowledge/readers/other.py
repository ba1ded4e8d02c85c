"""The long tail of formats (DOC, PPT, Outlook's MSG, Org, FictionBook, DocBook …), as Markdown from kreuzberg."""

from __future__ import annotations

import re
from typing import Any

from knowledge.readers.markdown import blocks
from knowledge.readers.outline import first_heading, in_one_line, sections
from knowledge.readers.properties import iso_date
from knowledge.readers.reading import DAMAGED, PROTECTED, Details, Reading, Source

TYPES = {
    ".doc": "application/msword",
    ".ppt": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
    ".org": "text/x-org",
    ".fb2": "application/x-fictionbook+xml",
    ".dbk": "application/docbook+xml",
    ".docbook": "application/docbook+xml",
    ".opml": "text/x-opml",
    ".bib": "application/x-bibtex",
    ".typ": "application/x-typst",
}


def read(source: Source) -> Reading:
    import kreuzberg

    settings = kreuzberg.ExtractionConfig(use_cache=False, output_format="markdown", disable_ocr=True)
    try:
        result = kreuzberg.extract_bytes_sync(source.read(), TYPES[source.suffix], settings)
    except kreuzberg.KreuzbergError as error:
        protected = re.search(r"(?i)password|encrypt", str(error))
        raise source.refused(PROTECTED if protected else DAMAGED) from error
    facts: dict[str, Any] = dict(result.metadata or {})
    found = list(blocks(result.content))
    authors = facts.get("authors")
    return Reading(
        in_one_line(str(facts.get("title") or facts.get("subject") or "")) or first_heading(found),
        sections(found),
        Details(
            author=in_one_line(", ".join(map(str, authors)) if isinstance(authors, list) else str(authors or ""))
            or None,
            created=iso_date(str(facts.get("created_at") or "")),
            changed=iso_date(str(facts.get("modified_at") or "")),
        ),
    )
