"""Chat templates of all tempers, rendered so that contents stay contents."""

from __future__ import annotations

import pytest

from engine.errors import TemplateBroken
from engine.template import ChatTemplate, Message
from tests.engine.tiny import CHATML

TALK = [Message("system", "Be kind."), Message("user", " Hi "), Message("assistant", "Hello!"), Message("user", "Bye")]
GEMMA = (
    "{{ bos_token }}"
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('alternate') }}"
    "{% endif %}<start_of_turn>{{ 'model' if m['role'] == 'assistant' else m['role'] }}\n{{ m['content'] | trim }}"
    "<end_of_turn>\n{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
PARTS = "{% for m in messages %}{{ m.role }}: {% for part in m.content %}{{ part.text }}{% endfor %};{% endfor %}"
SYSTEM_LAST = (
    "{% set first = messages[0] %}{% for m in messages %}{% if m.role != 'system' %}"
    "[{{ first.content if loop.last and first.role == 'system' }} {{ m.content }}]{% endif %}{% endfor %}"
)
SYSTEM_LOST = "{% for m in messages if m.role != 'system' %}[{{ m.content }}]{% endfor %}"
EXTRAS = (
    "{% for m in messages %}{% if loop.index > 9 %}{% break %}{% endif %}{{ m.role }}={{ m.content }}{% endfor %}"
    "{{ {'a': '<é>'} | tojson }}{{ strftime_now('%Y')[:2] }}{% generation %}!{% endgeneration %}"
)


def text(template: str | None, talk=TALK) -> str:
    made = ChatTemplate(template, model="M", bos="<s>", eos="</s>")
    return "".join(piece.text for piece in made.render(talk))


def test_contents_are_told_from_the_templates_words():
    pieces = ChatTemplate(CHATML, model="M", bos="", eos="").render(TALK)
    assert [piece.text for piece in pieces if piece.content] == ["Be kind.", " Hi ", "Hello!", "Bye"]
    assert "".join(p.text for p in pieces) == (
        "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\n Hi <|im_end|>\n"
        "<|im_start|>assistant\nHello!<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_template_that_refuses_a_system_role_gets_it_in_the_first_turn():
    assert text(GEMMA) == (
        "<s><start_of_turn>user\nBe kind.\n\n Hi<end_of_turn>\n<start_of_turn>model\nHello!<end_of_turn>\n"
        "<start_of_turn>user\nBye<end_of_turn>\n<start_of_turn>model\n"
    )


@pytest.mark.parametrize("template", [SYSTEM_LAST, SYSTEM_LOST])
def test_a_system_text_that_would_move_or_vanish_is_folded_in_too(template):
    assert text(template).replace("[ ", "[").startswith("[Be kind.\n\n Hi ]")


def test_contents_as_lists_of_parts():
    assert text(PARTS) == "system: Be kind.;user:  Hi ;assistant: Hello!;user: Bye;"


def test_what_templates_expect_of_their_surroundings():
    assert text(EXTRAS).endswith("user=Bye" + '{"a": "<é>"}20!')


def test_no_template_means_chatml_and_says_so(caplog):
    made = ChatTemplate(None, model="M", bos="", eos="")
    assert not made.own
    assert made.stop == ("<|im_end|>",)
    assert "no chat template" in caplog.text
    assert text(None) == text(CHATML)


@pytest.mark.parametrize(
    "template, reason",
    [
        ("{% for %}", "TemplateSyntaxError"),
        ("{{ raise_exception('never') }}", "never"),
        ("{{ messages[0].content.nothing.more }}", "undefined|has no attribute"),
        ("the same whatever you say", "drops"),
        ("{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}", "repeats"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "Security|undefined|unsafe"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "too long"),
        ("{{ messages.append(1) }}", "Security|unsafe"),
        ("{{ 9 ** 9 ** 9 ** 9 }}", "too much"),
        ("{{ 'x' * 99999999999 }}", "too much"),
        ("{{ '%99999999999d' % 1 }}", "too much"),
        ("{% include '/etc/passwd' %}", "loader"),
    ],
)
def test_a_broken_or_hostile_template_is_one_sentence(template, reason):
    with pytest.raises(TemplateBroken, match=f"chat template that does not work .*({reason})"):
        ChatTemplate(template, model="M", bos="", eos="")
