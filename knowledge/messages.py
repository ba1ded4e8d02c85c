"""What passes through the pipe between the application and the knowledge worker.

Every request has an id; every reply carries the id of its request. A request is answered by any number of
`FileProgress` or `Progress`, then by exactly one `Result` or `Failed`. A cancelled request ends in a `Result`
with what was done so far. A `Recall` is answered while files are being indexed: the two share no queue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

RecallKind = Literal["documents", "conversations", "facts", "all"]
ItemKind = Literal["document", "conversation", "fact"]
FileStatus = Literal["waiting", "reading", "indexing", "indexed", "unchanged", "refused"]


PromptKind = Literal["chat", "task", "about_user", "about_world"]
Depth = Literal["nothing", "facts", "everything"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be recalled: what belongs to no project; or to `project`, and with `beyond` to none as well.

    A sealed conversation sees itself alone, and nobody else sees it: `conversation` names it.
    """

    project: str | None = None
    beyond: bool = False
    conversation: str | None = None


# ---------------------------------------------------------------- requests


@dataclass(frozen=True, slots=True)
class IndexPaths:
    """Index files and folders (recursively); answered when all of them are recallable.

    They come to belong to `project`; None: to none.
    """

    id: int
    paths: tuple[str, ...]
    collection: str | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True)
class ImportConversations:
    """Import an export (JSON or the ZIP it came in); answered when all of it is recallable."""

    id: int
    path: str
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """What the memory holds on `query`, best first.

    At most `k` items and `tokens` embedder tokens of text (None: no such limit). `without_conversation` leaves
    out the conversation that already stands in the prompt. `relevant_only` drops what merely scores best among
    the irrelevant, and decides by the kind of the prompt how much is recalled at all (`knowledge/deciding.py`): the
    `recall` command shows everything, an answer must not be polluted. `scope` None: everywhere, for the user's eyes.
    """

    id: int
    query: str
    kind: RecallKind = "all"
    k: int | None = None
    tokens: int | None = None
    without_conversation: str | None = None
    relevant_only: bool = False
    context: tuple[str, ...] = ()  # what was said just before, oldest first: a question that leans on it is widened
    collections: tuple[str, ...] | None = None  # of documents; "" is the one without a name; None: all of them
    scope: Scope | None = Scope()
    now: float | None = None  # Unix seconds at which it is asked ("yesterday"); None: by the clock


@dataclass(frozen=True, slots=True)
class RemoveDocuments:
    """Forget these documents; answered when no index, cache or free page holds a word of them."""

    id: int
    documents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Forget:
    """Forget messages, facts, whole conversations; answered when no index, cache or free page holds a word of them.

    Facts that rest on a forgotten message are forgotten with it. `bin_days`: they can be brought back for so long,
    and leave the disk only then; 0: at once.
    """

    id: int
    messages: tuple[int, ...] = ()
    facts: tuple[int, ...] = ()
    conversations: tuple[str, ...] = ()
    bin_days: int = 0


@dataclass(frozen=True, slots=True)
class DrawMap:
    """Lay out what is remembered in two dimensions; what is alike lies together."""

    id: int
    most: int = 5000  # points; the newest and the pinned first


@dataclass(frozen=True, slots=True)
class Pause:
    """Hold the indexing of the request `job`, or go on with it. Not answered."""

    id: int
    job: int
    paused: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """The watched folders (table `watched`) have changed: follow those that stand there now. Answered at once."""

    id: int


@dataclass(frozen=True, slots=True)
class UseEmbedder:
    """Change to the sentence-transformers model in `folder` (None: the bundled one).

    Answered by `Progress` while its index grows, then by `EmbedderInUse`; the old one serves until then. A restart in
    between goes on with it, told by unasked `Progress` and `EmbedderInUse` (id 0). Without `wait` it is answered by the
    `EmbedderInUse` of the present one as soon as the new one was found good, and the rest is told unasked. The embedder
    that is in use already, asked for again, ends what is under way.
    """

    id: int
    folder: str | None
    wait: bool = True


@dataclass(frozen=True, slots=True)
class Support:
    """How well each of `sentences` is supported by the texts of `sources` (lexical and in meaning)."""

    id: int
    sentences: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consolidate:
    """Follow the outbox now; answered when it is empty."""

    id: int


@dataclass(frozen=True, slots=True)
class Answering:
    """An answer is being written from now on, or no longer: what can wait leaves the processors to it. Not answered."""

    id: int
    writing: bool


