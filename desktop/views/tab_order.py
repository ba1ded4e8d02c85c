"""In which order Tab visits widgets."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtWidgets import QWidget


def order_tabs(chain: Iterable[QWidget]) -> None:
    """Each of these follows the one before it; what followed the first before follows the last now."""
    for one, other in pairwise(chain):
        QWidget.setTabOrder(one, other)
