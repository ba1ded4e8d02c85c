"""Two weeks of the year that tests/bench/year.py lives through, with real recall."""

from __future__ import annotations

from tests.bench.year import THREADS, live


def test_two_weeks_of_changing_facts(tmp_path, embedder, words):
    changed = [thread for thread in THREADS if thread.before]
    steady = [thread for thread in THREADS if not thread.before and not thread.forgotten]
    forgotten = [thread for thread in THREADS if thread.forgotten]
    some = (*changed[0:3], *changed[15:18], *steady[0:2], *steady[8:10], *forgotten[0:3], *forgotten[13:16])

    score = live(tmp_path, embedder, words, some, days=14)

    assert score.wrong == []
    assert (score.leaks, score.stale) == (0, 0)
    assert score.asked == {"now": 10, "before": 6, "forgotten": 6}
