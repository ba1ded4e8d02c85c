"""Eyes for a model: pictures into tokens, through a projector file (mmproj) and llama.cpp's library for it, mtmd.

A picture becomes a run of tokens: the model's own words around it, and for what is seen one negative number, repeated
as often as the picture takes places in the context. The number is made of the picture's content, so that whatever
compares tokens (the cache's reuse above all) sees the same picture as the same tokens and another as others.

Pictures are untrusted: only still formats of known size are handed on, and the library is kept from starting the
programs it would decode videos with.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import math
import os
import struct
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from engine import gguf
from engine.errors import EngineBroken, EngineError, ImageUnreadable, ProjectorUnsuitable
from engine.llama import llama, log_callback

log = logging.getLogger(__name__)

MOST_BYTES = 32 << 20  # of one picture's file
MOST_PIXELS = 64 << 20
CONTEXT_SHARE = 4  # a picture takes at most one part in so many of the context, if a smaller one takes less
LEAST_TOKENS = 64  # below it nothing can be made out
MOST_TRIES = 3  # to make a picture smaller
LOOK_NODES = 16  # of the projector's graph, between two looks at whether to go on
MARKER = b"<__media__>"
ABORTED = 2  # llama_decode: the abort callback said so


@dataclass(frozen=True, slots=True)
class Picture:
    """What is seen, in the context: so many tokens, which move the position on by so many."""

    tokens: int
    positions: int


class Eyes:
    """A projector that was loaded for a model."""

    def __init__(
        self, path: Path, *, model: Any, facts: gguf.ModelFacts, context: int, slice: int, threads: int, gpu: bool
    ) -> None:
        """`slice`: tokens that the model takes at once.

        Raises `ProjectorUnsuitable`, or what `gguf.read` raises for a file that is missing or damaged.
        """
        if gguf.read(path).kind != "projector":
            raise ProjectorUnsuitable(projector=path.name, model=facts.name)
        self._mtmd = _mtmd()
        self._path, self._slice = path, slice
        self._most = max(LEAST_TOKENS, context // CONTEXT_SHARE)
        self._going_on: Callable[[], bool] = lambda: True
        parameters = self._mtmd.mtmd_context_params_default()
        parameters.use_gpu, parameters.n_threads, parameters.print_timings = gpu, threads, False
        parameters.media_marker = MARKER
        self._watch = llama().ggml_backend_sched_eval_callback(self._look_up)  # must live as long as the projector
        parameters.cb_eval = self._watch
        self._node = 0
        self._chunks: dict[int, Any] = {}
        self.pictures: dict[int, Picture] = {}  # by their numbers, of all that was ever seen
        with ExitStack() as handles:
            name = str(path).encode() if sys.platform == "win32" else os.fsencode(path)
            self._projector = self._mtmd.mtmd_init_from_file(name, model, parameters)
            if not self._projector:
                raise ProjectorUnsuitable(projector=path.name, model=facts.name)
            handles.callback(self._mtmd.mtmd_free, self._projector)
            handles.callback(self._let_go)
            if not self._mtmd.mtmd_support_vision(self._projector):
                raise ProjectorUnsuitable(projector=path.name, model=facts.name)
            self._handles = handles.pop_all()

    def close(self) -> None:
        """Free everything native; must come before the model is freed."""
        self._handles.close()

    # ------------------------------------------------------------ pictures to tokens

    def look(
        self, images: Sequence[bytes], earlier: Sequence[bytes] = ()
    ) -> tuple[tuple[tuple[int, ...], ...], dict[bytes, tuple[int, ...]]]:
        """The tokens of each of `images` (PNG, JPEG, GIF or BMP), and of those shown `earlier`, for `see`.

        Those of the look before cannot be seen any more. Raises `ImageUnreadable` for one of `images`; an unreadable
        one among the earlier, of which that was said then, is left out.
        """
        self._let_go()
        again: dict[bytes, tuple[int, ...]] = {}
        for image in earlier:
            try:
                again[image] = self._tokens(image, 0)
            except ImageUnreadable:
                log.info("an earlier picture is left out: it cannot be read")
        return tuple(self._tokens(image, number) for number, image in enumerate(images, start=1)), again

    def _tokens(self, image: bytes, number: int) -> tuple[int, ...]:
        unreadable = ImageUnreadable(number=str(number))
        size = dimensions(image)
        if size is None or len(image) > MOST_BYTES or not 0 < size[0] * size[1] <= MOST_PIXELS:
            raise unreadable
        mtmd = self._mtmd
        options = mtmd.mtmd_helper_init_opt_default()
        options.video_params.ffmpeg_bin_dir = os.fsencode(self._path)  # no folder: nothing is ever started from it
        data = (ctypes.c_uint8 * len(image)).from_buffer_copy(image)
        with ExitStack() as handles:
            bitmap = mtmd.mtmd_helper_bitmap_init_from_buf(self._projector, data, len(image), False, options)
            if not bitmap:
                raise unreadable
            handles.callback(mtmd.mtmd_bitmap_free, bitmap)
            chunks = self._chunked(bitmap, handles, unreadable)
            content = hashlib.sha256(image).digest()
            tokens: list[int] = []
            for index in range(mtmd.mtmd_input_chunks_size(chunks)):
                tokens += self._of_chunk(mtmd.mtmd_input_chunks_get(chunks, index), content, index, unreadable)
        return tuple(tokens)

    def _chunked(self, bitmap: Any, handles: ExitStack, unreadable: EngineError) -> Any:
        """The picture in chunks; a smaller copy of it where it would take too much of the context."""
        mtmd = self._mtmd
        text = mtmd.mtmd_input_text(MARKER, len(MARKER), False, True)
        found, before = None, 0
        for _ in range(MOST_TRIES):
            chunks = mtmd.mtmd_input_chunks_init()
            handles.callback(mtmd.mtmd_input_chunks_free, chunks)
            if mtmd.mtmd_tokenize(self._projector, chunks, ctypes.byref(text), (ctypes.c_void_p * 1)(bitmap), 1):
                raise unreadable
            count = int(mtmd.mtmd_helper_get_n_tokens(chunks))
            if found is None or count < before:
                found, before = chunks, count
            if count <= self._most:
                break
            bitmap = self._smaller(bitmap, math.sqrt(self._most / count))
            handles.callback(mtmd.mtmd_bitmap_free, bitmap)
        return found

    def _smaller(self, bitmap: Any, scale: float) -> Any:
        """A copy with `scale` of the width and height, each of its pixels the mean of those it stands for."""
        import numpy as np

        width, height = self._mtmd.mtmd_bitmap_get_nx(bitmap), self._mtmd.mtmd_bitmap_get_ny(bitmap)
        data = self._mtmd.mtmd_bitmap_get_data(bitmap)
        pixels: np.ndarray[Any, Any] = np.ctypeslib.as_array(data, shape=(height, width, 3)).astype(np.float32)
        for axis, size in enumerate((height, width)):
            edges = np.linspace(0, size, max(1, int(size * scale)) + 1).astype(int)
            sums = np.add.reduceat(pixels, edges[:-1], axis=axis)
            shape = (-1, 1, 1) if axis == 0 else (1, -1, 1)
            pixels = sums / np.diff(edges).reshape(shape).astype(np.float32)
        small = np.ascontiguousarray(pixels.round().astype(np.uint8))
        pointer = small.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        return self._mtmd.mtmd_bitmap_init(small.shape[1], small.shape[0], pointer)

    def _of_chunk(self, chunk: Any, content: bytes, index: int, unreadable: EngineError) -> list[int]:
        mtmd = self._mtmd
        count = int(mtmd.mtmd_input_chunk_get_n_tokens(chunk))
        if mtmd.mtmd_input_chunk_get_type(chunk) == mtmd.MTMD_INPUT_CHUNK_TYPE_TEXT:
            length = ctypes.c_size_t()
            return list(mtmd.mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(length))[: length.value])
        # llama.cpp ends the process over a picture that must be evaluated at once and is larger than a slice.
        if count < 1 or (mtmd.mtmd_decode_use_non_causal(self._projector, chunk) and count > self._slice):
            raise unreadable
        named = hashlib.sha256(content + struct.pack("<II", index, count)).digest()
        number = -2 - int.from_bytes(named[:4], "little") % (2**31 - 2)
        self._chunks[number] = mtmd.mtmd_input_chunk_copy(chunk)
        self.pictures[number] = Picture(count, int(mtmd.mtmd_input_chunk_get_n_pos(chunk)))
        return [number] * count

    def _let_go(self) -> None:
        while self._chunks:
            self._mtmd.mtmd_input_chunk_free(self._chunks.popitem()[1])

    # ------------------------------------------------------------ tokens to what is seen

    def see(self, number: int, *, context: Any, position: int, going_on: Callable[[], bool]) -> bool:
        """Evaluate a picture of the last `look` in `context`, from `position` on; False when it was not to go on.

        The abort callback of `context` is used as it is set.
        """
        mtmd, chunk = self._mtmd, self._chunks.get(number)
        if chunk is None:
            raise EngineBroken(reason="picture")
        self._going_on, self._node = going_on, 0
        if mtmd.mtmd_encode_chunk(self._projector, chunk):
            raise EngineBroken(reason="mtmd_encode")
        if not going_on():
            return False  # and what was encoded is not whole
        after = llama().llama_pos()
        code = mtmd.mtmd_helper_decode_image_chunk(
            self._projector,
            context,
            chunk,
            mtmd.mtmd_get_output_embd(self._projector),
            position,
            0,
            self._slice,
            ctypes.byref(after),
            mtmd.mtmd_helper_post_decode_callback(),
            None,
        )
        if code and code != ABORTED:
            raise EngineBroken(reason=f"mtmd_decode {code}")
        return not code

    def _look_up(self, _tensor: Any, asks: bool, _data: Any) -> bool:
        """ggml's callback around the nodes of a graph: first whether to stop behind one, then whether to go on."""
        if not asks:
            return self._going_on()
        self._node += 1
        return self._node % LOOK_NODES == 0


