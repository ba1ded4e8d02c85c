"""Whether and how a model fits this computer, in the window's words: predicted exactly, or guessed from its size."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QLocale

from engine.messages import Fit, Hardware

translate = QCoreApplication.translate  # under this name the extractor of texts knows it

Tone = Literal["accent", "plain", "warn", "danger", "muted"]
SHARE = 0.9  # of what is free, that a guess counts on


def in_words(size: int) -> str:
    """Bytes as people say them: "98 MB", "9.1 GB"."""
    amount = float(size)
    for unit in ("bytes", "KB", "MB"):
        if amount < 999.5:
            return f"{QLocale().toString(round(amount))} {unit}"
        amount /= 1000
    return f"{QLocale().toString(amount, 'f', 1)} GB"


def verdict(fit: Fit) -> tuple[str, Tone]:
    """A prediction in words: where the model will run, or what it lacks."""
    match fit.verdict:
        case "gpu":
            return translate("fit", "Fits on the GPU"), "accent"
        case "partly":
            words = translate("fit", "{on} of {layers} layers on the GPU")
            return words.format(on=fit.gpu_layers, layers=fit.layers), "plain"
        case "cpu":
            return translate("fit", "Runs on the CPU"), "plain"
        case "too_large":
            return _too_large(*_shortage(fit)), "danger"


def guess(need: int, hardware: Hardware) -> tuple[str, Tone]:
    """The same for a model that is not here yet and takes about `need` bytes."""
    gpus = [device for device in hardware.devices if device.kind in {"gpu", "rpc"}]
    shared = [device for device in hardware.devices if device.kind == "igpu"]
    on_gpu = sum(device.free for device in gpus)
    main = hardware.memory_free
    if gpus and need <= SHARE * on_gpu:
        return translate("fit", "Should fit on the GPU"), "accent"
    if shared and need <= SHARE * min(main, max(device.free for device in shared)):
        return translate("fit", "Should fit on the GPU"), "accent"
    if need > SHARE * (on_gpu + main):
        return _too_large(need, on_gpu + main), "danger"
    if gpus:
        return translate("fit", "Should run, partly on the GPU"), "plain"
    return translate("fit", "Should run on the CPU"), "plain"


def _too_large(need: int, have: int) -> str:
    return translate("fit", "Too large: needs {need}, {have} free").format(need=in_words(need), have=in_words(have))


def _shortage(fit: Fit) -> tuple[int, int]:
    """What does not fit: the main memory where that is short, else the GPU's."""
    if fit.need_main > fit.have_main:
        return fit.need_main, fit.have_main
    if fit.need_gpu > fit.have_gpu:
        return fit.need_gpu, fit.have_gpu
    return fit.need_main + fit.need_gpu, fit.have_main + fit.have_gpu
