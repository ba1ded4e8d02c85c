"""Electronic books (EPUB): the chapters in the order of the spine, each read as a web page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from knowledge.readers.html import decoded_page, whole_page
from knowledge.readers.outline import Block, first_heading, sections
from knowledge.readers.package import Package
from knowledge.readers.properties import dublin_core
from knowledge.readers.reading import DAMAGED, RIGHTS, Enclosed, Reading, Section, Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_FONTS = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")  # obscured fonts are no protection


def read(source: Source) -> Reading:
    package = Package(source)
    try:
        name = _root_file(package)
        root = package.xml(name) if name else None
        if root is None:
            raise source.refused(DAMAGED)
        chapters = _chapters(root, posixpath.dirname(name))
        if _is_locked(package, chapters):
            raise source.refused(RIGHTS)
        title, details = dublin_core(root)
    except BaseException:
        package.close()
        raise
    return Reading(title, _sections(package, chapters), details)


def _root_file(package: Package) -> str:
    container = package.xml("META-INF/container.xml")
    for file in container.iter("{*}rootfile") if container is not None else ():
        return str(file.get("full-path", ""))
    return next((name for name in package.names if name.endswith(".opf")), "")


def _chapters(root: _Element, folder: str) -> list[str]:
    files = {item.get("id"): item for item in root.iter("{*}item")}
    found = []
    for reference in root.iter("{*}itemref"):
        item = files.get(reference.get("idref"))
        if item is None or "html" not in item.get("media-type", "html") or "nav" in item.get("properties", "").split():
            continue
        found.append(posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "").partition("#")[0]))))
    return found


def _is_locked(package: Package, chapters: list[str]) -> bool:
    """Whether chapters are enciphered; of fonts it does not matter."""
    data = package.read("META-INF/encryption.xml")
    root = package.xml("META-INF/encryption.xml") if data else None
    for entry in root.iter("{*}EncryptedData") if root is not None else ():
        method = next((method.get("Algorithm", "") for method in entry.iter("{*}EncryptionMethod")), "")
        names = {unquote(part.get("URI", "")) for part in entry.iter("{*}CipherReference")}
        if not method.encode().startswith(_FONTS) and names & set(chapters):
            return True
    return False


def _sections(package: Package, chapters: list[str]) -> Iterator[Section | Enclosed]:
    """Chapter by chapter; one without a heading of its own goes by its title."""
    with package:
        for name in chapters:
            data = package.read(name)
            text = decoded_page(data) if data else None
            if text is None:
                continue
            title, blocks = whole_page(text)
            if first_heading(blocks) is None and title and len(blocks) > 1:
                blocks = [Block(title, 1), *blocks]
            yield from sections(blocks)
