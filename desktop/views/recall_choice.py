"""What a conversation may recall: what is usual where it belongs, its project alone, itself alone, or nothing."""

from __future__ import annotations

from dataclasses import replace

from desktop.manner import Manner
from desktop.theme import Theme
from desktop.views.choice import Choice

# As it is chosen: memory, alone, sealed of a `Manner`.
CHOICES: dict[str, tuple[bool | None, bool, bool]] = {
    "usual": (None, False, False),
    "on": (True, False, False),
    "alone": (None, True, False),
    "sealed": (None, False, True),
    "off": (False, False, False),
}


class RecallChoice(Choice):
    """`offer_for` says what there is to choose, `taken` puts what is chosen into a manner."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._in_project, self._by_default, self._manner = False, True, Manner()

    def offer_for(self, manner: Manner, *, in_project: bool, by_default: bool) -> None:
        """For a conversation of that manner; `by_default`: the settings have it that answers use the memory."""
        self._in_project, self._by_default, self._manner = in_project, by_default, manner
        self.retranslate()
        if manner.memory is False:
            chosen = "off"
        elif manner.sealed:
            chosen = "sealed"
        elif in_project and manner.alone:
            chosen = "alone"
        else:
            chosen = "on" if manner.memory and not by_default else "usual"
        self.choose(chosen)

    def taken(self, manner: Manner) -> Manner:
        memory, alone, sealed = CHOICES.get(self.value, CHOICES["usual"])
        return replace(manner, memory=memory, alone=alone, sealed=sealed)

    def retranslate(self) -> None:
        everything = (
            self.tr("This project, and what is in none") if self._in_project else self.tr("Everything outside projects")
        )
        offered = [("usual", everything if self._by_default else self.tr("Nothing, as in the settings"))]
        if not self._by_default:
            offered.append(("on", everything))
        if self._in_project:
            offered.append(("alone", self.tr("This project only")))
        offered.append(("sealed", self.tr("Only this conversation")))
        if self._by_default:
            offered.append(("off", self.tr("Nothing")))
        self.offer(offered, name=self.tr("What it recalls"))
