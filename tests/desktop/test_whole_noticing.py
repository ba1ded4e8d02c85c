"""Which prompts are about whole documents, and about which ones: an ordinary question must never start an hour's work.

The prompts stood here before the rules were written.
"""

from __future__ import annotations

import pytest

from desktop.whole.naming import Title
from desktop.whole.noticing import Noticed, Unclear, notice

LEASE, SERVICE, REPORT, KO_LEASE, MINUTES, PENGUINS = range(1, 7)
TITLES = (
    Title(LEASE, "/home/me/lease-busan.pdf", "Lease of the Busan Office", "Contracts"),
    Title(SERVICE, "/home/me/Service Agreement 2024.docx", "Service Agreement", "Contracts"),
    Title(REPORT, "/home/me/annual_report_2023.pdf", None, None),
    Title(KO_LEASE, "/home/me/임대차 계약서.pdf", "임대차 계약서", "계약"),
    Title(MINUTES, "/home/me/회의록_3월.hwp", None, None),
    Title(PENGUINS, "/home/me/penguins.txt", None, None),
)
ALL = (LEASE, SERVICE, REPORT, KO_LEASE, MINUTES, PENGUINS)
GIVEN, CITED = (LEASE,), (LEASE, SERVICE)

# prompt, which documents stand by ("given" with the conversation, "cited" by its last answer), kind, about, documents
NOTICED = [
    ("Summarise this file", GIVEN, (), "summary", "", GIVEN),
    ("summarize this file.", GIVEN, (), "summary", "", GIVEN),
    ("Please summarise this document for me in three sentences.", GIVEN, (), "summary", "", GIVEN),
    ("Can you give me a short summary of this PDF?", GIVEN, (), "summary", "", GIVEN),
    ("Summarise this", GIVEN, (), "summary", "", GIVEN),
    ("Sum up these contracts", (), CITED, "summary", "", CITED),
    ("Summarise lease-busan.pdf", (), (), "summary", "", (LEASE,)),
    ("Could you summarize the annual report 2023?", (), (), "summary", "", (REPORT,)),
    ("Write a summary of “Lease of the Busan Office”.", (), (), "summary", "", (LEASE,)),
    ("I just added the lease. Please summarise this document.", GIVEN, (), "summary", "", GIVEN),
    ("What are the main points of annual_report_2023.pdf?", (), (), "summary", "", (REPORT,)),
    ("What is this document about?", GIVEN, (), "summary", "", GIVEN),
    ("Summarise all my documents", (), (), "summary", "", ALL),
    ("Give me an overview of the collection Contracts", (), (), "summary", "", (LEASE, SERVICE)),
    ("TL;DR of penguins.txt", (), (), "summary", "", (PENGUINS,)),
    ("Summarise the whole file in Korean", GIVEN, (), "summary", "", GIVEN),
    ("List every deadline in these contracts", (), CITED, "list", "deadline", CITED),
    ("List all deadlines in this contract", GIVEN, (), "list", "deadlines", GIVEN),
    ("What are all the dates mentioned in lease-busan.pdf?", (), (), "list", "dates", (LEASE,)),
    ("Find every amount of money in the Service Agreement 2024", (), (), "list", "amount of money", (SERVICE,)),
    ("Please extract all payment terms from these files.", (), CITED, "list", "payment terms", CITED),
    ("Show me all obligations of the tenant in this lease", GIVEN, (), "list", "obligations of the tenant", GIVEN),
    ("list each person named in all my documents", (), (), "list", "person", ALL),
    ("In these contracts, list every deadline.", (), CITED, "list", "deadline", CITED),
    ("Make a list of all the email addresses in these files", (), CITED, "list", "email addresses", CITED),
    ("How many of them mention penguins?", (), CITED, "count", "penguins", CITED),
    ("How many of these contracts mention force majeure?", (), CITED, "count", "force majeure", CITED),
    ("How many documents mention the word “deposit”?", (), (), "count", "deposit", ALL),
    ("Which of my documents mention Jin?", (), (), "count", "Jin", ALL),
    ("how many of my files contain the phrase annual report", (), (), "count", "annual report", ALL),
    ("How often is the tenant mentioned in lease-busan.pdf?", (), (), "count", "tenant", (LEASE,)),
    ("How many times does penguin appear in this file?", GIVEN, (), "count", "penguin", GIVEN),
    ("List all documents that mention a deposit", (), (), "count", "deposit", ALL),
    ("Compare all these contracts", (), CITED, "compare", "", CITED),
    ("Compare lease-busan.pdf and Service Agreement 2024.docx", (), (), "compare", "", CITED),
    ("Please compare these two documents.", (), CITED, "compare", "", CITED),
    ("What are the differences between these two contracts?", (), CITED, "compare", "", CITED),
    ("이 파일 요약해 줘", GIVEN, (), "summary", "", GIVEN),
    ("이 문서를 세 문장으로 요약해줘.", GIVEN, (), "summary", "", GIVEN),
    ("요약해 줘", GIVEN, (), "summary", "", GIVEN),
    ("임대차 계약서.pdf 요약해 주세요", (), (), "summary", "", (KO_LEASE,)),
    ("임대차 계약서를 간단히 정리해 줘", (), (), "summary", "", (KO_LEASE,)),
    ("회의록_3월 전체를 요약해 줄래?", (), (), "summary", "", (MINUTES,)),
    ("모든 문서를 요약해 줘", (), (), "summary", "", ALL),
    ("이 문서의 요약을 써 줘", GIVEN, (), "summary", "", GIVEN),
    ("이 문서 무슨 내용이야?", GIVEN, (), "summary", "", GIVEN),
    ("첨부한 파일을 읽고 핵심만 요약해 줘", GIVEN, (), "summary", "", GIVEN),
    ("이 계약서들에서 모든 마감일을 나열해 줘", (), CITED, "list", "마감일", CITED),
    ("이 계약서들에 나오는 기한을 모두 정리해 줘", (), CITED, "list", "기한", CITED),
    ("이 파일에 있는 날짜를 전부 찾아 줘", GIVEN, (), "list", "날짜", GIVEN),
    ("임대차 계약서.pdf에서 금액을 빠짐없이 뽑아 줘", (), (), "list", "금액", (KO_LEASE,)),
    ("내 문서 전체에서 전화번호를 모두 찾아줘", (), (), "list", "전화번호", ALL),
    ("이 중에서 보증금을 언급하는 문서는 몇 개야?", (), CITED, "count", "보증금", CITED),
    ("이 문서들 중 몇 개가 위약금을 언급해?", (), CITED, "count", "위약금", CITED),
    ("보증금이 나오는 문서가 몇 개야?", (), (), "count", "보증금", ALL),
    ("모든 문서 중에서 “불가항력”이라는 말이 들어 있는 문서는 몇 개인가요?", (), (), "count", "불가항력", ALL),
    ("이 파일에 보증금이 몇 번 나와?", GIVEN, (), "count", "보증금", GIVEN),
    ("부산이 언급된 문서를 모두 알려 줘", (), (), "count", "부산", ALL),
    ("이 문서들을 비교해 줘", (), CITED, "compare", "", CITED),
    ("lease-busan.pdf와 Service Agreement 2024.docx를 비교해 줘", (), (), "compare", "", CITED),
    ("이 두 계약서의 차이점을 알려 줘", (), CITED, "compare", "", CITED),
]

