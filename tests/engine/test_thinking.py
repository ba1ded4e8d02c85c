"""Thoughts told from answers, in the formats of all families, however the text is cut into pieces."""

from __future__ import annotations

from functools import partial

import pytest

from desktop.worker import Worker
from engine import thinking
from engine.messages import (
    Cancel,
    Failed,
    Generate,
    Generated,
    LoadModel,
    LoadOptions,
    ModelInfo,
    Quit,
    Result,
    Sampling,
    Token,
)
from engine.template import ChatTemplate, Message
from engine.thinking import COMMON, FAMILIES, Style, ThoughtSplitter, style_of
from engine.worker import run
from tests.engine import tiny
from tests.engine.conftest import load

CONTROL = 3
HARMONY = FAMILIES["<|channel|>analysis"]
MUSE = FAMILIES["to=self<|message|>"]
SOLAR = FAMILIES["assistant<|think|>"]
GEMMA = FAMILIES["<|channel>thought"]
COMMAND = FAMILIES["<|START_THINKING|>"]
KIMI = FAMILIES["<|open|>think<|sep|>"]
APRIEL = FAMILIES["[BEGIN FINAL RESPONSE]"]
GRANITE = FAMILIES["<response></response>"]
MISTRAL = FAMILIES["[THINK]"]


HARMONY_WITH_A_TOOL = (
    "<|channel|>analysis<|message|>A.<|end|><|start|>assistant<|channel|>commentary to=functions.x <|constrain|>json"
    "<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>Yes."
)


def split(style: Style, text: str, *, by: int, begins: bool | None = None) -> tuple[str, str]:
    """The thought and the answer in `text`, fed `by` characters at a time."""
    splitter = ThoughtSplitter(style, thinking=begins)
    pieces = [piece for at in range(0, len(text), by) for piece in splitter.feed(text[at : at + by])]
    pieces += splitter.end()
    assert all(given for given, _ in pieces)
    return tuple("".join(given for given, thought in pieces if thought is wanted) for wanted in (True, False))


@pytest.mark.parametrize("by", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("style", "begins", "text", "thought", "answer"),
    [
        (COMMON, None, "<think>\nHm, 2 < 3.\n</think>\n\nYes.", "Hm, 2 < 3.", "Yes."),
        (COMMON, True, "Hm.\n</think>\n\nYes.", "Hm.", "Yes."),
        (COMMON, True, "<think>\nHm.</think>Yes.", "Hm.", "Yes."),  # says again what the prompt said
        (COMMON, None, "  <think></think> Yes.", "", "Yes."),
        (COMMON, None, "Yes.", "", "Yes."),
        (COMMON, None, "The tag <think> opens, </think> closes.", "", "The tag <think> opens, </think> closes."),
        (COMMON, False, "<think> is a tag", "", "<think> is a tag"),
        (COMMON, True, "cut off in the mid", "cut off in the mid", ""),
        (COMMON, None, "<thinner", "", "<thinner"),
        (COMMON, None, "<think>a\n\nb  </thi", "a\n\nb  </thi", ""),
        (COMMON, None, "</think>Yes.", "", "Yes."),
        (MISTRAL, None, "[THINK]음…[/THINK]네.", "음…", "네."),
        (
            HARMONY,
            None,
            "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.",
            "Hm.",
            "Yes.",
        ),
        (
            HARMONY,
            None,
            HARMONY_WITH_A_TOOL,
            "A.\n\n{}",
            "Yes.",
        ),
        (HARMONY, None, "<|channel|>final<|message|>Yes.", "", "Yes."),
        (HARMONY, None, "Yes, without channels.", "", "Yes, without channels."),
        (HARMONY, None, "word " * 100, "", "word " * 100),
        (HARMONY, False, "Yes.", "", "Yes."),
        (MUSE, None, " to=self<|message|>Hm.<|eom|><|start|>assistant to=user<|message|>Yes.", "Hm.", "Yes."),
        (SOLAR, None, "<|think|>Hm.<|end|><|begin|>assistant<|content|>Yes.", "Hm.", "Yes."),
        (GEMMA, None, "<|channel>thought\nHm.<channel|>Yes.", "Hm.", "Yes."),
        (GEMMA, None, "A.<|channel>thought\nHm.<channel|>B.", "Hm.", "A.\n\nB."),
        (COMMAND, True, "Hm.<|END_THINKING|><|START_RESPONSE|>Yes.<|END_RESPONSE|>", "Hm.", "Yes."),
        (KIMI, True, "Hm.<|close|>think<|sep|><|open|>response<|sep|>Yes.<|close|>response<|sep|>", "Hm.", "Yes."),
        (APRIEL, True, "Hm.\n[BEGIN FINAL RESPONSE]\nYes.\n[END FINAL RESPONSE]", "Hm.", "Yes.\n"),
        (GRANITE, None, "<think>Hm.</think><response>Yes.</response>", "Hm.", "Yes."),
    ],
)
def test_thought_and_answer_come_apart(style, begins, text, thought, answer, by):
    assert split(style, text, by=by, begins=begins) == (thought, answer)


