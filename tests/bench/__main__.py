"""Benchmarks: each measures Haema beside the bare part it is built on, in turns, in one run.

python3 packaging/dev.py bench [engine] [window] [documents] [files] [memory] [adaptive] [scale] [import] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from tests.bench import (
    adaptive,
    correction,
    documents,
    engine,
    files,
    follow_ups,
    imports,
    korean_talks,
    memory,
    reuse,
    reworded,
    scale,
    smooth,
    speculation,
    statements,
    talks,
    window,
    year,
)
from tests.bench.row import Row


def engine_rows() -> Iterator[Row]:
    """Speed of the whole path, guessing ahead, and what is not processed twice."""
    yield from engine.rows()
    yield from speculation.rows()
    yield from reuse.rows()


def window_rows() -> Iterator[Row]:
    """The start and the text, and how smooth it stays while files are indexed."""
    yield from window.rows()
    yield from smooth.rows()


def documents_rows() -> Iterator[Row]:
    """The public sets, questions that lean on the one before, and questions in other words than the text's."""
    yield from documents.rows()
    yield from follow_ups.rows()
    yield from reworded.rows()


def memory_rows() -> Iterator[Row]:
    """How long recall takes, and what of long conversations it finds."""
    yield from memory.rows()
    yield from talks.rows()
    yield from korean_talks.rows()


def facts_rows() -> Iterator[Row]:
    """What is taken for a fact, whether a correction beats the model, and a year of facts that change."""
    yield from statements.rows()
    yield from correction.rows()
    yield from year.rows()


BENCHES = {
    "engine": engine_rows,
    "window": window_rows,
    "documents": documents_rows,
    "files": files.rows,
    "memory": memory_rows,
    "adaptive": adaptive.rows,
    "facts": facts_rows,
    "scale": scale.rows,
    "import": imports.rows,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="dev.py bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "names", nargs="*", choices=[*BENCHES, []], metavar="NAME", help=f"of {', '.join(BENCHES)}; none: all"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table as a list of objects")
    options = parser.parse_args()
    rows: list[Row] = []
    print(f"{'bench':11}{'measure':46}{'haema':>10}{'bare':>10}{'ratio':>8}{'goal':>8}  met", flush=True)
    for name in options.names or BENCHES:
        for row in BENCHES[name]():
            rows.append(row)
            print(row.line(), flush=True)
    if options.json:
        options.json.write_text(
            json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