# ---------------------------------------------------------------- files


def projector_beside(facts: gguf.ModelFacts) -> Path | None:
    """The mmproj file in the model's folder that fits the model; the one with the likest name where there are more."""
    model = facts.path.stem.lower()
    fitting = []
    for path in facts.path.parent.glob("*.gguf"):
        if "mmproj" not in path.name.lower():
            continue
        try:
            is_projector = gguf.read(path).kind == "projector"
            width = gguf.metadata(path).get("clip.vision.projection_dim")
        except EngineError as error:
            log.warning("%s is no projector: %s", path.name, type(error).__name__)
            continue
        if is_projector and width == facts.embedding_length:
            likeness = _likeness(model, path.stem.lower().replace("mmproj", "").strip("-_."))
            fitting.append((-likeness, path.name, path))
    return min(fitting)[2] if fitting else None


def _likeness(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def dimensions(image: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, JPEG, GIF or BMP file, read from its header; None for anything else."""
    if image.startswith(b"\x89PNG\r\n\x1a\n") and image[12:16] == b"IHDR" and len(image) >= 24:
        width, height = struct.unpack(">II", image[16:24])
    elif image.startswith((b"GIF87a", b"GIF89a")) and len(image) >= 10:
        width, height = struct.unpack("<HH", image[6:10])
    elif image.startswith(b"BM") and len(image) >= 26:
        width, height = struct.unpack("<ii", image[18:26])
        height = abs(height)  # negative: from the top down
    elif image.startswith(b"\xff\xd8\xff"):
        return _of_jpeg(image)
    else:
        return None
    return (width, height) if width > 0 and height > 0 else None


def _of_jpeg(image: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(image) and image[at] == 0xFF:
        marker = image[at + 1]
        if marker == 0xFF:  # fill bytes
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # a frame's header
            height, width = struct.unpack(">HH", image[at + 5 : at + 9])
            return (width, height) if width and height else None
        elif marker in (0xD9, 0xDA):
            return None  # the picture's data or end without a frame
        else:
            at += 2 + int.from_bytes(image[at + 2 : at + 4], "big")
    return None


@cache
def _mtmd() -> Any:
    """The module `llama_cpp.mtmd_cpp`, with its log sent to ours."""
    llama()
    from llama_cpp import mtmd_cpp

    mtmd_cpp.mtmd_log_set(log_callback(), None)
    mtmd_cpp.mtmd_helper_log_set(log_callback(), None)
    return mtmd_cpp
