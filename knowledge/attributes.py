"""Which attribute of a thing a question asks for, and whether a short source states another one instead.

"The author of The Storm is Kate Chopin" names the subject of "Who was the composer of The Storm?" and does not answer
it. Meaning cannot tell the two apart with a small embedder (their cosines overlap), so the usual attributes of people,
works and places stand here by their words, in English and Korean. What is not in the table is never held against a
source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.subjects import Name

# Attribute: words that ask for it or state it, from the beginning of a word.
_ATTRIBUTES = {
    "author": "author|wr[io]te|writ(?:er|ten|ing)|novelist|poet|저자|작가|지은이|글쓴이|쓴|썼|집필",
    "screenwriter": "screenwriter|screenplay|script|wr[io]te|writ(?:er|ten|ing)|각본|극본|대본|시나리오|작가",
    "director": "direct|filmmaker|helmed|감독|연출",
    "producer": "produce|production|제작|프로듀서",
    "composer": "compos|music|score|soundtrack|songwriter|작곡|음악",
    "performer": "sing|sang|perform|singer|band|artist|가수|부른|불렀|연주",
    "cast": "star(?:s|red|ring)\\b|actor|actress|cast\\b|play(?:s|ed) in|주연|배우|출연",
    "genre": "genre|kind of (?:film|movie|music|book|song)|type of (?:film|movie|music|book)|장르",
    "occupation": "occupation|job\\b|profession|work(?:s|ed)? as|living\\b|employ|직업|일해|일하|근무|하는 일",
    "birthplace": "birthplace|place of birth|born\\b|hometown|출생|태어|고향",
    "birthday": "birthday|date of birth|born\\b|생일|생년|태어",
    "death": "died|death|dead\\b|passed away|사망|죽|돌아가",
    "father": "father|dad\\b|아버지|아빠|부친",
    "mother": "mother|mom\\b|mum\\b|어머니|엄마|모친",
    "spouse": "husband|wife|spouse|married|marry|남편|아내|배우자|결혼",
    "sibling": "brother|sister|sibling|형제|자매|동생|언니|누나|오빠",
    "child": "child|children|son\\b|sons\\b|daughter|kids?\\b|아들|딸|자녀|아이",
    "capital": "capital|수도|주도|도청",
    "country": "country|nation|국가|나라|국적",
    "religion": "religio|faith|church|종교|신앙",
    "sport": "sports?\\b|plays\\b|운동|스포츠|종목",
    "color": "colou?r|색",
    "address": "address|lives?\\b|living in|주소|사는|살고|산다",
    "phone": "phone|telephone|전화",
    "price": "price|cost|paid|pay\\b|가격|값|비용|얼마",
    "age": "how old|years old|\\bage\\b|나이|몇 살|살이",
}
_WORDS = {name: re.compile(rf"(?<![a-z가-힣])(?:{words})", re.IGNORECASE) for name, words in _ATTRIBUTES.items()}
_OF_WORKS = frozenset({"author", "screenwriter", "director", "producer", "composer", "performer", "cast", "genre"})
_LONG = 40  # words, from which a source may say in other words what is asked


def attributes(text: str, names: Sequence[Name] = ()) -> frozenset[str]:
    """The attributes that a text asks for or states; the names of what it speaks of ("Sing") count for none."""
    for word in sorted({word for name in names for word in name.words}, key=len, reverse=True):
        text = re.sub(rf"(?<![^\W_]){re.escape(word)}(?![a-z])", " ", text, flags=re.IGNORECASE)
    return frozenset(name for name, words in _WORDS.items() if words.search(text))


def asks_of_a_work(asked: frozenset[str]) -> bool:
    """Whether the attributes are those of a film, a book, a song: people name these in full, unlike each other."""
    return bool(asked & _OF_WORKS)


def states_another(source: str, names: Sequence[Name], asked: frozenset[str]) -> bool:
    """Whether a short source states attributes, and none of those that are asked for."""
    if not asked or len(source.split()) > _LONG:
        return False
    stated = attributes(source, names)
    return bool(stated) and not stated & asked
