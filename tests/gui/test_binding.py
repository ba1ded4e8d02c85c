"""The Qt binding itself: PySide6 6.12.0 dropped a reference to None at every call without a result.

Python 3.11, where None can die, aborted after some thousands of calls ("Fatal Python error: none_dealloc").
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject


def test_a_call_without_a_result_takes_no_reference_from_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1000):
        thing.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < 100
