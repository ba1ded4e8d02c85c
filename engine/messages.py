"""What passes through the pipe between the application and the engine worker.

Every request has an id; every reply carries the id of its request. A request is answered by any number of
`LoadProgress`, `Reading`, `Alive`, `Assembled` and `Token`, then by exactly one `Result` or `Failed`. `Cancel` names a
request; a cancelled `Generate` still ends in a `Result`, with what was written so far and `finish="stopped"`. `Prepare`
is work for idle time: the next request of any kind ends it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["system", "user", "assistant"]
Finish = Literal["stop", "length", "stopped"]
KvType = Literal["f16", "q8_0", "q4_0"]
# How carefully a model is run, from "nothing held back" down: "plain" has no extra buffer types
# (ggml-org/llama.cpp#20824), "fewer" also half of the layers on the GPU, "cpu" none.
Profile = Literal["fast", "plain", "fewer", "cpu"]


# ---------------------------------------------------------------- requests


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA adapter in a GGUF file, and how strongly it is applied."""

    path: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that speaks OpenAI's chat completions: the user's own choice, and the only way out of this computer."""

    url: str  # up to and with /v1
    model: str = ""  # empty: the server's first
    key: str = field(default="", repr=False)
    context: int | None = None  # tokens; None: what the server says, or a careful guess


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The user's own choices for a model; `None` stands for "choose for this computer" everywhere."""

    context: int | None = None  # tokens
    gpu_layers: int | None = None  # -1: all
    kv_type: KvType | None = None
    batch: int | None = None  # tokens evaluated at once
    threads: int | None = None
    adapters: tuple[Adapter, ...] = ()  # applied together
    projector: str | None = None  # path of the mmproj file that gives the model eyes; None: the one beside the model
    draft: str | None = None  # path of a small model with the same vocabulary, which guesses ahead
    lookup: bool = True  # guess ahead from the prompt's own words
    rpc_hosts: tuple[str, ...] = ()  # "host:port" of llama.cpp RPC servers that lend their memory


@dataclass(frozen=True, slots=True)
class LoadModel:
    """Load a GGUF file and self-test one decode; or, with `server`, reach that server instead."""

    id: int
    path: str | None = None  # None: the bundled starter model
    options: LoadOptions = field(default_factory=LoadOptions)
    profile: Profile = "fast"
    states: str | None = None  # folder of the KV states kept between conversations; None: none are kept
    states_bytes: int = 2 << 30  # what they may take on the disk
    server: Server | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """Ask what this computer can give a model; answered by a `Hardware`."""

    id: int


@dataclass(frozen=True, slots=True)
class Inspect:
    """Ask whether and how a GGUF file would fit, without loading it; answered by a `Fit`."""

    id: int
    path: str | None = None  # None: the bundled starter model
    options: LoadOptions = field(default_factory=LoadOptions)


@dataclass(frozen=True, slots=True)
class Turn:
    """One finished turn of the conversation, without its recall block."""

    role: Role
    text: str
    images: tuple[bytes, ...] = field(
        default=(), repr=False
    )  # that were shown with it; a model without eyes skips them


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
    top_k: int = 40  # 0: off
    top_p: float = 0.95  # 1: off
    min_p: float = 0.05  # 0: off
    repeat_penalty: float = 1.05  # 1: off; more makes a small model misquote numbers
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    dry_multiplier: float = 0.0  # 0: off; Don't Repeat Yourself, github.com/oobabooga/text-generation-webui/pull/5677
    seed: int | None = None
    stop: tuple[str, ...] = ()
    schema: str | None = None  # a JSON schema: the answer is JSON that fits it
    grammar: str | None = None  # a GBNF grammar: the answer is a sentence of it
    logprobs: int | None = None  # with each token, its probability and that of so many likeliest ones


@dataclass(frozen=True, slots=True)
class Generate:
    """Answer `prompt` with the recalled passages, best first, after the history, oldest first."""

    id: int
    system: str
    history: tuple[Turn, ...]
    recalled: tuple[Passage, ...]
    prompt: str
    sampling: Sampling = field(default_factory=Sampling)
    conversation: str | None = None  # names the KV state that is kept; None: leaves none behind
    summary: str = ""  # of what was said before `history`
    images: tuple[bytes, ...] = ()  # PNG, JPEG and the like, shown with the prompt
    think: bool | None = None  # whether a thinking model reasons first; None: as its template has it
    begun: str = ""  # the answer's beginning, already shown: the answer goes on from there
    begun_thought: str = ""  # the reasoning before it, already shown, whole if `begun` is not empty