@dataclass(frozen=True, slots=True)
class CheckUp:
    """Compare store and indexes; rebuild what is derived where it is missing or broken."""

    id: int


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the request of this id with what there is so far."""

    id: int


@dataclass(frozen=True, slots=True)
class Quit:
    """End the process."""


Request = (
    IndexPaths
    | ImportConversations
    | Recall
    | RemoveDocuments
    | Forget
    | DrawMap
    | Pause
    | Watch
    | UseEmbedder
    | Support
    | Consolidate
    | Answering
    | CheckUp
    | Cancel
    | Quit
)


# ---------------------------------------------------------------- replies


@dataclass(frozen=True, slots=True)
class Ready:
    """Sent once, unasked (id 0), when the embedder and the indexes are open."""

    id: int
    embedder: str


@dataclass(frozen=True, slots=True)
class FileProgress:
    """One file's state; `done` and `total` count files of this request, `seconds_left` is an estimate."""

    id: int
    path: str
    status: FileStatus
    passages: int
    reason: str | None  # the sentence, when refused (English; `error` and `facts` let the window translate it)
    done: int
    total: int
    seconds_left: float | None
    error: str | None = None
    template: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    files_per_second: float | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class DiskFollowed:
    """Sent unasked (id 0) when changes in watched folders have been followed: counts of files."""

    id: int
    read: int
    removed: int
    refused: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Work other than files: `done` of `total` items are recallable; of an export that is "reading", bytes are read."""

    id: int
    done: int
    total: int
    stage: Literal["", "reading"] = ""


@dataclass(frozen=True, slots=True)
class Recalled:
    """One recalled item: what, where, when, why, and the words used."""

    kind: ItemKind
    id: str  # "passage:12", "message:34" or "fact:5"; neighbours merged into an item go by its best one
    text: str
    score: float
    parts: dict[str, float]  # the named parts of the score, which sum to it
    why: tuple[str, ...]  # names of `parts` that speak for it, for the source card
    matches: tuple[tuple[int, int], ...]  # character ranges of `text` that answer the query's words
    tokens: int  # of `text`, counted by the embedder's tokenizer
    document: int | None = None
    path: str | None = None
    page: int | None = None
    heading: str | None = None
    conversation: str | None = None
    title: str | None = None  # of the conversation or the document
    author: str | None = None  # who said it, when not the user
    role: str | None = None
    time: float | None = None  # Unix seconds
    messages: tuple[int, ...] = ()
    external_ids: tuple[str, ...] = ()
    passages: tuple[int, ...] = ()  # whose words stand in `text`, in reading order
    collection: str | None = None
    fact: int | None = None
    fact_kind: str | None = None  # "told", "noticed", "correction" or "written", as in the table
    valid_until: float | None = None  # of a fact that holds no more
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Recollection:
    """The answer to a `Recall`, best first.

    `prompt`, `depth` and `because` tell what was decided (`knowledge/deciding.py`) of one that was `relevant_only`.
    """

    items: tuple[Recalled, ...]
    tokens: int
    milliseconds: float
    widened: tuple[str, ...] = ()  # of the context: what the question was widened by
    error: str | None = None  # why only words were looked for, not meanings: as in `Failed`
    template: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    prompt: PromptKind | None = None
    depth: Depth = "everything"
    because: str = ""  # a word for the reason, for `--json` and the window to translate


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One remembered thing on the map; `x` and `y` run from 0 to 1."""

    kind: ItemKind
    item: int  # number of the message, passage or fact
    x: float
    y: float
    cluster: int  # place in `MemoryMap.clusters`, -1: in none
    label: str  # its first words
    time: float | None


@dataclass(frozen=True, slots=True)
class MapCluster:
    """Things that lie together, named by the words that set them apart."""

    name: str
    x: float
    y: float
    count: int


@dataclass(frozen=True, slots=True)
class MemoryMap:
    """The answer to a `DrawMap`; `left_out` things found no place in it."""

    points: tuple[MapPoint, ...]
    clusters: tuple[MapCluster, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Indexed:
    """What became of the files of an `IndexPaths`."""

    files: int
    refused: int
    passages: int
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import brought."""

    conversations: int
    messages: int
    known: int  # messages that were there already
    documents: int = 0  # attachments and project files that came with it
    facts: int = 0
    left_out: tuple[tuple[str, int], ...] = ()  # what was not taken: a word for the reason, and how often


@dataclass(frozen=True, slots=True)
class Health:
    """What a check-up found: counts, and a line for each thing repaired."""

    messages: int
    documents: int
    passages: int
    waiting: int  # outbox rows before the check-up
    repaired: tuple[str, ...]
    integrity: str  # SQLite's own word, "ok" when sound
    embedder: str


@dataclass(frozen=True, slots=True)
class Consolidated:
    """How many outbox rows were worked on."""

    items: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a `Forget` took away: counts, the conversations whose KV states hold words of it, and, where it can be
    brought back, the entries of the bin."""

    messages: int
    facts: int
    conversations: tuple[str, ...] = ()
    binned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Watching:
    """How many folders are followed, and those that are not there (any more)."""

    folders: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EmbedderInUse:
    """The embedder that questions are now asked of."""

    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SentenceSupport:
    """The source that says most of a sentence (its place in `Support.sources`), and how much of it, from 0 to 1.

    `by` are all sources that support it; `claims` is False where a sentence holds nothing that could be compared.
    """

    source: int | None
    score: float
    supported: bool
    by: tuple[int, ...] = ()
    claims: bool = True


@dataclass(frozen=True, slots=True)
class Supported:
    """The answer to a `Support`, one for each sentence."""

    sentences: tuple[SentenceSupport, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The last reply to a request that was done."""

    id: int
    value: (
        Recollection
        | Indexed
        | Imported
        | Consolidated
        | Health
        | Forgotten
        | Watching
        | EmbedderInUse
        | Supported
        | MemoryMap
    )


@dataclass(frozen=True, slots=True)
class Failed:
    """`error` is the class's name in `errors.py`; `template` and `facts` make its sentence."""

    id: int
    error: str
    template: str
    facts: dict[str, str]


Reply = Ready | FileProgress | DiskFollowed | Progress | Result | Failed
