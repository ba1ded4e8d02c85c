"""What an office document says about itself: the core properties of OOXML, which Dublin Core names for all formats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from knowledge.readers.package import Package, local
from knowledge.readers.reading import Details

if TYPE_CHECKING:
    from lxml.etree import _Element

_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?)?")
_PLACEHOLDER = re.compile(r"(?i)powerpoint presentation|untitled\b.*|title|제목 없음|PowerPoint 프레젠테이션")


def office_details(package: Package) -> tuple[str | None, Details]:
    """The title and the details of an OOXML package."""
    root = package.xml("docProps/core.xml")
    return dublin_core(root) if root is not None else (None, Details())


def dublin_core(root: _Element) -> tuple[str | None, Details]:
    """The title and the details in the elements anywhere below `root`; the first of each name counts."""
    found: dict[str, str] = {}
    for element in root.iter("{*}*"):
        text = " ".join("".join(element.itertext()).split()) if len(element) < 8 else ""
        name = local(element)
        if text and name not in found:
            found[name] = text
    title = found.get("title")
    return (
        None if title and _PLACEHOLDER.fullmatch(title) else title,
        Details(
            author=found.get("creator") or found.get("initial-creator"),
            created=iso_date(found.get("created") or found.get("creation-date") or found.get("date")),
            changed=iso_date(found.get("modified") or found.get("date")),
            language=found.get("language"),
        ),
    )


def iso_date(text: str | None) -> str | None:
    """The text where it is an ISO 8601 date, with or without a time; what stands around it is dropped."""
    found = _DATE.match(text.strip()) if text else None
    return found[0].replace(" ", "T") if found else None
