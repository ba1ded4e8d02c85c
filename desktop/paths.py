"""Where things lie: the data folder, its parts, and the assets that ship with the app."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs


def data_folder(override: str | None = None) -> Path:
    """`--home DIR`, else `HAEMA_HOME`, else the platform's own place for user data."""
    chosen = override or os.environ.get("HAEMA_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(platformdirs.user_data_dir("Haema", appauthor=False, roaming=False))


def log_folder(home: Path) -> Path:
    return home / "logs"


def assets() -> Path:
    """The `assets` folder: inside PyInstaller's bundle when frozen, else beside this package."""
    bundle = getattr(sys, "_MEIPASS", None)
    return (Path(bundle) if bundle else Path(__file__).parent.parent) / "assets"
