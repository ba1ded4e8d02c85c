"""The settings' section on what comes in and goes out: conversations from elsewhere, everything as files, a backup."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.background import Background
from desktop.home import Home
from desktop.porting import PortState, porting
from desktop.views.port_words import words
from desktop.views.stylesheet import mark


class PortSection(QWidget):
    """Three buttons, and how far what they began has come."""

    def __init__(self, home: Home, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.porting = porting(home, background)
        self._title = mark(QLabel(), tone="title")
        self._intro = mark(QLabel(), tone="caption")
        self.state = QLabel()
        for label in (self._intro, self.state):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bring_in, self.export, self.backup, self.stop = (QPushButton() for _ in range(4))
        self.bring_in.clicked.connect(self._choose_export)
        self.export.clicked.connect(self._choose_target)
        self.backup.clicked.connect(self._choose_backup)
        self.stop.clicked.connect(self.porting.stop)
        buttons = QHBoxLayout()
        for button in (self.bring_in, self.export, self.backup, self.stop):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self._title, self._intro, self.state, self.bar):
            layout.addWidget(part)
        layout.addLayout(buttons)
        self.porting.changed.connect(self._show)
        self.retranslate()

    def _show(self, state: PortState) -> None:
        mark(self.state, tone="danger" if state.phase == "failed" else "muted").setText(words(state))
        self.state.setVisible(state.phase != "idle")
        self.bar.setVisible(state.under_way)
        self.bar.setRange(0, 100 if state.total else 0)  # 0, 0: busy, nobody knows how far
        self.bar.setValue(100 * state.done // max(1, state.total))
        self.bar.setAccessibleName(self.state.text())
        for button in (self.bring_in, self.export, self.backup):
            button.setVisible(not state.under_way)
        self.stop.setVisible(state.under_way)
        self.stop.setEnabled(state.phase == "running")

    # ------------------------------------------------------------ where from, where to

    def _choose_export(self) -> None:
        kinds = self.tr("Exports") + " (*.zip *.json)"
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Bring in conversations"), filter=kinds)
        if path:
            self.porting.bring_in(path)

    def _choose_target(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export everything"), _suggested("haema"), "ZIP (*.zip)")
        if path:
            self.porting.export(_as_zip(path))

    def _choose_backup(self) -> None:
        suggested = _suggested("haema-backup")
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Back up the memory"), suggested, "ZIP (*.zip)")
        if path:
            self.porting.back_up(_as_zip(path))

    # ------------------------------------------------------------ words

    def retranslate(self) -> None:
        self._title.setText(self.tr("In and out"))
        self._intro.setText(
            self.tr(
                "Conversations from ChatGPT, Claude, Open WebUI and LibreChat, as the ZIP you downloaded. Everything "
                "goes out as Markdown to read and JSON that Haema takes in again. A backup is put back with “haema "
                "restore”; models are not in it."
            )
        )
        self.bring_in.setText(self.tr("Bring in conversations…"))
        self.export.setText(self.tr("Export everything…"))
        self.backup.setText(self.tr("Back up…"))
        self.stop.setText(self.tr("Stop"))
        self._show(self.porting.state)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _suggested(name: str) -> str:
    return str(Path.home() / f"{name}-{date.today().isoformat()}.zip")  # noqa: DTZ011 - the user's day


def _as_zip(path: str) -> str:
    return path if path.lower().endswith(".zip") else f"{path}.zip"