def test_nothing_certain_is_held_back():
    splitter = ThoughtSplitter(COMMON)
    assert splitter.feed("<think>One two ") == [("One two", True)]
    assert splitter.thinking
    assert splitter.feed("three") == [(" three", True)]
    assert splitter.feed("</think>Yes") == [("Yes", False)]
    assert not splitter.thinking
    assert splitter.feed(" <") == [(" <", False)]


@pytest.mark.parametrize(
    ("template", "tail", "opens"),
    [
        ("…'<think>'…", "<|im_start|>assistant\n", "<think>"),
        ("…split('</think>')…", "", "<think>"),
        ("…'<seed:think>'…", "", "<seed:think>"),
        ("…'<think{}>'.format(x)…", "<think:opensource></think:opensource>", "<think:opensource>"),
        ("…<thought>…", "", "<thought>"),
        ("…[THINK]…", "", "[THINK]"),
        ("…<|channel>thought…<|think|>…", "", "<|channel>thought"),
    ],
)
def test_the_marks_are_found_in_the_template(template, tail, opens):
    style = style_of(template, tail)
    assert style is not None
    assert style.opens[0] == opens


def test_a_template_without_marks_is_not_known_to_think():
    assert style_of(tiny.CHATML, "<|im_start|>assistant\n") is None
    assert style_of("I think <thinking_instructions> I do", "") is None


SWITCHED = tiny.CHATML.replace(
    "assistant\n' }}{% endif %}",
    "assistant\n' }}{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}"
    "{% endif %}",
)
OPENED = tiny.CHATML.replace("assistant\n' }}", "assistant\n<think>\n' }}")
UNSWITCHED = tiny.CHATML.replace("m['content']", "m['content'].split('</think>')[-1]")
PICKY = SWITCHED.replace("{% for", "{% if enable_thinking is defined %}{{ raise_exception('no') }}{% endif %}{% for", 1)
TALK = [Message("user", "Hi")]


@pytest.mark.parametrize(
    ("template", "think", "begun", "end", "thinking"),
    [
        (SWITCHED, None, "", "assistant\n", False),
        (SWITCHED, False, "", "assistant\n<think>\n\n</think>\n\n", False),
        (SWITCHED, None, "Ye", "assistant\nYe", False),
        (OPENED, None, "", "assistant\n<think>\n", True),
        (OPENED, False, "", "assistant\n<think>\n\n</think>\n\n", False),
        (OPENED, None, "Ye", "assistant\n<think>\n\n</think>\n\nYe", False),
        (UNSWITCHED, True, "", "assistant\n", False),
        (UNSWITCHED, False, "", "assistant\n<think>\n\n</think>\n\n", False),
        (PICKY, False, "", "assistant\n<think>\n\n</think>\n\n", False),
        (tiny.CHATML, False, "", "assistant\n", False),
    ],
)
def test_whether_it_thinks_is_said_in_the_templates_way(template, think, begun, end, thinking):
    made = ChatTemplate(template, model="M", bos="", eos="")
    text = "".join(piece.text for piece in made.render(TALK, think=think, begun=begun))
    assert text == f"<|im_start|>user\nHi<|im_end|>\n<|im_start|>{end}"
    assert made.splitter(think, begun=begun).thinking is thinking


