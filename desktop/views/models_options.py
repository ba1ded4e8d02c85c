"""How a model is loaded: each choice is Haema's own until the user makes another, and says what Haema chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QLocale, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.model_library import Item
from desktop.models.local_models import title_of
from desktop.theme import Theme
from desktop.views.automatic_number import AutomaticNumber
from desktop.views.choice import Choice
from desktop.views.models_adapters import Adapters
from desktop.views.quiet_button import QuietButton
from desktop.views.stylesheet import mark
from engine.messages import Fit, LoadOptions

LEAST_CONTEXT, CONTEXT_STEP = 256, 1024  # tokens
MOST_BATCH, BATCH_STEP = 8192, 128
MOST_THREADS = 256
DRAFT_SHARE = 0.5  # a model that guesses ahead is at most so large as the one it guesses for
OTHER = object()  # the choice that opens a dialog


class OptionsForm(QWidget):
    """`changed` carries the new `LoadOptions` after each choice of the user."""

    changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = LoadOptions()
        self._item: Item | None = None
        self._models: tuple[Item, ...] = ()
        self._projectors: tuple[Item, ...] = ()
        self._fit: Fit | None = None

        self._title = mark(QLabel(), tone="title")
        self._reset = mark(QPushButton(), kind="link")
        self._reset.clicked.connect(self._reset_all)
        self._context = AutomaticNumber(LEAST_CONTEXT, LEAST_CONTEXT, CONTEXT_STEP)
        self._layers = AutomaticNumber(0, 0)
        self._kv = Choice(theme)
        self._batch = AutomaticNumber(1, MOST_BATCH, BATCH_STEP)
        self._threads = AutomaticNumber(1, MOST_THREADS)
        self._draft = Choice(theme)
        self._projector = Choice(theme)
        self._lookup = QCheckBox()
        self._adapters = Adapters(theme)
        self._labels: dict[QWidget, QLabel] = {}

        self._fold = QuietButton(theme, "")
        self._rest = QWidget()
        self._fold.clicked.connect(lambda: self._unfold(on=self._rest.isHidden()))
        rest = QVBoxLayout(self._rest)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.setSpacing(10)
        rest.addLayout(self._grid((self._kv, self._batch, self._threads, self._draft, self._projector), theme))
        rest.addWidget(self._lookup)
        rest.addSpacing(4)
        rest.addWidget(self._adapters)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addLayout(self._grid((self._context, self._layers), theme))
        folded = QHBoxLayout()
        folded.addWidget(self._fold)
        folded.addStretch(1)
        layout.addLayout(folded)
        layout.addWidget(self._rest)
        self._rest.hide()

        for number, name in (
            (self._context, "context"),
            (self._layers, "gpu_layers"),
            (self._batch, "batch"),
            (self._threads, "threads"),
        ):
            number.valueChanged.connect(lambda _, name=name, number=number: self._take(name, number.number))
        self._kv.changed.connect(lambda: self._take("kv_type", self._kv.value))
        self._draft.changed.connect(lambda: self._take_path("draft", self._draft))
        self._projector.changed.connect(lambda: self._take_path("projector", self._projector))
        self._lookup.toggled.connect(lambda on: self._take("lookup", on))
        self._adapters.changed.connect(lambda chosen: self._take("adapters", chosen))
        self.retranslate()

    def _grid(self, fields: Sequence[QWidget], theme: Theme) -> QGridLayout:
        """Each field beside its label."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for row, field in enumerate(fields):
            label = self._labels[field] = QLabel()
            label.setBuddy(field)
            field.setFixedWidth(round(172 * theme.scale))
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        return grid

    def _unfold(self, *, on: bool) -> None:
        self._rest.setVisible(on)
        self._fold.setText(("▾  " if on else "▸  ") + self.tr("More options"))
        self._fold.setAccessibleName(self.tr("More options"))
        self._fold.updateGeometry()

    def show_model(
        self,
        item: Item,
        options: LoadOptions,
        models: Sequence[Item],
        projectors: Sequence[Item],
        adapters: Sequence[Item],
    ) -> None:
        """What was chosen for this model, and what of this computer may be chosen."""
        other = self._item is None or self._item.path != item.path
        self._item, self._options = item, options
        self._models, self._projectors = tuple(models), tuple(projectors)
        if item.facts is not None:
            self._context.set_most(item.facts.context_length)
            self._layers.set_most(item.facts.layers + 1)  # the output counts as one
        self._adapters.offer(adapters)
        self._show_options()
        self.show_fit(None)
        if other:
            usual = LoadOptions(context=options.context, gpu_layers=options.gpu_layers, rpc_hosts=options.rpc_hosts)
            self._unfold(on=options != usual)  # what was chosen must be seen

    def show_fit(self, fit: Fit | None) -> None:
        """What Haema chose where the choice is its own."""
        self._fit = fit
        self._context.show_chosen(fit.context if fit else None)
        self._layers.show_chosen(fit.gpu_layers if fit else None)
        self._batch.show_chosen(fit.batch if fit else None)
        self._threads.show_chosen(fit.threads if fit else None)
        for part in (self._layers, self._labels[self._layers]):
            part.setVisible((fit is not None and fit.have_gpu > 0) or self._options.gpu_layers is not None)
        self._offer_kv()

    # ------------------------------------------------------------ choices

    def _take(self, name: str, value: Any) -> None:
        options = replace(self._options, **{name: value})
        if options != self._options:
            self._options = options
            self._show_reset()
            self.changed.emit(options)

    def _take_path(self, name: str, field: Choice) -> None:
        if field.value is not OTHER:
            self._take(name, field.value)
            return
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose a model file"), "", self.tr("GGUF models (*.gguf)")
        )
        if chosen:
            self._take(name, chosen)
        self._show_options()

    def _reset_all(self) -> None:
        # the RPC hosts are the settings window's; all else is this form's
        fresh = LoadOptions(rpc_hosts=self._options.rpc_hosts)
        if fresh != self._options:
            self._options = fresh
            self._show_options()
            self.changed.emit(fresh)

    def _show_options(self) -> None:
        o = self._options
        for number, value in (
            (self._context, o.context),
            (self._layers, self._all_layers() if o.gpu_layers == -1 else o.gpu_layers),
            (self._batch, o.batch),
            (self._threads, o.threads),
        ):
            number.set_number(value)
        self._offer_kv()
        self._kv.choose(o.kv_type)
        self._offer_paths()
        self._draft.choose(o.draft)
        self._projector.choose(o.projector)
        blocked = self._lookup.blockSignals(True)
        self._lookup.setChecked(o.lookup)
        self._lookup.blockSignals(blocked)
        self._adapters.show_chosen(o.adapters)
        self._show_reset()

    def _show_reset(self) -> None:
        self._reset.setVisible(self._options != LoadOptions(rpc_hosts=self._options.rpc_hosts))

    def _all_layers(self) -> int:
        return self._item.facts.layers + 1 if self._item is not None and self._item.facts is not None else 0

    # ------------------------------------------------------------ in words

    def _offer_kv(self) -> None:
        names = {"f16": self.tr("16 bit"), "q8_0": self.tr("8 bit"), "q4_0": self.tr("4 bit")}
        automatic = self.tr("Automatic")
        if self._fit is not None and self._options.kv_type is None:
            automatic += f" ({names[self._fit.kv_type]})"
        self._kv.offer([(None, automatic), *names.items()])

    def _offer_paths(self) -> None:
        """The files that may help this model: smaller models to guess ahead, projectors to see."""
        size = self._item.size if self._item is not None else 0
        others = [one for one in self._models if one is not self._item and one.size <= DRAFT_SHARE * size]
        none, file = self.tr("None"), (OTHER, self.tr("Choose a file…"))
        self._draft.offer([(None, none), *self._with(self._options.draft, others), file])
        automatic = self.tr("Automatic")
        self._projector.offer([(None, automatic), *self._with(self._options.projector, self._projectors), file])

    @staticmethod
    def _with(chosen: str | None, items: Sequence[Item]) -> list[tuple[Any, str]]:
        """These files, and the chosen one where it is none of them."""
        offered: list[tuple[Any, str]] = [(str(item.path), title_of(item)) for item in items]
        if chosen is not None and chosen not in [path for path, _ in offered]:
            offered.append((chosen, Path(chosen).name))
        return offered

    def retranslate(self) -> None:
        self._title.setText(self.tr("Options"))
        self._reset.setText(self.tr("Reset"))
        self._reset.setToolTip(self.tr("Leave every choice to Haema again"))
        for field, words, tip in (
            (
                self._context,
                self.tr("Reads at once"),
                self.tr("The context, in tokens: with more it sees more of the conversation, and takes more memory."),
            ),
            (self._layers, self.tr("Layers on the GPU"), self.tr("What is not on the GPU runs on the processor.")),
            (
                self._kv,
                self.tr("Reading precision"),
                self.tr("How exactly what was read is kept (the KV cache). Fewer bits take less memory."),
            ),
            (
                self._batch,
                self.tr("Read per step"),
                self.tr("The batch, in tokens: more is faster and takes more memory."),
            ),
            (self._threads, self.tr("Processor threads"), self.tr("How many of the processor's cores work on it.")),
            (
                self._draft,
                self.tr("Guessing model"),
                self.tr("A small model with the same vocabulary guesses ahead, which makes answers faster."),
            ),
            (
                self._projector,
                self.tr("Eyes"),
                self.tr("The projector file (mmproj) that lets the model see images; the one beside it by itself."),
            ),
        ):
            self._labels[field].setText(words)
            self._labels[field].setToolTip(tip)
            field.setToolTip(tip)
            field.setAccessibleName(words)
            field.setAccessibleDescription(tip)
        self._lookup.setText(self.tr("Guess ahead from the prompt's own words"))
        self._lookup.setToolTip(self.tr("Makes answers that quote your documents faster; the answer stays the same."))
        self._unfold(on=not self._rest.isHidden())
        self._context.setLocale(QLocale())
        if self._item is not None:
            self._show_options()
            self.show_fit(self._fit)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