NOT_NOTICED = [
    "What is a summary?",
    "How do I summarise a document?",
    "Can you summarise files?",
    "Summarise our conversation",
    "Summarise the last answer",
    "Summarise what you just said",
    "Summarise this paragraph",
    "Summarise chapter 3 of annual_report_2023.pdf",
    "Summarise what annual_report_2023.pdf says about sales",
    "Summarise the history of Korea",
    "Summarise the French Revolution in three sentences",
    "Don't summarise this file",
    "Who wrote the summary of this document?",
    "Is there a summary in lease-busan.pdf?",
    "When does the lease of the Busan office end?",
    "What does lease-busan.pdf say about the deposit?",
    "What is the deadline in this contract?",
    "Does this contract mention a deadline?",
    "List all countries in Europe",
    "List all characters in the book Dune",
    "List every prime number below 100",
    "List all the ways to cook rice",
    "List all files in a directory with Python",
    "List all my documents",
    "How many documents do I need for a visa?",
    "How many people mention this in interviews?",
    "How many of them are there?",
    "How many of them survived the winter?",
    "How many pages does this document have?",
    "How many penguins live in Antarctica?",
    "How many times did I call you?",
    "Which documents do I need?",
    "Compare these two approaches",
    "Compare Python and Rust",
    "Compare the prices in these two files",
    "Compare all options",
    "What is the difference between a file and a document?",
    "Translate this file into Korean",
    "Open this file",
    "Read this: all of them mention a summary of the file",
    "Where is the summary of this file?",
    "Write a document about penguins",
    "Write a summary function for this file in Python",
    "Summarise the text below:\n" + "The quick brown fox jumps over the lazy dog. " * 20,
    "Thanks, that summary of the file was good",
    "Every deadline in these contracts has passed.",
    "요약이 뭐야?",
    "요약하는 방법을 알려 줘",
    "우리 대화를 요약해 줘",
    "방금 답을 요약해 줘",
    "이 문단을 요약해 줘",
    "이 문서 3장만 요약해 줘",
    "이 파일에서 보증금에 대해 요약해 줘",
    "조선 시대를 요약해 줘",
    "파일 요약 프로그램을 추천해 줘",
    "이 파일 요약하지 마",
    "이 문서의 마감일이 언제야?",
    "유럽의 모든 나라를 나열해 줘",
    "파이썬에서 폴더의 파일을 모두 나열하는 법",
    "비자에 필요한 문서가 몇 개야?",
    "이 문서는 몇 쪽이야?",
    "한국에 박물관이 몇 개나 있어?",
    "파이썬과 러스트를 비교해 줘",
    "두 방법의 차이점을 알려 줘",
    "이 두 파일의 가격을 비교해 줘",
    "이 파일을 영어로 번역해 줘",
    "문서를 요약하는 것은 어려워",
    "문서와 파일의 차이가 뭐야?",
    "계약서에 보증금이 얼마라고 나와?",
]

