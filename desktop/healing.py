"""Which safer profile a model gets when it fails, by what failed; remembered per model, machine and library version.

The profiles in order give up ever more: "plain" the extra buffer types (ggml-org/llama.cpp#20824), "fewer" also half
of the layers on the GPU, "cpu" all of them. Without layers on a GPU the last two are no other than "plain".
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, Literal, get_args

from desktop.settings import Settings
from desktop.worker import Died
from engine.messages import Failed, ModelInfo, Profile

# what failed: the process ended, memory ran out, no sign of life came, or the self-test's numbers were none
Why = Literal["crashed", "memory", "hung", "wrong"]

ORDER: tuple[Profile, ...] = get_args(Profile)
STEPS: dict[Why, tuple[Profile, ...]] = {
    "crashed": ("plain", "fewer", "cpu"),
    "hung": ("plain", "fewer", "cpu"),
    "wrong": ("plain", "cpu"),
    "memory": ("fewer", "cpu"),
}
WITHOUT_GPU: dict[Why, tuple[Profile, ...]] = {
    "crashed": ("plain",),
    "hung": ("plain",),
    "wrong": ("plain",),
    "memory": (),
}
ERRORS: dict[str, Why] = {
    "OutOfMemory": "memory",
    "ModelTooLarge": "memory",
    "SelfTestFailed": "wrong",
}
# of a model that was loaded before: the fault may be the worker's
PASSING = (*ERRORS, "ModelUnsupported", "EngineBroken")
NATIVE = "llama_"  # with which the reason begins where llama.cpp itself is broken, and not our own code
BY_SOMEBODY = (-9, -15)  # SIGKILL, SIGTERM: the system sends them too, when memory runs out


def reason(outcome: ModelInfo | Failed | Died) -> Why | None:
    """What a safer profile could heal; None where it could not, or nothing failed."""
    match outcome:
        case Died():
            return "hung" if outcome.hung else "crashed"
        case Failed(error="EngineBroken"):
            told = outcome.facts.get("reason", "")
            return "memory" if told == MemoryError.__name__ else "crashed" if told.startswith(NATIVE) else None
        case Failed():
            return ERRORS.get(outcome.error)
        case _:
            return None


def by_somebody(outcome: ModelInfo | Failed | Died) -> bool:
    """Whether somebody else ended the process, which says nothing about the profile."""
    return isinstance(outcome, Died) and not outcome.hung and outcome.exit_code in BY_SOMEBODY


def safer(profile: Profile, why: Why, *, on_gpu: Callable[[], bool]) -> Profile | None:
    """The next profile to try after `profile` failed; None when there is none left.

    `on_gpu` says whether the model has layers on a GPU; it is asked only where that matters.
    """
    below = ORDER[ORDER.index(profile) + 1 :]
    with_gpu, without = (next((step for step in steps[why] if step in below), None) for steps in (STEPS, WITHOUT_GPU))
    return with_gpu if with_gpu == without or on_gpu() else without


# ---------------------------------------------------------------- remembered


def remembered(settings: Settings, model: str | None) -> tuple[Profile, Why] | None:
    """The profile this model runs in on this machine, and what made it so; None: the fast one."""
    match settings.profiles.get(_key(model)):
        case {"profile": str() as profile, "why": str() as why} if profile in ORDER and why in STEPS:
            return _as_profile(profile), _as_why(why)
        case "plain":  # as Haema 0.1 kept it
            return "plain", "crashed"
        case _:
            return None


def remember(settings: Settings, model: str | None, profile: Profile, why: Why) -> None:
    """From now on this model begins with `profile` on this machine, until the library changes."""
    settings.profiles = {**settings.profiles, _key(model): {"profile": profile, "why": why}}


def forget(settings: Settings, model: str | None) -> None:
    """The next load of this model begins with the fast profile again."""
    kept: dict[str, Any] = settings.profiles
    settings.profiles = {key: value for key, value in kept.items() if key != _key(model)}


def _key(model: str | None) -> str:
    return "|".join((model or "starter", platform.node(), version("llama-cpp-python")))


def _as_profile(name: str) -> Profile:
    return next(profile for profile in ORDER if profile == name)


def _as_why(name: str) -> Why:
    return next(why for why in STEPS if why == name)
