"""A question and its right answer as one sentence, in English and Korean; None where the form is not known."""

from __future__ import annotations

import pytest

from knowledge.restating import restated


@pytest.mark.parametrize(
    ("question", "right", "statement"),
    [
        ("Who was the composer of Tosca?", "It is Puccini.", "The composer of Tosca was Puccini."),
        ("What genre is Tosca?", "opera", "The genre of Tosca is opera."),
        ("In what city was Ann Lee born?", "Busan", "Ann Lee was born in Busan."),
        ("Who wrote Contact?", "No, it's Carl Sagan!", "Carl Sagan wrote Contact."),
        ("What is Jin's job?", "a nurse", "Jin's job is a nurse."),
        ("호주의 수도는 어디야?", "캔버라", "호주의 수도는 캔버라다."),
        ("우리 팀장 이름이 뭐예요?", "김민준", "우리 팀장 이름은 김민준이다."),
        ("Why is the sky blue?", "It scatters light", None),
        ("What is the capital?", "You are wrong. It is Canberra.", None),
        ("What is the capital?", "  ", None),
    ],
)
def test_restated(question: str, right: str, statement: str | None) -> None:
    assert restated(question, right) == statement
