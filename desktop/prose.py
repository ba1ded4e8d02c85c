"""Which sentences of an answer claim something: Markdown prose without questions, offers of help, "I don't know"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.sentences import sentence_spans

CITED = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?![(\[:])")
CITATION = re.compile(rf"(?P<space>[ \t]*){CITED.pattern}")
FINAL = re.compile(r"[.!?…。！？]+$")

_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_RULE = re.compile(r"^ {0,3}(?:=+|-{2,}|(?:[-*_] ?){3,})\s*$")
_LEAD = re.compile(r"^\s*(?:>\s?)*(?:(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?)?")
_REFERENCE = re.compile(r"^\s*\[\d{1,3}\]:?\s")
_LEAST_WORDS = 4  # in a list item without a final mark: shorter ones are labels

_UNKNOWING = re.compile(
    r"\b(?:i|we) (?:do not|don['’]t|cannot|can['’]t|could not|couldn['’]t|am not|['’]m not|have no|(?:was|am) unable)\b"
    r"|\b(?:not|never|isn['’]t|aren['’]t|doesn['’]t) (?:\w+ )?(?:mention|state|specif|provid|contain|includ|say)\w*"
    r"|\bno (?:information|mention|record|details?|notes?)\b|\bunclear\b"
    r"|찾을 수 없|찾지 못|알 수 없|모르|모릅|정보가 없|기록이 없|내용이 없|확인할 수 없|확인되지"
    r"|(?:나와|적혀|언급되어|나타나) 있지 않|언급되지 않|언급이 없",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:(?:please )?(?:let me know|feel free|i hope|i['’]d be|i['’]m happy|i can (?:help|also)|happy to)"
    r"|hope (?:this|that)|sure|of course|certainly|thank you|thanks|sorry|i apologi[sz]e|you['’]re welcome|hello|hi"
    r"|here (?:is|are)|here['’]s)\b"
    r"|(?:말씀해|알려|물어봐|문의해)\s?주(?:세요|시|십)|도와\s?드릴|도움이 (?:되|필요)"
    r"|^(?:네|예|안녕|감사|죄송|고맙|물론)\S*[.!,]?$",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"^(?:yes|no|well|so|네|예|아니요),?\s+"
    r"|\b(?:according to|based on|as per|as (?:stated|noted|mentioned) in|from)\s+(?:your|the|these|this|my)?\s*"
    r"(?:\w+\s)?(?:notes?|documents?|files?|memory|sources?|information|context|conversations?|quotations?|passages?|text)"
    r"(?:\s+(?:provided|above|given))?,?\s*"
    r"|\b(?:the|your) (?:notes?|documents?|sources?|texts?|passages?) (?:says?|states?|mentions?|notes?)(?: that)?\s+"
    r"|\byou (?:told me|said|mentioned|wrote)(?: earlier)?(?: that)?\s+"
    r"|(?:(?:이|그|제공된|주어진)\s+)?(?:문서|기록|메모|자료|대화|노트|기억|내용|출처)에\s?(?:따르면|의하면),?\s*",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[*_~`]+|!?\[([^\]]*)\]\([^)]*\)")


def claims(text: str) -> Iterator[tuple[int, int]]:
    """The places of the sentences that claim something, in order."""
    at = 0
    for line, kind in _lines(text):
        start, at = at, at + len(line)
        if kind != "prose":
            continue
        lead = _LEAD.match(line)
        begin = start + (lead.end() if lead else 0)
        item = bool(lead and lead[0].strip(" >\t"))
        for first, last in sentence_spans(text[begin:at]):
            words = text[begin + first : begin + last]
            if _is_claim(words, item=item):
                yield begin + first, begin + last


def _is_claim(words: str, *, item: bool) -> bool:
    plain = said(words)
    if not any(map(str.isalnum, plain)) or plain.endswith((":", "?", "？", "：")):
        return False
    if item and len(plain.split()) < _LEAST_WORDS and not FINAL.search(plain) and not any(map(str.isdigit, plain)):
        return False
    return not _UNKNOWING.search(plain) and not _COURTESY.search(plain)


def said(words: str) -> str:
    """A sentence without its citations, its markup, and "according to your notes"."""
    plain = CITATION.sub("", words)
    plain = _MARKUP.sub(lambda found: found[1] or "", plain)
    stripped = _ATTRIBUTION.sub("", plain).strip()
    return stripped[:1].upper() + stripped[1:] if stripped else plain.strip()


def code_ranges(text: str) -> list[tuple[int, int]]:
    """Where the code of a Markdown text stands."""
    ranges = [found.span() for found in _CODE_SPAN.finditer(text)]
    at = 0
    for line, kind in _lines(text):
        if kind == "code":
            ranges.append((at, at + len(line)))
        at += len(line)
    return ranges


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a Markdown text with what they are: "prose", "code" or "other" (headings, tables, rules)."""
    lines = text.split("\n")
    lines = [line + "\n" for line in lines[:-1]] + lines[-1:]
    fence, kind = "", "other"
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else "\n"
        after = lines[number + 1] if number + 1 < len(lines) else ""
        opening = _FENCE.match(line)
        if fence:
            closes = opening is not None and line.strip() == opening[1] and opening[1].startswith(fence)
            fence, kind = "" if closes else fence, "code"
        elif opening:
            fence, kind = opening[1], "code"
        elif _is_indented(line) and (kind != "prose" or not before.strip()):
            kind = "code"
        elif _REFERENCE.match(line) or _RULE.match(line) or _is_heading(line, after) or _is_row(line, before, after):
            kind = "other"
        else:
            kind = "prose"
        yield line, kind


def _is_indented(line: str) -> bool:
    """Whether a line stands as far to the right as code does; an item there belongs to a list."""
    item = _LEAD.match(line.lstrip())
    return line.startswith(("    ", "\t")) and not (item and item.end())


def _is_heading(line: str, after: str) -> bool:
    return line.lstrip().startswith("#") or bool(line.strip() and re.fullmatch(r" {0,3}(?:=+|-{2,})\s*", after))


def _is_row(line: str, before: str, after: str) -> bool:
    ruled = any("|" in other and re.fullmatch(r"[\s|:-]+", other) for other in (before, after))
    return line.lstrip().startswith("|") or ("|" in line and ruled)
