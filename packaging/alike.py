"""Make assets/korean/alike.npz, the table of Korean words that mean about the same, anew from kiwipiepy's model.

To be run with the project's interpreter after a change of kiwipiepy's version: .venv/bin/python packaging/alike.py
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from knowledge.alike import learn, table

if __name__ == "__main__":
    learn(table())
    print(f"{table()}: {table().stat().st_size / 1e6:.1f} MB")
