"""What the servers that speak OpenAI's chat completions have in common, and where each has words of its own.

`question` writes a request as its server understands it. Sources: OpenAI's API reference, the README of llama.cpp's
server, vLLM's "OpenAI-compatible server" and llama-cpp-python's request types.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from typing import Any, Literal

from engine.errors import ImageUnreadable, ServerHoldsNoGrammar
from engine.messages import Sampling
from engine.template import Message
from engine.vision import MOST_BYTES, MOST_PIXELS, dimensions

Dialect = Literal["llama-server", "llama-cpp-python", "vllm", "openai"]
GOES_ON: frozenset[Dialect] = frozenset(("llama-server", "vllm"))  # after an answer's beginning
MOST_LOGPROBS = 20
MOST_STOPS = 4  # OpenAI's limit; the others are watched for here
KINDS = {b"\x89PNG": "png", b"GIF8": "gif", b"BM": "bmp", b"\xff\xd8\xff": "jpeg"}  # how a picture's file begins
CONTEXT = re.compile(r"(?:maximum context length is|available context size \(?)\s*(\d{1,9})\b")
PROMPT = re.compile(r"\((\d{1,9})(?: tokens)? in (?:the messages|your prompt)|(\d{1,9}) (?:input )?tokens\)? exceeds")


def question(
    dialect: Dialect,
    model: str,
    messages: Sequence[Message],
    sampling: Sampling,
    *,
    host: str,
    images: Sequence[bytes] = (),
    think: bool | None = None,
    begun: str = "",
    extras: bool = True,
) -> dict[str, Any]:
    """The request body; without `extras` only what OpenAI's own servers know.

    `begun` is an answer's beginning, for the dialects in `GOES_ON`. Raises `ImageUnreadable`, `ServerHoldsNoGrammar`.
    """
    said: list[dict[str, Any]] = [{"role": message.role, "content": message.text} for message in messages]
    if images:
        shown = [_picture(image, number) for number, image in enumerate(images, start=1)]
        said[-1]["content"] = [*shown, {"type": "text", "text": messages[-1].text}]
    body: dict[str, Any] = {
        "model": model,
        "messages": said,
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "frequency_penalty": sampling.frequency_penalty,
        "presence_penalty": sampling.presence_penalty,
    }
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    if sampling.stop:
        body["stop"] = list(sampling.stop[: MOST_STOPS if dialect == "openai" else None])
    # Without others beside them they are wished for, not needed; llama-cpp-python fails where it did not keep them.
    if sampling.logprobs or (sampling.logprobs == 0 and extras and dialect != "llama-cpp-python"):
        body |= {"logprobs": True, "top_logprobs": min(sampling.logprobs, MOST_LOGPROBS)}
    body |= _form(dialect, sampling, host)
    if extras:
        body |= _extras(dialect, sampling)
    if think is not None and dialect in GOES_ON:
        body["chat_template_kwargs"] = {"enable_thinking": think}
    if begun:
        said.append({"role": "assistant", "content": begun})
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    return body


def _extras(dialect: Dialect, sampling: Sampling) -> dict[str, Any]:
    """What OpenAI has no word for."""
    found: dict[str, Any] = {"top_k": sampling.top_k, "min_p": sampling.min_p}
    if dialect == "vllm":
        found |= {"top_k": sampling.top_k or -1, "repetition_penalty": sampling.repeat_penalty}
    else:
        found["repeat_penalty"] = sampling.repeat_penalty
    if dialect == "llama-server":
        found["dry_multiplier"] = sampling.dry_multiplier
    return found


def _form(dialect: Dialect, sampling: Sampling, host: str) -> dict[str, Any]:
    """The form the answer must have; with both a schema and a grammar, the schema counts."""
    if sampling.schema is not None:
        schema = json.loads(sampling.schema)
        if dialect == "llama-cpp-python":
            return {"response_format": {"type": "json_object", "schema": schema}}
        named = {"name": "answer", "schema": schema, "strict": True}
        return {"response_format": {"type": "json_schema", "json_schema": named}}
    if sampling.grammar is None:
        return {}
    if dialect == "vllm":
        return {"structured_outputs": {"grammar": sampling.grammar}}
    if dialect in ("llama-server", "llama-cpp-python"):
        return {"grammar": sampling.grammar}
    raise ServerHoldsNoGrammar(host=host)


def _picture(image: bytes, number: int) -> dict[str, Any]:
    kind = next((kind for begin, kind in KINDS.items() if image.startswith(begin)), None)
    size = dimensions(image)
    if kind is None or size is None or len(image) > MOST_BYTES or size[0] * size[1] > MOST_PIXELS:
        raise ImageUnreadable(number=str(number))
    data = base64.b64encode(image).decode("ascii")
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind};base64,{data}"}}


def overflow(told: Any) -> tuple[int, int] | None:
    """The context and the prompt's tokens (0: not said) where a server's error says that the one is too short."""
    error = told.get("error", told) if isinstance(told, dict) else None
    if not isinstance(error, dict):
        return None
    context, prompt = error.get("n_ctx"), error.get("n_prompt_tokens")
    if error.get("type") == "exceed_context_size_error" and isinstance(context, int):
        return context, prompt if isinstance(prompt, int) else 0
    words = str(error.get("message", ""))[:2000]
    found = CONTEXT.search(words)
    if found is None:
        return None
    counted = PROMPT.search(words)
    return int(found[1]), int(counted[1] or counted[2]) if counted else 0
