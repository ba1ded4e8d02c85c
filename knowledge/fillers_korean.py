"""Korean sentences that say nothing to remember: "헐 진짜???", "와 축하해요!!", "그러게", and laughter by the letter.

As in English (`fillers.py`): a filler greets, thanks, praises or echoes, holds no other word, no digit, and nothing
that could be an answer: "네", "응", "맞아" and "괜찮아" stay. Echoes with a question mark ("진짜요?") ask for nothing.
"ㅋㅋㅋ" and "ㅎㅎ" go from every sentence; "ㅠㅠ" stays, for it tells how somebody felt.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from knowledge.called import is_called

_LONGEST = 40  # syllables and signs; what is longer says something
_SAYS = """
고마워요? 고맙(?:다|네요?|습니다) 감사(?:해요?|합니다|드려요|드립니다|감사)?
축하(?:해요?|합니다|드려요|드립니다)?
수고(?:해요?|하세요|했어요?|했네요?|하셨어요|하셨습니다|많았어요?|많으셨어요)?
고생(?:했어요?|했네요?|했다|하셨어요|하셨네요|많았어요?|많으셨어요)? 많았어요? 많으셨어요
다행(?:이다|이네요?|이에요|입니다|이야)? 부럽(?:다|네요?|습니다) 부러워요?
멋(?:지다|지네요?|져요?|있다|있네요?|있어요?) 대단(?:하다|해요?|하네요?|하세요|하십니다|한데요?)?
대박(?:이다|이네요?|이야)? 훌륭(?:하다|해요?|하네요?|하세요|합니다) 귀여워요? 귀엽(?:다|네요?)
안녕(?:하세요|히|하십니까)? 반가워요? 반갑(?:다|네요?|습니다) 미안(?:해요?|합니다)? 죄송(?:해요?|합니다)
잘됐(?:다|네요?|어요?) 잘했(?:다|네요?|어요?) 잘하셨(?:네요|어요|습니다) 파이팅 화이팅 힘내(?:요|세요)?
그러게요?(?:말야|말이야)? 그니까요? 그러니까요? 그렇구나 그렇군요? 그랬구나 그랬군요? 그러셨군요 그러시구나
그러시군요 진짜(?:요|로)? 정말(?:요|로)? 미쳤(?:다|네) 헐 헉 우와 와 아이고 에고 어머나? 세상에
좋겠(?:다|네요?|어요?) 최고(?:다|네요?|예요|야)? 굿(?:나잇)?
"""
_BESIDE_THEM = (
    "아 앗 오 오오 어우 야 음 흠 너무 완전 참 많이 역시 다 그 거 새해 복 받아요? 받으세요 또 봐요? 잘 자요? 그동안"
)
_LAUGHTER = re.compile(r"\s*[ㅋㅎ]{2,}")
_SIGNS = re.compile(r"[^\w\s]|[ㅋㅎㅠㅜ]+")


def is_filler(sentence: str, names: Collection[str]) -> bool:
    """Whether a Korean sentence says nothing but so; `names`: of the people present."""
    if len(sentence) > _LONGEST:
        return False
    words = _SIGNS.sub(" ", sentence).split()
    says, beside_them = _patterns()
    met = not words and bool(_LAUGHTER.search(sentence))
    for word in words:
        if says.fullmatch(word):
            met = True
        elif not beside_them.fullmatch(word) and not any(is_called(word, name) for name in names):
            return False
    return met


def without_laughter(text: str) -> str:
    """The text without "ㅋㅋㅋ"; as it is where nothing else would be left."""
    return _LAUGHTER.sub("", text).strip() or text


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    says, beside_them = (re.compile("|".join(words.split())) for words in (_SAYS, _BESIDE_THEM))
    return says, beside_them