# Written after the rules, to see whether they hold for other words too.
OTHERS_NOTICED = [
    "Summarize the attached document",
    "Can you please summarize this pdf for me?",
    "Could you give me a quick overview of the file lease-busan.pdf",
    "Please summarize the key points of this document",
    "Summarise both files",
    "Give me the main points of this report",
    "summarise every document",
    "What are the key takeaways from penguins.txt?",
    "Provide a summary of all documents",
    "I need a summary of this contract",
    "List all the payments in lease-busan.pdf",
    "Extract every date from this file",
    "Find all names in these documents",
    "What are all the deadlines mentioned in this contract?",
    "Show me every sentence with a date in this file",
    "list all parties in these contracts",
    "How many documents contain the word penguin?",
    "How many of these documents mention Busan?",
    "which of these files mention the deposit?",
    "How many times is Jin mentioned in this file?",
    "Which files mention 보증금?",
    "Compare the two contracts",
    "Compare lease-busan.pdf with the Service Agreement",
    "이 파일을 요약해 주세요",
    "첨부 파일 요약해줘",
    "이 PDF 요약 부탁해요",
    "파일 전체를 읽고 요약해 줘",
    "이 보고서의 핵심 내용을 요약해 줘",
    "이 문서 정리 좀 해 줘",
    "penguins.txt 요약",
    "이 계약서의 모든 날짜를 알려 줘",
    "이 문서에서 금액을 모두 찾아줘",
    "이 파일들에 나오는 사람 이름을 전부 목록으로 만들어 줘",
    "계약서들에서 위약금이 언급된 문서는 몇 개야?",
    "내 문서 중에서 펭귄을 언급하는 문서가 몇 개 있어?",
    "이 문서에서 보증금이라는 단어가 몇 번 나오나요?",
    "부산이 나오는 문서를 모두 찾아 줘",
    "이 두 문서를 비교해 주세요",
    "두 계약서 비교해 줘",
]
OTHERS_NOT_NOTICED = [
    "Summarise World War II",
    "Summarize this for me: cats are nice",
    "Can you summarise the plot of Hamlet?",
    "Summarise the file system of Linux",
    "What is the summary of the book Sapiens?",
    "Summarise how photosynthesis works",
    "Give me an overview of quantum mechanics",
    "Please summarise our discussion so far",
    "summarise chapter two of this book",
    "What are the main points of Kant's ethics?",
    "List all planets",
    "List every US president in order",
    "Name all the files a Python package needs",
    "Which contracts are legally binding?",
    "Which documents should I bring to the bank?",
    "How many reports did the UN publish in 2020?",
    "How many books mention dragons?",
    "How many letters does the alphabet contain?",
    "How many emails do people send each day?",
    "How many policies does a company need?",
    "Compare a lease and a license agreement",
    "Compare the two candidates",
    "Compare all my options for me",
    "What's the difference between this and that?",
    "What are the differences between PDFs and Word documents?",
    "Write me a summary of the meeting we had",
    "List all deadlines for US tax returns",
    "Find all prime factors of 360",
    "How do I list all files in a folder?",
    "Where are all my files?",
    "Delete all my documents",
    "Is everything in this document true?",
    "What is this?",
    "What is the document about the seahorses called?",
    "Tell me about this file",
    "Who signed these contracts?",
    "What does this contract say about termination?",
    "When is the deadline in these contracts?",
    "Show me all of it",
    "Explain every step",
    "List all ingredients in a carbonara",
    "세계 2차 대전을 요약해 줘",
    "햄릿 줄거리를 요약해 줘",
    "양자역학을 정리해 줘",
    "내 방을 정리하는 방법",
    "파일 정리하는 방법을 알려 줘",
    "모든 행성을 나열해 줘",
    "책을 요약하는 법을 알려줘",
    "이 책의 2장을 요약해 줘",
    "오늘 뉴스 요약해 줘",
    "이메일을 정리하는 팁을 알려 줘",
    "내용을 요약하면 어떻게 돼?",
    "비교해 줘: 사과와 배",
    "아이폰과 갤럭시를 비교해 줘",
    "계약서와 각서의 차이점을 알려 줘",
    "문서가 몇 개야?",
    "세상에는 책이 몇 권 있어?",
    "이 계약서에서 보증금은 얼마야?",
    "이 계약서에서 해지 조항을 찾아 줘",
    "이 문서의 저자는 누구야?",
    "몇 번 버스를 타야 해?",
    "모든 사람이 행복해지는 방법을 알려 줘",
    "이 파일 열어 줘",
    "모든 문서를 지워 줘",
    "문서를 모두 보여 줘",
    "책 추천해 줘",
]

