"""The house keeps its shape: who may import whom, what the window may load, how files are named."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("desktop", "engine", "knowledge")
MAY_IMPORT = {"desktop": {"desktop", "engine", "knowledge"}, "engine": {"engine"}, "knowledge": {"knowledge"}}
HEAVY = {
    "chromadb",
    "docx",
    "kiwipiepy",
    "kreuzberg",
    "llama_cpp",
    "pypdfium2",
    "sentence_transformers",
    "sklearn",
    "tantivy",
    "torch",
    "transformers",
}
QT = {"PySide6", "qtawesome", "qtpy", "shiboken6"}
SAYS_NOTHING = {"base", "common", "helper", "helpers", "manager", "misc", "util", "utils"}
VIEW_LINES = 400


def sources(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, *, late: bool) -> Iterator[str]:
    """What a file imports, `from a import b` as `a.b`; with `late`, inside its functions too."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; the house writes the whole name"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for_mypy = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        if for_mypy or (inside and not late):
            continue
        waiting.extend(ast.iter_child_nodes(node))


def loaded_by(statement: str) -> set[str]:
    """The top-level packages that a fresh Python has loaded after `statement`."""
    script = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_below_it(room):
    for path in sources(room):
        reached = {name.partition(".")[0] for name in imports(path, late=True)} & set(ROOMS)
        assert reached <= MAY_IMPORT[room], f"{path.relative_to(ROOT)} imports {reached - MAY_IMPORT[room]}"


@pytest.mark.parametrize("room", ["engine", "knowledge"])
def test_qt_is_imported_by_the_desktop_alone(room):
    for path in sources(room):
        reached = {name.partition(".")[0] for name in imports(path, late=True)} & QT
        assert not reached, f"{path.relative_to(ROOT)} imports {reached}"


def test_no_file_imports_a_heavy_library_before_it_is_needed():
    for path in sources(*ROOMS):
        reached = {name.partition(".")[0] for name in imports(path, late=False)} & HEAVY
        assert not reached, f"{path.relative_to(ROOT)} imports {reached} at its top"


def test_no_module_imports_itself_around_a_corner():
    modules = {module_name(path): path for path in sources(*ROOMS)}

    def meant(name: str) -> str:
        return name if name in modules else name.rpartition(".")[0]

    imported = {
        name: {meant(other) for other in imports(path, late=False)} & set(modules) for name, path in modules.items()
    }
    finished: set[str] = set()

    def follow(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, f"import cycle: {' → '.join((*way[way.index(name) :], name))}"
        if name not in finished:
            for other in sorted(imported[name]):
                follow(other, (*way, name))
            finished.add(name)

    for name in sorted(modules):
        follow(name, ())


def test_the_window_process_loads_nothing_heavy():
    assert not loaded_by("import desktop.app, desktop.inside") & HEAVY


def test_the_command_line_needs_neither_qt_nor_anything_heavy():
    assert not loaded_by("import desktop.cli") & (QT | HEAVY)


@pytest.mark.parametrize("room", ["engine", "knowledge"])
def test_a_worker_is_described_without_being_loaded(room):
    assert not loaded_by(f"import {room}.messages, {room}.errors") & (QT | HEAVY | {"numpy"})


def test_a_view_fits_in_a_head():
    for path in sources("desktop/views"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines < VIEW_LINES, f"{path.relative_to(ROOT)} has {lines} lines"


def test_file_names_say_what_is_inside():
    for path in sources(*ROOMS, "packaging"):
        for word in path.relative_to(ROOT).with_suffix("").parts:
            assert word not in SAYS_NOTHING, f"{path.relative_to(ROOT)}: “{word}” says nothing"


def test_every_file_begins_by_saying_what_it_is():
    for path in sources(*ROOMS, "packaging"):
        text = path.read_text(encoding="utf-8")
        assert not text.strip() or ast.get_docstring(ast.parse(text)), f"{path.relative_to(ROOT)} has no docstring"


def test_packaging_is_no_package():
    assert not (ROOT / "packaging" / "__init__.py").exists(), "it would hide the library of that name"
    assert not list((ROOT / "assets").rglob("*.py")), "assets are data"


def test_the_tree_holds_no_path_of_the_machine_it_was_written_on():
    told = [f"/{folder}/" for folder in ("work", "root", "home/user")]
    for path in [
        *sources(*ROOMS, "packaging", "tests"),
        ROOT / "README.md",
        ROOT / "pyproject.toml",
        ROOT / ".ci" / "run",
    ]:
        text = path.read_text(encoding="utf-8")
        found = [place for place in told if place in text]
        assert not found, f"{path.relative_to(ROOT)} names {found}"
