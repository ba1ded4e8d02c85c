"""What Haema needs from the operating system: Qt's libraries, a compiler, and for the tests a virtual display.

Only Debian and its relatives are looked at; elsewhere Qt says itself what it misses.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable

FOR_QT = (
    "fonts-noto-cjk",
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libglib2.0-0",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxkbcommon-x11-0",
)
FOR_BUILDING = ("build-essential",)
FOR_TESTS = ("at-spi2-core", "dbus-x11", "imagemagick", "poppler-utils", "xauth", "xdotool", "xvfb")


def missing(*, for_tests: bool) -> list[str]:
    """The Debian packages that are not installed; empty where there is no dpkg."""
    wanted = [*FOR_QT, *FOR_BUILDING, *(FOR_TESTS if for_tests else ())]
    if importlib.util.find_spec("ensurepip") is None:
        wanted.append("python3-venv")
    return not_installed(wanted)


def not_installed(wanted: Iterable[str]) -> list[str]:
    """Those of `wanted` that neither stand nor are provided here; empty where there is no dpkg."""
    if shutil.which("dpkg-query") is None:
        return []
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ${Package} ${Provides}\n"]
    installed: set[str] = set()
    for line in subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines():
        status, _, names = line.partition(" ")
        if status == "installed":
            installed.update(name.strip().split(" ")[0] for name in names.replace(" ", ",", 1).split(","))
    return [package for package in wanted if package not in installed]


def install_command(packages: list[str]) -> list[str]:
    return ["apt-get", "install", "--yes", "--no-install-recommends", *packages]


def may_install() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def display_missing() -> bool:
    """Whether this is a Linux session without a screen that Qt could open a window on."""
    return sys.platform == "linux" and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )
