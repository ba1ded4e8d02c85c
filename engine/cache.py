"""What llama.cpp's memory holds: the tokens in their order, the way back to fewer of them, and copies of it in files.

Most models can go back to any earlier token. Recurrent and hybrid ones (Mamba, Qwen 3.5), and those whose sliding
window has moved on, cannot: for them checkpoints are kept, and the way back leads to the last one before.
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import llama
from engine.vision import Picture

log = logging.getLogger(__name__)

MOST_CHECKPOINTS = 4  # of a hybrid model, some 10 to 100 MB each
SEQUENCE = 0


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    count: int  # of tokens before it
    data: Any  # what cannot be recomputed from fewer tokens: recurrent states, sliding windows


class Cache:
    """The memory of one `llama_context`; `tokens` must be extended by whoever decodes them."""

    def __init__(self, context: Any, model: Any, *, full_window: bool = True) -> None:
        """`full_window`: layers with a sliding window hold all positions, too."""
        self.tokens: list[int] = []  # negative ones are what is seen of pictures
        self.pictures: Mapping[int, Picture] = {}
        self._llama = llama.llama()
        self._context = context
        self._memory = self._llama.llama_get_memory(context)
        self._window = int(self._llama.llama_model_n_swa(model))
        # cannot go back to any earlier token
        self.one_way = bool(self._llama.llama_model_is_recurrent(model) or self._llama.llama_model_is_hybrid(model))
        self._narrow = self._window > 0 and not full_window
        self._checkpoints: list[_Checkpoint] = []

    @property
    def goes_back(self) -> bool:
        """Whether the way back is open to every earlier token, without checkpoints."""
        return not (self.one_way or self._narrow)

    def common(self, tokens: Sequence[int]) -> int:
        """How many tokens `tokens` begin with that are held here."""
        return common(self.tokens, tokens)

    def position(self, count: int) -> int:
        """llama.cpp's number of the position after the first `count` tokens: some models give a picture fewer."""
        if not self.pictures:
            return count
        seen = Counter(token for token in self.tokens[:count] if token < 0)
        for token, times in seen.items():
            picture = self.pictures[token]
            count += (picture.positions - picture.tokens) * (times // picture.tokens)
        return count

    # ------------------------------------------------------------ going back

    def can_return(self, count: int) -> bool:
        """Whether `cut(count)` would keep `count` tokens without a checkpoint."""
        if count in (0, len(self.tokens)):
            return True
        return not self.one_way and self._oldest() <= max(0, self.position(count) - self._window)

    def cut(self, keep: int) -> int:
        """Take all but the first `keep` tokens away, and what a failed decode left behind them; how many are kept.

        That is fewer where the model cannot go back so far: those before the last checkpoint, or none; and where a
        picture would be cut in two.
        """
        while 0 < keep < len(self.tokens) and self.tokens[keep] < 0 and self.tokens[keep] == self.tokens[keep - 1]:
            keep -= 1
        position = self.position(keep)
        if not (self.can_return(keep) and self._llama.llama_memory_seq_rm(self._memory, SEQUENCE, position, -1)):
            keep = self._return_to_checkpoint(keep)
        del self.tokens[keep:]
        self._checkpoints = [point for point in self._checkpoints if point.count <= keep]
        return keep

    def clear(self) -> None:
        """Forget everything, and overwrite it."""
        self._llama.llama_memory_clear(self._memory, True)
        self.tokens.clear()
        self._checkpoints.clear()

    def needs_checkpoint(self, count: int) -> bool:
        """Whether the way back to `count` tokens will be closed, and no checkpoint stands there."""
        return not self.goes_back and count > 0 and all(point.count != count for point in self._checkpoints)

    def checkpoint(self) -> None:
        """Keep a way back to the tokens that are held now."""
        partial = self._llama.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY
        size = self._llama.llama_state_seq_get_size_ext(self._context, SEQUENCE, partial)
        data = (ctypes.c_uint8 * size)()
        written = self._llama.llama_state_seq_get_data_ext(self._context, data, size, SEQUENCE, partial)
        if not written:
            log.warning("no checkpoint at %d tokens: llama.cpp gave none", len(self.tokens))
            return
        self._checkpoints = [*self._checkpoints[-MOST_CHECKPOINTS + 1 :], _Checkpoint(len(self.tokens), data)]

    def _return_to_checkpoint(self, keep: int) -> int:
        point = max((point for point in self._checkpoints if point.count <= keep), key=_count, default=None)
        if point is not None:
            partial = self._llama.LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY
            size = len(point.data)
            if self._llama.llama_state_seq_set_data_ext(
                self._context, point.data, size, SEQUENCE, partial
            ) and self._llama.llama_memory_seq_rm(self._memory, SEQUENCE, self.position(point.count), -1):
                return point.count
            log.warning("a checkpoint at %d tokens could not be used", point.count)
        self._llama.llama_memory_clear(self._memory, True)
        self._checkpoints.clear()  # they hold only what the rest of the memory does not
        return 0

    def _oldest(self) -> int:
        """The first position whose keys and values are still held everywhere."""
        return int(self._llama.llama_memory_seq_pos_min(self._memory, SEQUENCE))

    # ------------------------------------------------------------ files

    def size(self) -> int:
        """Bytes that `save` would write, about."""
        return int(self._llama.llama_state_seq_get_size(self._context, SEQUENCE))

    def save(self, path: Path) -> bool:
        """Write the memory with its tokens to `path` in llama.cpp's own format; False when that failed."""
        if any(token < 0 for token in self.tokens):
            return False  # what was seen cannot be told from its number by who loads it
        array = (self._llama.llama_token * len(self.tokens))(*self.tokens)
        return bool(self._llama.llama_state_seq_save_file(self._context, _encoded(path), SEQUENCE, array, len(array)))

    def load(self, path: Path, tokens: Sequence[int]) -> bool:
        """Hold what `save` wrote instead, which must be `tokens`; when that fails, nothing is held.

        llama.cpp ends the process over some files: the caller makes sure that this one is whole, and of this model.
        """
        self.clear()
        array, count = (self._llama.llama_token * len(tokens))(), ctypes.c_size_t()
        read = self._llama.llama_state_seq_load_file(
            self._context, _encoded(path), SEQUENCE, array, len(array), ctypes.byref(count)
        )
        last = int(self._llama.llama_memory_seq_pos_max(self._memory, SEQUENCE))
        if not read or list(array[: count.value]) != list(tokens) or last != len(tokens) - 1:
            self.clear()
            return False
        self.tokens.extend(tokens)
        return True


def common(ours: Sequence[int], theirs: Sequence[int]) -> int:
    """How many tokens both begin with."""
    same = 0
    for one, other in zip(ours, theirs, strict=False):
        if one != other:
            break
        same += 1
    return same


def _count(point: _Checkpoint) -> int:
    return point.count


def _encoded(path: Path) -> bytes:
    return str(path).encode("utf-8") if sys.platform == "win32" else os.fsencode(path)