@dataclass(frozen=True, slots=True)
class Prepare:
    """Process, while nobody waits, what the next prompt of this conversation will begin with; keep its KV state.

    With an empty `prompt` that is all before the next turn of the user; else also what they have typed so far.
    """

    id: int
    system: str
    history: tuple[Turn, ...]
    recalled: tuple[Passage, ...]
    prompt: str
    conversation: str | None = None
    summary: str = ""
    max_tokens: int = 512  # of the answer to come, for which room is left
    think: bool | None = None


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase the KV states of these conversations, in memory and on the disk; answered by `Done`."""

    id: int
    conversations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the request of this id with what there is so far."""

    id: int


@dataclass(frozen=True, slots=True)
class Quit:
    """End the process."""


Work = LoadModel | Survey | Inspect | Generate | Prepare | Forget  # what waits in line
Request = Work | Cancel | Quit


# ---------------------------------------------------------------- replies


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """How much of the model is loaded."""

    id: int
    fraction: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class Reading:
    """So many of the prompt's tokens are processed; also the sign of life of a worker in a long prompt."""

    id: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Alive:
    """The work on this request goes on with nothing to tell: sent by a worker that was silent for a while."""

    id: int


@dataclass(frozen=True, slots=True)
class Device:
    """One of ggml's backend devices; memory in bytes."""

    name: str  # ggml's own: "CUDA0", "Vulkan0", "CPU"
    description: str  # "NVIDIA GeForce RTX 4070"
    kind: Literal["cpu", "gpu", "igpu", "accel", "rpc"]
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Hardware:
    """What this computer can give a model; memory in bytes."""

    devices: tuple[Device, ...]
    memory_free: int
    memory_total: int
    threads: int  # the best number for llama.cpp
    llama: str  # the version of llama.cpp's bindings and what they were built for: "0.3.36 cuda"


@dataclass(frozen=True, slots=True)
class Fit:
    """What a model will take, and what was chosen for it; bytes are predicted before it is loaded.

    The verdict: all layers on the GPU, some of them, none (it runs on the CPU), or it does not fit at all.
    """

    verdict: Literal["gpu", "partly", "cpu", "too_large"]
    layers: int  # the output counts as one, as in llama.cpp
    gpu_layers: int
    context: int
    kv_type: KvType
    batch: int
    threads: int
    need_gpu: int
    have_gpu: int
    need_main: int
    have_main: int
    full_window: bool = True  # layers with a sliding window keep the whole context: any token can be gone back to


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The loaded model, as llama.cpp reports it."""

    name: str
    path: str  # of a server: its address
    context: int  # tokens
    layers: int
    gpu_layers: int
    device: str  # "CPU" or the GPU's own name
    threads: int
    profile: Profile
    starter: bool  # the bundled model
    own_template: bool = True  # False: the file has no chat template, ChatML is used
    thinks: bool = False  # its answers may begin with reasoning
    sees: bool = False  # it takes images
    remote: bool = False  # it runs on a server, or lends the memory of RPC hosts
    fit: Fit | None = None  # None for a server

    @property
    def safe(self) -> bool:
        """Whether a faster profile was given up."""
        return self.profile != "fast"


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
    summary: int = 0


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
    thought: bool = False  # of the model's reasoning, which is no part of the answer


@dataclass(frozen=True, slots=True)
class Timings:
    """What an answer cost."""

    ttft_ms: float  # from the request's arrival to the first token
    prompt_tokens: int
    reused_tokens: int
    generated_tokens: int
    tokens_per_s: float  # generation only
    drafted_tokens: int = 0  # guessed ahead
    accepted_tokens: int = 0  # of these


@dataclass(frozen=True, slots=True)
class Logprob:
    """A drawn token's natural-log probability before sampling changed it, and the likeliest tokens there."""

    token: bytes
    logprob: float
    top: tuple[tuple[bytes, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Generated:
    """The whole answer and how it ended."""

    text: str
    finish: Finish
    timings: Timings
    thought: str = ""
    logprobs: tuple[Logprob, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """How many tokens of the next prompt's beginning are in the cache now."""

    tokens: int


@dataclass(frozen=True, slots=True)
class Done:
    """It is done, and there is nothing to tell."""


Value = ModelInfo | Hardware | Fit | Generated | Prepared | Done


@dataclass(frozen=True, slots=True)
class Result:
    """The last reply to a request that was done."""

    id: int
    value: Value


@dataclass(frozen=True, slots=True)
class Failed:
    """`error` is the class's name in `errors.py`; `template` and `facts` make its sentence."""

    id: int
    error: str
    template: str
    facts: dict[str, str]


Reply = LoadProgress | Reading | Alive | Assembled | Token | Result | Failed
