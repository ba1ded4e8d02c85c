"""What people install: PyInstaller's application folder, and on Debian a .deb from it. Both land in dist/.

For Windows (windows/haema.iss) and macOS (macos/make_dmg.sh) the recipes stand beside this file.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tomllib
from pathlib import Path

import environment
import system_libraries
from environment import ROOT
from steps import SetupError, run_logged, shown

DIST = ROOT / "dist"
BUILD = ROOT / "build"
HERE = ROOT / "packaging"
ICONS = ROOT / "assets" / "icons"


def build() -> list[Path]:
    """Build what this system can; returns the folder and, on Debian, the package. Raises `SetupError`."""
    with shown("[1] The application folder (PyInstaller; some minutes)"):
        spec: list[str | Path] = [HERE / "haema.spec", "--noconfirm", "--distpath", DIST, "--workpath", BUILD]
        run_logged([environment.python(), "-m", "PyInstaller", *spec])
    folder = DIST / "haema"
    if shutil.which("dpkg-deb") is None:
        return [folder]
    with shown("[2] The Debian package"):
        return [folder, _debian_package(folder)]


def _debian_package(folder: Path) -> Path:
    """A .deb with the folder in /opt/haema, `haema` in the path, and an entry, icons and file types for the desktop."""
    root = BUILD / "deb"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(folder, root / "opt" / "haema", symlinks=True, copy_function=_link_or_copy)
    share = root / "usr" / "share"
    _put(HERE / "debian" / "haema.desktop", share / "applications" / "haema.desktop")
    _put(HERE / "debian" / "haema.metainfo.xml", share / "metainfo" / "haema.metainfo.xml")
    _put(ROOT / "LICENSE", share / "doc" / "haema" / "copyright")
    for icon in ICONS.glob("haema-[0-9]*.png"):
        size = icon.stem.removeprefix("haema-")
        _put(icon, share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "haema.png")
    _put(ICONS / "haema.svg", share / "icons" / "hicolor" / "scalable" / "apps" / "haema.svg")
    program = root / "usr" / "bin" / "haema"
    program.parent.mkdir(parents=True)
    program.symlink_to(Path("../../opt/haema/haema"))

    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    asked = ["dpkg", "--print-architecture"]
    architecture = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    control = (HERE / "debian" / "control.in").read_text(encoding="utf-8")
    libraries = [name for name in system_libraries.FOR_QT if not name.startswith("fonts-")]
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    facts = {
        "VERSION": version,
        "ARCHITECTURE": architecture,
        "SIZE": str(sum(path.stat().st_size for path in files) // 1024),  # KiB
        "DEPENDS": ", ".join([f"libc6 (>= {_libc_version()})", *libraries]),
    }
    for name, fact in facts.items():
        control = control.replace(f"@{name}@", fact)
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "control").write_text(control, encoding="utf-8")

    package = DIST / f"haema_{version}_{architecture}.deb"
    # Packing a gigabyte with xz takes minutes; zstd, known to dpkg since Debian 12, takes seconds.
    run_logged(["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", root, package])
    return package


def _libc_version() -> str:
    """What the libraries were built against at most: this machine's C library."""
    name, version = platform.libc_ver()
    if name != "glibc":
        raise SetupError("A .deb is built on Debian or a relative of it, with glibc.")
    return version


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)


def _link_or_copy(source: str, target: str) -> None:
    """Hard links spare a second gigabyte on the disk."""
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
