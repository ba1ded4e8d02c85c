"""Text to tokens and back, so that only a template's own words can become control tokens.

llama.cpp parses control tokens in a whole text or in none of it (`parse_special`). `encode` parses them in the
template's pieces only; what lies between two of them, template words and content together, is tokenized as plain text,
just as `llama_tokenize` itself would after a control token. For harmless contents the result is that of one call.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

from engine.template import Piece

# enum llama_token_attr
CONTROL, USER_DEFINED, LSTRIP, RSTRIP = 1 << 3, 1 << 4, 1 << 7, 1 << 8
TAG = re.compile(r"[<\[].+[>\]]", re.DOTALL)  # <think>, [TOOL_CALLS]: user-defined, but no word that people write
KNOWN_TEXTS = 2048  # whose tokens are remembered
LONGEST_PIECE = 512  # bytes; longer ones are asked for again with their own length


class Vocabulary:
    """The vocabulary of a loaded llama.cpp model; valid as long as the model is."""

    def __init__(self, model: Any) -> None:
        import llama_cpp

        self._llama = llama_cpp
        self.handle = self._vocab = llama_cpp.llama_model_get_vocab(model)
        self._buffer = ctypes.create_string_buffer(LONGEST_PIECE)
        self._split: dict[str, list[str | int]] = {}  # of template pieces: a conversation repeats some five of them
        self._known = lru_cache(KNOWN_TEXTS)(self._words)  # a conversation is laid out several times a turn
        self._shown: set[int] = set()
        self.size = llama_cpp.llama_vocab_n_tokens(self._vocab)
        self.bos, self.eos = llama_cpp.llama_vocab_bos(self._vocab), llama_cpp.llama_vocab_eos(self._vocab)
        self._adds_bos = self.bos >= 0 and llama_cpp.llama_vocab_get_add_bos(self._vocab)

    # ------------------------------------------------------------ text to tokens

    def encode(self, pieces: Iterable[Piece]) -> list[int]:
        """The tokens of a rendered conversation, the beginning-of-sequence token put first where it is missing."""
        tokens: list[int] = []
        run = ""  # plain text since the last control token
        strips = False  # that token takes the white space after it (Phi 3)

        def end_run() -> None:
            tokens.extend(self.plain(run.lstrip() if strips else run))

        for piece in pieces:
            if piece.tokens:
                end_run()
                tokens.extend(piece.tokens)
                run, strips = "", False
                continue
            for part in [piece.text] if piece.content else self._parts(piece.text):
                if isinstance(part, str):
                    run += part
                    continue
                attributes = self._attributes(part)
                if attributes & LSTRIP:
                    run = run.rstrip()
                end_run()
                tokens.append(part)
                run, strips = "", bool(attributes & RSTRIP)
        end_run()
        if self._adds_bos and tokens[:1] != [self.bos]:
            tokens.insert(0, self.bos)
        return tokens

    def plain(self, text: str) -> list[int]:
        """The tokens of `text` as words: none of them is a control token, whatever the text looks like."""
        return list(self._known(text))

    def _words(self, text: str) -> tuple[int, ...]:
        tokens = self._tokenize(text, parse_special=False)
        mark = next((token for token in tokens if self._is_mark(token)), None)
        if mark is None:
            return tuple(tokens)
        # Merging (SentencePiece) or a user-defined token made a mark of it: take the look-alikes apart.
        look_alike = self.text(mark)
        if len(look_alike) < 2 or look_alike not in text:
            return tuple(token for token in tokens if not self._is_mark(token))
        first, *others = text.split(look_alike)
        apart = self.plain(first)
        for other in others:
            apart += self.plain(look_alike[:1]) + self.plain(look_alike[1:]) + self.plain(other)
        return tuple(apart)

    def count(self, text: str) -> int:
        return len(self._known(text))

    def _parts(self, text: str) -> list[str | int]:
        """A template's piece taken apart at its control tokens."""
        parts = self._split.get(text)
        if parts is None:
            parts, rest = [], text
            for token in self._tokenize(text, parse_special=True):
                if not self._is_mark(token):
                    continue
                before, found, after = rest.partition(self.text(token))
                if found:
                    parts += [before, token]
                    rest = after
            parts.append(rest)
            self._split[text] = parts
        return parts

    def _tokenize(self, text: str, *, parse_special: bool) -> list[int]:
        data = text.encode("utf-8", errors="replace")  # half of a surrogate pair is no text
        room = len(data) + 2
        tokens = (self._llama.llama_token * room)()
        count = self._llama.llama_tokenize(self._vocab, data, len(data), tokens, room, False, parse_special)
        if count < 0:  # a vocabulary that makes more tokens than bytes
            tokens = (self._llama.llama_token * -count)()
            count = self._llama.llama_tokenize(self._vocab, data, len(data), tokens, -count, False, parse_special)
        return list(tokens[:count])

    # ------------------------------------------------------------ tokens to text

    def piece(self, token: int) -> bytes:
        """The bytes that a generated `token` adds to the answer; none for a control token that is not shown."""
        return self._piece(token, special=token in self._shown)

    def show(self, marks: Iterable[str]) -> None:
        """From now on, control tokens that stand in `marks` (`thinking.Style.marks`) have their texts as pieces."""
        self._shown = {part for mark in marks for part in self._parts(mark) if isinstance(part, int)}

    def text(self, token: int) -> str:
        """The token's text, control tokens included; empty for no token (-1)."""
        return self._piece(token, special=True).decode("utf-8", errors="replace") if token >= 0 else ""

    def ends(self, token: int) -> bool:
        """Whether `token` ends the answer (`llama_vocab_is_eog`)."""
        return bool(self._llama.llama_vocab_is_eog(self._vocab, token))

    @cached_property
    def controls(self) -> frozenset[int]:
        """The control tokens, those that end an answer included."""
        return frozenset(token for token in range(self.size) if self._attributes(token) & CONTROL or self.ends(token))

    def opening(self, mark: str) -> int:
        """The token that `mark` is or begins with; -1 where that may as well begin other words."""
        tokens = self._tokenize(mark, parse_special=True)
        return tokens[0] if len(tokens) == 1 or tokens[0] in self.controls else -1

    def _piece(self, token: int, *, special: bool) -> bytes:
        length = self._llama.llama_token_to_piece(self._vocab, token, self._buffer, LONGEST_PIECE, 0, special)
        if length >= 0:
            return self._buffer.raw[:length]
        buffer = ctypes.create_string_buffer(-length)
        self._llama.llama_token_to_piece(self._vocab, token, buffer, -length, 0, special)
        return buffer.raw

    def _attributes(self, token: int) -> int:
        return int(self._llama.llama_vocab_get_attr(self._vocab, token))

    def _is_mark(self, token: int) -> bool:
        """Whether `token` means something to the model beyond its letters."""
        attributes = self._attributes(token)
        if attributes & CONTROL or self.ends(token):
            return True
        return bool(attributes & USER_DEFINED and TAG.fullmatch(self.text(token)))
