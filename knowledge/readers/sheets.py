"""Spreadsheets of Excel (XLSX, XLSM, XLSB, XLS), sheet by sheet, by the values that formulas last had; by calamine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from knowledge.readers.package import Package
from knowledge.readers.properties import office_details
from knowledge.readers.reading import DAMAGED, PROTECTED, TOO_LARGE, Details, Enclosed, Reading, Section, Source
from knowledge.readers.rows import sheet

MOST_CELLS = 30_000_000  # of one sheet, empty ones between filled ones included: calamine keeps them all

_ZIP = b"PK"


def read(source: Source) -> Reading:
    import python_calamine

    title, details = None, Details()
    if source.start(2) == _ZIP:
        with Package(source) as package:
            title, details = office_details(package)
    file = source.open()
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError as error:
        file.close()
        raise source.refused(PROTECTED) from error
    except (python_calamine.CalamineError, OSError) as error:
        file.close()
        raise source.refused(DAMAGED) from error
    return Reading(title, _sheets(workbook, file, source), details)


def _sheets(workbook: Any, file: Any, source: Source) -> Iterator[Section | Enclosed]:
    import python_calamine

    with file:
        for name in workbook.sheet_names:
            try:
                cells = workbook.get_sheet_by_name(name)
            except python_calamine.WorksheetNotFound:  # a sheet of charts
                continue
            except python_calamine.CalamineError as error:
                raise source.refused(DAMAGED) from error
            if cells.total_height * cells.total_width > MOST_CELLS:
                raise source.refused(TOO_LARGE)
            yield from sheet(name, _rows(cells))
        workbook.close()


def _rows(cells: Any) -> Iterator[tuple[int, list[str]]]:
    first = (cells.start or (0, 0))[0] + 1
    for number, row in enumerate(cells.to_python(skip_empty_area=True), start=first):
        texts = [_shown(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, texts


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return f"{value:.12g}"
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.datetime():
            return value.isoformat(sep=" ", timespec="seconds")
    return " ".join(str(value).split())
