"""One model of this computer: what it is, how it fits, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QEvent, QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.fit_words import in_words, verdict
from desktop.language import say
from desktop.model_library import Elsewhere, Item, Verified
from desktop.model_shelf import ModelShelf
from desktop.models.local_models import entry_of, facts_in_words, good_for, kind_in_words, sentence, title_of
from desktop.theme import Theme
from desktop.views.memory_bars import MemoryBars
from desktop.views.models_options import OptionsForm
from desktop.views.quiet_button import QuietButton
from desktop.views.stylesheet import mark
from engine import starter
from engine.catalog import Entry
from engine.messages import Fit, LoadOptions


class LocalDetail(QWidget):
    """`remove_wanted`, `folder_wanted` (both with the item) and `link_wanted(Elsewhere)` are for its owner to do."""

    remove_wanted = Signal(object)
    folder_wanted = Signal(object)
    link_wanted = Signal(object)

    def __init__(
        self, shelf: ModelShelf, entries: Sequence[Entry], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._shelf, self._entries = shelf, tuple(entries)
        self._item: Item | None = None
        self._elsewhere: Elsewhere | None = None
        self._offered: tuple[Item, ...] | None = None  # the library that the options were chosen from
        self._outcomes: dict[str, Verified] = {}

        self._name = mark(wrapped(), tone="name")
        self._facts = mark(wrapped(), tone="muted")
        self._good = wrapped()
        self._from = mark(wrapped(), tone="caption")
        self._verdict = wrapped()
        self._bars = MemoryBars(theme)
        self._use = mark(QPushButton(), kind="primary")
        self._use.setMinimumHeight(32)
        self._use.clicked.connect(self.act)
        self._verify = QuietButton(theme, "", tone="accent")
        self._verify.clicked.connect(self._toggle_verifying)
        self._folder = QuietButton(theme, "", tone="accent")
        self._folder.clicked.connect(lambda: self.folder_wanted.emit(self._item))
        self._remove = QuietButton(theme, "", tone="accent")
        self._remove.clicked.connect(lambda: self.remove_wanted.emit(self._item))
        self._checked = wrapped()
        self._rule = QFrame()
        self._rule.setObjectName("rule")
        self.options = OptionsForm(theme)
        self.options.changed.connect(self._choose_options)

        quiet = QHBoxLayout()
        quiet.setSpacing(14)
        for button in (self._verify, self._folder, self._remove):
            quiet.addWidget(button)
        quiet.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._name, self._facts, self._good, self._from):
            layout.addWidget(widget)
        layout.addSpacing(6)
        layout.addWidget(self._verdict)
        layout.addWidget(self._bars)
        layout.addSpacing(4)
        layout.addWidget(self._use)
        layout.addLayout(quiet)
        layout.addWidget(self._checked)
        layout.addSpacing(4)
        layout.addWidget(self._rule)
        layout.addSpacing(4)
        layout.addWidget(self.options)
        layout.addStretch(1)
        shelf.changed.connect(self._renew)
        shelf.verified.connect(self._keep_outcome)

    def show_item(self, item: Item) -> None:
        """A model, a projector or an adapter of the library."""
        other = self._item is None or item.path != self._item.path
        self._item, self._elsewhere = item, None
        shelf = self._shelf
        if item.kind == "model" and item.facts is not None and (other or self._offered is not shelf.items):
            self._offered = shelf.items
            self.options.show_model(item, shelf.options(item), shelf.models, shelf.projectors, shelf.adapters)
            if other and item.path not in shelf.fits:
                shelf.predict(item, shelf.options(item), lambda _: None)
        self._say()

    def show_elsewhere(self, one: Elsewhere) -> None:
        """A model that another program keeps."""
        self._item, self._elsewhere = None, one
        self._say()

    def act(self) -> None:
        """What the one button says: use the model, load it anew with other options, or take it into the list."""
        if self._elsewhere is not None:
            self.link_wanted.emit(self._elsewhere)
        elif self._item is not None and self._use.isEnabled() and not self._use.isHidden():
            self._shelf.use(self._item)

    # ------------------------------------------------------------ what is shown

    def _renew(self) -> None:
        if self._item is not None:
            found = self._shelf.find(self._item.name)
            if found is not None:
                self._item = found
            self._say()

    def _say(self) -> None:
        item, elsewhere = self._item, self._elsewhere
        model = item is not None and item.kind == "model" and item.facts is not None
        for button in (self._verify, self._folder, self._remove):
            button.setVisible(item is not None)
        parts: tuple[QWidget, ...] = (self._rule, self.options, self._bars, self._verdict)
        for part in parts:
            part.setVisible(model)
        self._use.setVisible(model or elsewhere is not None)
        self._checked.hide()
        self._good.hide()
        if elsewhere is not None:
            self._name.setText(elsewhere.name)
            kept = self.tr("Kept by {program}").format(program=elsewhere.program)
            self._facts.setText(f"{in_words(elsewhere.size)} · {kept}")
            self._from.setText(str(elsewhere.path))
            mark(self._use, kind="primary").setText(self.tr("Use it here too"))
            self._use.setToolTip(self.tr("The file stays where it is; nothing is copied."))
            self._use.setEnabled(True)
        elif item is not None:
            self._say_item(item)
            if model:
                self._say_fit(item)

    def _say_item(self, item: Item) -> None:
        entry = entry_of(item, self._entries)
        self._name.setText(title_of(item))
        self._facts.setText(" · ".join(part for part in (*facts_in_words(item), kind_in_words(item)) if part))
        if item.error is not None:
            mark(self._good, tone="danger").setText(say(item.error))
            self._good.show()
        elif entry is not None:
            mark(self._good, tone="plain").setText(sentence(good_for(entry)))
            self._good.show()
        self._from.setText("\n".join(self._origin(item)))
        self._folder.setText(self.tr("Show in folder"))
        self._remove.setText(self.tr("Take off the list…") if item.origin == "linked" else self.tr("Delete…"))
        self._remove.setVisible(not item.starter)
        self._say_check(item)

    def _origin(self, item: Item) -> list[str]:
        if item.starter:
            return [self.tr("Comes with Haema"), self.tr("Licence: {licence}").format(licence=starter.LICENCE)]
        lines = []
        known = item.provenance
        if known is not None:
            if known.repository:
                when = QDateTime.fromString(known.date, Qt.DateFormat.ISODate)
                #: A date as QLocale.toString takes it; in Korean: yyyy년 M월 d일
                day = QLocale().toString(when, self.tr("d MMMM yyyy"))
                lines.append(self.tr("From {repository}, {day}").format(repository=known.repository, day=day))
            if known.licence:
                lines.append(self.tr("Licence: {licence}").format(licence=known.licence))
        lines.append(str(item.path))
        return lines

    def _say_fit(self, item: Item) -> None:
        fit = self._shelf.fits.get(item.path)
        if isinstance(fit, Fit):
            words, tone = verdict(fit)
            mark(self._verdict, tone=tone).setText(words)
            self._bars.show_fit(fit)
            self.options.show_fit(fit)
        else:
            mark(self._verdict, tone="muted" if fit is None else "danger").setText(
                self.tr("Working out how it fits…") if fit is None else say(fit)
            )
            self._bars.show_fit(None)
        in_use, loading = self._shelf.is_in_use(item), self._shelf.state.phase == "loading"
        changed = self._shelf.options(item) != self._shelf.kept_options(item)
        too_large = isinstance(fit, Fit) and fit.verdict == "too_large"
        if not in_use:
            words = self.tr("Try it anyway") if too_large else self.tr("Use this model")
        elif changed:
            words = self.tr("Load it anew with these options")
        elif loading:
            words = self.tr("Loading… {percent} %").format(percent=round(self._shelf.state.fraction * 100))
        elif self._shelf.state.phase == "failed":
            words = self.tr("Try again")
        else:
            words = ""
        mark(self._use, kind="plain" if too_large else "primary").setText(words)
        self._use.setToolTip(
            self.tr("Answers then come from this computer again, not from {server}.").format(server=self._shelf.server)
            if self._shelf.server
            else ""
        )
        act = not in_use or changed or self._shelf.state.phase == "failed"
        self._use.setEnabled(act)
        self._use.setVisible(act or loading)

    def _say_check(self, item: Item) -> None:
        part = self._shelf.verifying.get(item.name)
        outcome = self._outcomes.get(item.name)
        self._verify.setText(self.tr("Check the file") if part is None else self.tr("Stop checking"))
        if part is not None:
            words, tone = self.tr("Checking… {percent} %").format(percent=round(part * 100)), "muted"
        elif outcome is None or outcome.ok is None:
            return
        elif outcome.error is not None:
            words, tone = say(outcome.error), "danger"
        elif outcome.how == "checksum":
            words, tone = self.tr("The file is exactly what its publisher published."), "muted"
        else:
            words = self.tr("The file is whole. Nobody published a checksum for it, so only its structure was checked.")
            tone = "muted"
        mark(self._checked, tone=tone).setText(words)
        self._checked.show()

    def _choose_options(self, options: LoadOptions) -> None:
        item = self._item
        if item is not None:
            self._shelf.draft_options(item, options)
            self._shelf.predict(item, options, lambda _: None)
            self._say_fit(item)

    def _toggle_verifying(self) -> None:
        if self._item is None:
            return
        if self._item.name in self._shelf.verifying:
            self._shelf.stop_verifying(self._item.name)
        else:
            self._outcomes.pop(self._item.name, None)
            self._shelf.verify(self._item)

    def _keep_outcome(self, outcome: Verified) -> None:
        self._outcomes[outcome.name] = outcome
        self._renew()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()


def wrapped() -> QLabel:
    """A label for words from outside: plain text, broken where the pane ends, and selectable."""
    label = QLabel()
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