UNCLEAR = [  # noticed in kind, but nobody knows which document: the ordinary way, with a hint
    "Summarise this file",
    "List every deadline in these contracts",
    "Compare these two documents",
    "이 파일 요약해 줘",
    "이 문서들을 비교해 줘",
]


@pytest.mark.parametrize(("prompt", "given", "cited", "kind", "about", "documents"), NOTICED)
def test_a_prompt_about_whole_documents_is_noticed(prompt, given, cited, kind, about, documents):
    found = notice(prompt, lambda: TITLES, given=given, cited=cited)
    assert isinstance(found, Noticed), found
    assert (found.kind, found.about, found.documents) == (kind, about, documents)


@pytest.mark.parametrize("prompt", OTHERS_NOTICED)
def test_other_words_are_noticed_too(prompt):
    ways = (((LEASE,), ()), ((), CITED))
    assert any(isinstance(notice(prompt, lambda: TITLES, given=g, cited=c), Noticed) for g, c in ways)


@pytest.mark.parametrize("prompt", [*NOT_NOTICED, *OTHERS_NOT_NOTICED])
def test_an_ordinary_prompt_takes_the_ordinary_way(prompt):
    assert not isinstance(notice(prompt, lambda: TITLES, given=(LEASE, SERVICE), cited=CITED), Noticed)


@pytest.mark.parametrize("prompt", UNCLEAR)
def test_where_it_is_unclear_which_document_is_meant_nothing_is_started(prompt):
    assert isinstance(notice(prompt, lambda: TITLES, given=(), cited=()), Unclear)
    assert isinstance(notice(prompt, lambda: (), given=(), cited=()), Unclear)


def test_two_files_of_one_name_are_not_guessed_between():
    twins = (Title(1, "/a/notes 2024.md", None, None), Title(2, "/b/notes 2024.md", None, None))
    assert isinstance(notice("Summarise notes 2024.md", lambda: twins, given=(), cited=()), Unclear)
    found = notice("Summarise notes 2024.md", lambda: twins, given=(2,), cited=())
    assert isinstance(found, Noticed)
    assert found.documents == (2,)


def test_the_only_document_there_is_needs_no_name():
    found = notice("Summarise this file", lambda: TITLES[:1], given=(), cited=())
    assert isinstance(found, Noticed)
    assert found.documents == (LEASE,)


def test_the_shelf_is_not_even_looked_at_for_an_ordinary_prompt():
    def looked() -> tuple[Title, ...]:
        raise AssertionError("an ordinary prompt must cost nothing")

    for prompt in ("What is the capital of France?", "내일 회의가 몇 시야?", "Hello!"):
        assert notice(prompt, looked, given=(), cited=()) is None