@pytest.mark.parametrize(
    ("template", "end"), [(OPENED, "assistant\n<think>\nHm, 2"), (SWITCHED, "assistant\n<think>Hm, 2")]
)
def test_a_thought_goes_on_where_it_was_cut(template, end):
    made = ChatTemplate(template, model="M", bos="", eos="")
    pieces = made.render(TALK, begun_thought="Hm, 2")
    assert "".join(piece.text for piece in pieces).endswith(end)
    assert pieces[-1].content
    splitter = made.splitter(None, begun_thought="Hm, 2")
    assert splitter.feed(" < 3.</think>Yes.") == [(" < 3.", True), ("Yes.", False)]
    # A thought that led to an answer is left out, as it is of the turns before.
    assert made.render(TALK, begun_thought="Hm.", begun="Yes") == made.render(TALK, begun="Yes")


def test_marks_that_are_control_tokens_are_shown(tmp_path):
    extra = (("<|im_start|>", CONTROL), ("<|im_end|>", CONTROL), ("[THINK]", CONTROL), ("[/THINK]", CONTROL))
    model = load(tiny.write(tmp_path / "t.gguf", template=tiny.CHATML + "{# [THINK] #}", extra=extra))
    made = ChatTemplate(model.facts.chat_template, model="M", bos="<s>", eos="</s>")
    vocabulary = model.vocabulary
    (mark,) = (token for token in range(vocabulary.size) if vocabulary.text(token) == "[THINK]")
    (other,) = (token for token in range(vocabulary.size) if vocabulary.text(token) == "<|im_end|>")
    assert vocabulary.piece(mark) == b""
    vocabulary.show(made.marks)
    assert vocabulary.piece(mark) == b"[THINK]"
    assert vocabulary.piece(other) == b""
    model.close()


def test_every_familys_skip_is_an_answers_beginning():
    for style in (*FAMILIES.values(), COMMON):
        splitter = ThoughtSplitter(style, thinking=True if thinking.opened(style, "".join(style.opens)) else None)
        splitter.feed(style.skip)
        assert not splitter.thinking
        assert splitter.feed("Yes") + splitter.end() == [("Yes", False)]


def test_thoughts_through_the_pipe(tmp_path):
    worker = Worker("test-thoughts", run, (str(tmp_path / "logs"),), last=(Result, Failed), cancel=Cancel, quit=Quit())
    worker.start()
    path = str(tiny.write(tmp_path / "t.gguf", template=OPENED))
    *_, loaded = worker.ask(lambda id: LoadModel(id, path, LoadOptions(threads=1)))
    assert isinstance(loaded, Result)
    assert isinstance(loaded.value, ModelInfo)
    assert loaded.value.thinks
    said = {}
    for case, more in {"thinks": {}, "not": {"think": False}, "goes on": {"begun": "So"}}.items():
        sampling = Sampling(max_tokens=20, temperature=0)
        request = partial(Generate, system="", history=(), recalled=(), prompt="Hi", sampling=sampling, **more)
        *before, last = worker.ask(request)
        assert isinstance(last, Result)
        assert isinstance(last.value, Generated)
        said[case] = last.value
        for thought in (True, False):
            sent = "".join(token.text for token in before if isinstance(token, Token) and token.thought is thought)
            assert sent == (last.value.thought if thought else last.value.text)
    worker.close()
    assert said["thinks"].thought  # random weights do not find the mark that closes it
    assert not said["thinks"].text
    assert said["not"].text
    assert not said["not"].thought
    assert said["goes on"].text
    assert not said["goes on"].thought
