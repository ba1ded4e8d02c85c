"""What passes through the pipe between the application and the engine worker.

Every request has an id; every reply carries the id of its request. A request is answered by any number of
`LoadProgress`, `Assembled` and `Token`, then by exactly one `Result` or `Failed`. `Cancel` names a request;
a cancelled `Generate` still ends in a `Result`, with what was written so far and `finish="stopped"`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["system", "user", "assistant"]
Finish = Literal["stop", "length", "stopped"]


# ---------------------------------------------------------------- requests


@dataclass(frozen=True, slots=True)
class LoadModel:
    """Load a GGUF file and self-test one decode; `None` stands for "choose for me" everywhere."""

    id: int
    path: str | None = None  # None: the bundled starter model
    context: int | None = None  # tokens
    gpu_layers: int | None = None  # -1: all
    threads: int | None = None
    safe: bool = False  # the profile without extra buffer types, on the CPU (ggml-org/llama.cpp#20824)


@dataclass(frozen=True, slots=True)
class Turn:
    """One finished turn of the conversation, without its recall block."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One recalled item as the model will see it: `label` says where and when it is from, in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Sampling:
    """How tokens are drawn. `temperature` 0 is greedy; `seed` None is random."""

    max_tokens: int = 512
    temperature: float = 0.3
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.05  # more makes a small model misquote numbers
    seed: int | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Generate:
    """Answer `prompt` with the recalled passages, best first, after the history, oldest first."""

    id: int
    system: str
    history: tuple[Turn, ...]
    recalled: tuple[Passage, ...]
    prompt: str
    sampling: Sampling = field(default_factory=Sampling)


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the request of this id with what there is so far."""

    id: int


@dataclass(frozen=True, slots=True)
class Quit:
    """End the process."""


Request = LoadModel | Generate | Cancel | Quit


# ---------------------------------------------------------------- replies


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """How much of the model is loaded."""

    id: int
    fraction: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The loaded model, as llama.cpp reports it."""

    name: str
    path: str
    context: int  # tokens
    layers: int
    gpu_layers: int
    device: str  # "CPU" or the GPU's own name
    threads: int
    safe: bool
    starter: bool  # the bundled model
    own_template: bool = True  # False: the file has no chat template, ChatML is used


@dataclass(frozen=True, slots=True)
class ContextSplit:
    """Where the context's tokens go, for the context meter."""

    system: int
    history: int
    recall: int
    prompt: int
    reserve: int  # kept free for the answer
    context: int
    dropped_turns: int  # oldest turns that did not fit


@dataclass(frozen=True, slots=True)
class Assembled:
    """The prompt is laid out: `used` are the indexes into `Generate.recalled` that fitted."""

    id: int
    used: tuple[int, ...]
    split: ContextSplit


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of text, of one token or some; never half a character."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Timings:
    """What an answer cost."""

    ttft_ms: float  # from the request's arrival to the first token
    prompt_tokens: int
    reused_tokens: int
    generated_tokens: int
    tokens_per_s: float  # generation only


@dataclass(frozen=True, slots=True)
class Generated:
    """The whole answer and how it ended."""

    text: str
    finish: Finish
    timings: Timings


@dataclass(frozen=True, slots=True)
class Result:
    """The last reply to a request that was done."""

    id: int
    value: ModelInfo | Generated


@dataclass(frozen=True, slots=True)
class Failed:
    """`error` is the class's name in `errors.py`; `template` and `facts` make its sentence."""

    id: int
    error: str
    template: str
    facts: dict[str, str]


Reply = LoadProgress | Assembled | Token | Result | Failed
