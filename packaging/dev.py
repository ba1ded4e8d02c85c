#!/usr/bin/env python3
"""The one door to every chore: set up, run, test, measure, translate, package.

Needs nothing but Python 3.11. What a command needs is set up first, step by step, and never twice.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(f"Haema needs Python 3.11 or newer, and this is {sys.version.split()[0]}. Start it with a newer Python.")

import environment
import installer
import system_libraries
import vulkan
from environment import ROOT, SetupError


def main() -> int:
    arguments, rest = _parser().parse_known_args()
    if rest and arguments.command not in PASSES_ON:
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        environment.ensure(backend=arguments.backend, for_tests=arguments.command == "test")
        return COMMANDS[arguments.command](rest)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on where this one stopped.", file=sys.stderr)
        return 130


def setup(_: list[str]) -> int:
    """Set up .venv and stop."""
    print(f"Ready: {environment.script('haema')}")
    return 0


def run(arguments: list[str]) -> int:
    """Open Haema; what follows is passed on to it (files to index, --home DIR, or a command such as ask)."""
    if system_libraries.display_missing() and _opens_window(arguments):
        haema = environment.script("haema")
        print(
            "There is no display here, so the window cannot open. Haema works on the command line too:\n"
            f"  {haema} index PATH…       read files and folders into the memory\n"
            f'  {haema} ask "…"           answer a question\n'
            f"  {haema} --help            everything else",
            file=sys.stderr,
        )
        return 1
    # -P: a folder named desktop where the user stands is not ours
    return _become([str(environment.python()), "-P", "-m", "desktop", *arguments])


def test(arguments: list[str]) -> int:
    """Check style, types and behaviour: ruff, mypy --strict, pytest, and pytest with llama.cpp built for Vulkan.

    What follows is passed on to pytest, which then runs alone.
    """
    python = str(environment.python())
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "pytest": [python, "-m", "pytest", *arguments],
    }
    failed = []
    for name, command in checks.items():
        print(f"── {name}", flush=True)
        if subprocess.run(command, check=False, cwd=ROOT, stdin=subprocess.DEVNULL).returncode:
            failed.append(name)
    if arguments:
        pass
    elif vulkan.wanted():
        print("── pytest on software Vulkan (built once a machine; some minutes)", flush=True)
        variables = {**os.environ, **vulkan.environment_of_tests(environment.python(), environment.llama_requirement())}
        command = [python, "-m", "pytest", "-m", "vulkan"]
        if subprocess.run(command, check=False, cwd=ROOT, stdin=subprocess.DEVNULL, env=variables).returncode:
            failed.append("pytest on software Vulkan")
    else:
        print(f"── pytest on software Vulkan: left out ({vulkan.SKIP} is set, or this is not Linux)")
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def lint(_: list[str]) -> int:
    """Put the code into the house's form and mend what ruff can mend; then show what it cannot."""
    python = str(environment.python())
    subprocess.run([python, "-m", "ruff", "check", "--fix", "--quiet", "."], check=False, cwd=ROOT)
    subprocess.run([python, "-m", "ruff", "format", "."], check=False, cwd=ROOT)
    style = subprocess.run([python, "-m", "ruff", "check", "."], check=False, cwd=ROOT).returncode
    types = subprocess.run([python, "-m", "mypy"], check=False, cwd=ROOT).returncode
    return max(style, types)


def bench(arguments: list[str]) -> int:
    """Measure Haema against its bare parts: names of benches, --json FILE."""
    if not (ROOT / "tests" / "bench" / "__main__.py").exists():
        raise SetupError("There is no tests/bench/__main__.py in this tree, so there is nothing to measure.")
    os.chdir(ROOT)
    return _become([str(environment.python()), "-m", "tests.bench", *arguments])


def translate(_: list[str]) -> int:
    """Collect the texts of desktop/ into assets/translations/*.ts and compile them to .qm."""
    catalogues = sorted((ROOT / "assets" / "translations").glob("*.ts"))
    if not catalogues:
        raise SetupError("There is no assets/translations/*.ts yet: make one file a language, such as haema_ko.ts.")
    sources = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "desktop").rglob("*.py"))]
    for catalogue in catalogues:
        target = str(catalogue.relative_to(ROOT))
        subprocess.run(
            [environment.script("pyside6-lupdate"), *sources, "-no-obsolete", "-locations", "none", "-ts", target],
            check=True,
            cwd=ROOT,
        )
    environment.compile_translations()
    return 0


def package(_: list[str]) -> int:
    """Build the application folder with PyInstaller, and on Debian the .deb from it; both land in dist/."""
    for built in installer.build():
        print(f"Built {built.relative_to(ROOT)}")
    return 0


def lock(_: list[str]) -> int:
    """Write packaging/constraints.txt anew from what .venv holds (after a change of a version in pyproject.toml)."""
    environment.write_constraints()
    return 0


COMMANDS = {
    "run": run,
    "test": test,
    "lint": lint,
    "bench": bench,
    "translate": translate,
    "package": package,
    "setup": setup,
    "lock": lock,
}
PASSES_ON = {"run", "test", "bench"}  # their arguments are read by another program


def _parser() -> argparse.ArgumentParser:
    backend = argparse.ArgumentParser(add_help=False)
    backend.add_argument(
        "--backend",
        choices=["cpu", "cuda", "vulkan", "metal"],
        help="what llama.cpp is built for (default: HAEMA_BACKEND, else as before, else what suits the machine)",
    )
    parser = argparse.ArgumentParser(prog="dev.py", description=(__doc__ or "").splitlines()[0], allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, chore in COMMANDS.items():
        commands.add_parser(name, help=chore.__doc__, description=chore.__doc__, parents=[backend], allow_abbrev=False)
    return parser


def _opens_window(arguments: list[str]) -> bool:
    """Whether Haema would open its window: it is given no command, only a data folder and files that exist."""
    files = arguments[2:] if arguments[:1] == ["--home"] else arguments
    return all(Path(file).exists() for file in files)


def _become(command: list[str]) -> int:
    """Run `command` in this one's place; on Windows, where a process cannot be replaced, beside it."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
