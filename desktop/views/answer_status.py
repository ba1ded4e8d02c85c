"""The line below the composer: how long the last answer took, and how fast it came."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.chat import Answer
from desktop.views.stylesheet import mark


class AnswerStatus(QLabel):
    """Empty, but as high as ever, where there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(" ", parent)
        mark(self, tone="caption")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._answer: Answer | None = None

    def show_answer(self, answer: Answer | None) -> None:
        """The measures of an answer that has just been written."""
        self._answer = answer
        if answer is None or not answer.timings:
            self.setText(" ")
            return
        t, locale = answer.timings, QLocale()
        rate = t["tokens_per_s"]
        reused = 100 * t["reused_tokens"] / t["prompt_tokens"] if t["prompt_tokens"] else 0
        parts = [
            self.tr("recall {ms} ms").format(ms=round(t["recall_ms"])) if answer.recall.decision != "off" else "",
            self.tr("first word {seconds} s").format(seconds=locale.toString(t["ttft_ms"] / 1000, "f", 1)),
            self.tr("{rate} tokens/s").format(rate=locale.toString(rate, "f", 1 if rate < 9.5 else 0)),
            self.tr("{percent} % reused").format(percent=round(reused)),
        ]
        self.setText(" · ".join(part for part in parts if part))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.show_answer(self._answer)
