"""What can go wrong in the engine, as sentences: what happened, then what the user can do.

Each class carries its sentence as a template; `facts` fills it. The template is also the key under which
`desktop/errors.py` translates it, so facts hold names and numbers, never prose.
"""

from __future__ import annotations

from typing import ClassVar


class EngineError(Exception):
    """Base of every error of this room that is meant for the user."""

    sentence: ClassVar[str] = "The model could not do this."

    def __init__(self, **facts: str) -> None:
        super().__init__(self.sentence.format(**facts))
        self.facts = facts


class ModelMissing(EngineError):
    sentence = "There is no file “{path}”. Choose a model file that exists."


class NotAModel(EngineError):
    sentence = "“{path}” is not a GGUF model. Choose a file made for llama.cpp, ending in .gguf."


class ModelTruncated(EngineError):
    sentence = "“{path}” is incomplete: it has {have} of {need}. Download it again."


class ModelTooLarge(EngineError):
    sentence = (
        "“{path}” does not fit in memory: it needs {need}, and {have} is free. "
        "Choose a smaller model or close other programs."
    )


class ModelUnsupported(EngineError):
    sentence = "“{path}” is a GGUF file that llama.cpp cannot run ({reason}). Choose another model."


class StarterDamaged(EngineError):
    sentence = "The starter model “{path}” is damaged. Install Haema again, or choose another model."


class TemplateBroken(EngineError):
    sentence = "The model “{model}” has a chat template that does not work ({reason}). Choose another model."


class NoModel(EngineError):
    sentence = "No model is loaded. Choose a model first."


class PromptTooLong(EngineError):
    sentence = (
        "Your text has {have} tokens and the model can read {room} at once. Shorten it, or drop it as a file instead."
    )


class EngineDied(EngineError):
    sentence = "The model stopped unexpectedly. What it had written is kept; ask again to go on."


class EngineBroken(EngineError):
    """A bug of ours: the details go to the log, the sentence to the user."""

    sentence = "Something went wrong inside the engine ({reason}). The log has the details."
