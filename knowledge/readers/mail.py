"""Mail: one message (EML) or many (MBOX): who wrote to whom, when and what; attachments by their own readers."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import parsedate_to_datetime

from knowledge.readers.html import plain
from knowledge.readers.outline import Block, in_one_line, sections
from knowledge.readers.reading import DAMAGED, Details, Enclosed, Reading, Section, Source
from knowledge.readers.text import decode

LARGEST_MAILBOX = 1024**3  # bytes
LARGEST_MESSAGE = 128 * 1024**2  # bytes, attachments included

_SHOWN = ("From", "To", "Cc", "Date")
_ENCODED = re.compile(  # files that old programs wrote into the text itself: base64, uuencode
    r"(?m)^(?:[A-Za-z0-9+/]{60,80}\n){3,}(?:[A-Za-z0-9+/]{1,80}={0,2}\n)?|^begin [0-7]{3} \S.*\n(?:[ -`]{1,62}\n)+end$"
)
_SPACES = re.compile(r"\s+")


def read(source: Source) -> Reading:
    message = _parsed(source.read())
    if not message.keys():
        raise source.refused(DAMAGED)
    return Reading(
        _header(message, "Subject") or None,
        _sections(message, source, None),
        Details(author=_header(message, "From") or None, created=_date(message)),
    )


def read_mailbox(source: Source) -> Reading:
    return Reading(None, _mailbox(source))


def _mailbox(source: Source) -> Iterator[Section | Enclosed]:
    """The messages as they follow one another, each under its subject."""
    found = False
    for number, data in enumerate(_messages(source), start=1):
        message = _parsed(data)
        if not message.keys():
            continue
        found = True
        subject = in_one_line(_header(message, "Subject")) or str(number)
        yield from _sections(message, Source(f"{source.name}/{number}.eml", b"", source.depth), subject)
    if not found:
        raise source.refused(DAMAGED)


def _messages(source: Source) -> Iterator[bytes]:
    """A message begins behind a line with "From " after an empty one."""
    lines: list[bytes] = []
    size = 0
    empty = True
    with source.open() as file:
        for line in iter(lambda: file.readline(1024**2), b""):
            if empty and line.startswith(b"From "):
                if lines:
                    yield b"".join(lines)
                lines, size = [], 0
            elif size < LARGEST_MESSAGE:
                lines.append(line[1:] if line.startswith(b">From ") else line)
                size += len(line)
            empty = not line.strip()
    if lines:
        yield b"".join(lines)


def _parsed(data: bytes) -> Message:
    """Lenient: what the new policy of the library chokes on (odd headers) is never asked of it here."""
    return email.message_from_bytes(data, policy=email.policy.compat32)


def _header(message: Message, name: str) -> str:
    """The header with its encoded words decoded; what cannot be decoded is shown as it stands."""
    from email.header import decode_header

    raw = message.get(name)
    if raw is None:
        return ""
    words = ""
    try:
        parts = decode_header(raw)
    except (ValueError, LookupError, email.errors.MessageError):
        parts = [(str(raw), None)]
    for part, charset in parts:
        words += part if isinstance(part, str) else _decoded(part, charset)
    return _SPACES.sub(" ", words).strip()


def _decoded(data: bytes, charset: str | None) -> str:
    """Korean mail calls CP949 by the names of its subsets; a false or unknown name is common, and the bytes tell."""
    name = (charset or "").strip().lower()
    if name in {"euc-kr", "ks_c_5601-1987", "ks_c_5601", "korean", "ksc5601", "unknown-8bit"}:
        name = "cp949" if name != "unknown-8bit" else ""
    if name:
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    return decode(data) or data.decode("latin-1")


def _date(message: Message) -> str | None:
    try:
        return parsedate_to_datetime(str(message.get("Date"))).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _sections(message: Message, source: Source, heading: str | None) -> Iterator[Section | Enclosed]:
    subject = _header(message, "Subject")
    head = [f"{name}: {text}" for name in _SHOWN if (text := _header(message, name))]
    blocks = [Block(subject, 1), Block("\n".join(head))]
    enclosed: list[Enclosed] = []
    _collect(message, source, blocks, enclosed)
    for section in sections(blocks):
        yield Section(section.text, heading=section.heading or heading)
    yield from enclosed


def _collect(message: Message, source: Source, blocks: list[Block], enclosed: list[Enclosed]) -> None:
    """Put the message's texts into `blocks` and what is attached to it into `enclosed`."""
    kind = message.get_content_type()
    name = _name(message)
    if kind == "message/rfc822":
        inside = message.get_payload()
        for inner in (part for part in inside if isinstance(part, Message)) if isinstance(inside, list) else ():
            enclosed.append(_attached(inner.as_bytes(), name or f"{len(enclosed) + 1}.eml", source, ".eml"))
    elif message.is_multipart():
        parts = [part for part in message.get_payload() if isinstance(part, Message)]
        if kind == "multipart/alternative":
            parts = _best(parts)
        for part in parts:
            _collect(part, source, blocks, enclosed)
    elif name and (message.get_content_disposition() == "attachment" or not kind.startswith("text/")):
        data = message.get_payload(decode=True)
        if isinstance(data, bytes) and data:
            enclosed.append(_attached(data, name, source, ""))
    elif kind in ("text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown"):
        blocks += _body(message, kind)


def _best(parts: list[Message]) -> list[Message]:
    """Of versions that say the same: the plain one if it says anything, else the last that can be read."""
    plain_ones = [part for part in parts if part.get_content_type() == "text/plain" and str(part.get_payload()).strip()]
    others = [part for part in parts if part.is_multipart() or part.get_content_type() == "text/html"]
    unread = [part for part in parts if not part.get_content_type().startswith("text/") and not part.is_multipart()]
    calendars = [part for part in unread if _name(part)]
    return [*(plain_ones[:1] or others[-1:]), *calendars]


def _body(message: Message, kind: str) -> Iterator[Block]:
    data = message.get_payload(decode=True)
    if not isinstance(data, bytes):
        return
    text = _decoded(data, message.get_content_charset())
    if kind == "text/plain":
        if message.get_param("format") == "flowed":
            text = re.sub(r"(?m)(?<!^--) \r?\n(?=\S)", " ", text)
        yield Block(_ENCODED.sub("", text.replace("\r\n", "\n") + "\n"))
    else:
        yield Block(plain(text))


def _name(message: Message) -> str:
    """The attachment's file name, without folders; "" when it has none."""
    try:
        raw = message.get_filename()
    except (LookupError, ValueError, TypeError):
        return ""
    if not raw:
        return ""
    words = Message()
    words["Subject"] = raw
    return re.split(r"[\\/]", _header(words, "Subject"))[-1].strip()


def _attached(data: bytes, name: str, source: Source, suffix: str) -> Enclosed:
    name = name if not suffix or name.lower().endswith(suffix) else f"{name}{suffix}"
    return Enclosed(Source(f"{source.name}/{name}", data, source.depth + 1), in_one_line(name))
