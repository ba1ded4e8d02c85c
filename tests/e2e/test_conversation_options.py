"""What is set for a conversation holds for its answers: through the use case and the commands, with the real model."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from desktop.chat import Answer
from desktop.home import Home, open_home

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "green", "blue"]}, "warm": {"type": "boolean"}},
        "required": ["colour", "warm"],
        "additionalProperties": False,
    }
)


def answer(home: Home, conversation: str, prompt: str) -> Answer:
    events = list(home.chat.answer(prompt, conversation, stop=threading.Event(), remember=False))
    assert isinstance(events[-1], Answer)
    return events[-1]


def test_a_conversation_answers_as_it_is_set_to(folder: Path, haema) -> None:
    with open_home(folder) as home:
        home.engine.start()
        options = {"preset": "precise", "sampling": {"schema": SCHEMA, "max_tokens": 60}}
        set_up, plain = home.history.begin(options=options).id, home.history.begin().id
        home.settings.presets = {"short": {"max_tokens": 3, "temperature": 0.0}}

        said = json.loads(answer(home, set_up, "Which colour has the sky?").text)
        assert said["colour"] in {"red", "green", "blue"}
        assert isinstance(said["warm"], bool)

        home.history.set_options(plain, {"preset": "short"})
        cut = answer(home, plain, "Tell me a long story.")
        assert (cut.finish, cut.timings["generated_tokens"]) == ("length", 3)

    done = haema("ask", "And the sea?", "--conversation", set_up, "--no-memory", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(json.loads(done.stdout)["answer"])["colour"] in {"red", "green", "blue"}
