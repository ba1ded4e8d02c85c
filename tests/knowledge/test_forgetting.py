"""What was removed is gone to the last byte: from the store and its copies, from the indexes, caches and free pages."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge import bin, facts, forgetting  # noqa: A004 - what the user calls it
from knowledge import messages as m
from knowledge.errors import NotInBin
from knowledge.folders import add_watched
from knowledge.history import Image
from knowledge.index import COLLECTIONS, Index
from knowledge.library import Library
from knowledge.remains import states_due, states_erased
from tests.knowledge.conftest import Memory

RARE = ("zyqqoval", "wruxteem", "뷁쉙꿿퉯")
FILLER = "The harbour master wrote down every ship that came in before the storm and every one that did not. "


def traces(memory: Memory, rare: str, vectors: list[bytes] = []) -> list[str]:  # noqa: B006 - not changed
    """Where the word is still found: as bytes in any file, or as a term of a full-text segment, live or not."""
    escaped = json.dumps(rare).strip('"').encode()
    needles = [rare.encode(), rare.encode("utf-16-le"), rare.encode("utf-16-be"), escaped, escaped.upper(), *vectors]
    found = [
        str(file.relative_to(memory.store.home))
        for file in memory.store.home.rglob("*")
        if file.is_file() and any(needle in file.read_bytes() for needle in needles)
    ]
    for kind, lexicon in memory.indexes.lexicons.items():
        searcher = lexicon._index.searcher()
        terms = {rare} | set(memory.recaller._words.of_item(rare).terms)
        found += [f"{kind} {term}" for term in terms if searcher.doc_freq("terms", term)]
        meta = json.loads((lexicon._folder / "meta.json").read_text())
        files = {file.name.split(".")[0] for file in lexicon._folder.glob("*.store")}
        found += [f"{kind} {file}" for file in files - {s["segment_id"].replace("-", "") for s in meta["segments"]}]
    return found


def test_nothing_is_left_of_a_removed_document(memory: Memory, tmp_path: Path) -> None:
    store = memory.store
    library = Library(store, lambda text: len(text.split()), 40)
    folder = tmp_path / "papers"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"Paper {number}. " + FILLER * 8, encoding="utf-8")
    secret = folder / "secret.md"
    secret.write_text("# Plan\n\n" + "\n\n".join(f"{rare} {FILLER}" * 6 for rare in RARE), encoding="utf-8")
    list(library.index_paths([str(folder)], None, lambda: False))
    memory.learn()
    _, (asked,) = memory.tell("What is the plan?")
    document = next(each for each in library.documents() if each.path == str(secret))
    passages = library.passages(document.id)
    with store.transaction() as db:
        db.execute(
            "INSERT INTO sources (message, place, document, item) VALUES (?, 1, ?, ?)",
            (asked, document.id, json.dumps({"text": passages[0].text}, ensure_ascii=False)),
        )
    (store.home / "cache" / "pages" / str(document.id)).mkdir(parents=True)
    (store.home / "cache" / "pages" / str(document.id) / "1.png").write_bytes(RARE[0].encode())
    forgetting.settle_log(store)
    shutil.copy2(store.path, store.home / "haema.before-schema-5.sqlite")
    (store.home / "haema.before-schema-4.sqlite").write_bytes(b"broken " + RARE[0].encode() * 50)
    dense = memory.indexes.dense._collections["passage"].get(
        ids=[str(passage.id) for passage in passages], include=["embeddings"]
    )
    vectors = [np.asarray(vector, dtype=np.float32).tobytes()[400:800] for vector in dense["embeddings"]]
    assert len(vectors) == len(passages) > 6
    for rare in RARE:
        assert len(traces(memory, rare)) >= 3

    forgetting.forget(store, [document.id])
    assert forgetting.is_due(store)
    memory.learn()
    assert forgetting.scrub(store, memory.indexes)

    assert not forgetting.is_due(store)
    secret.unlink()
    for rare in RARE:
        assert traces(memory, rare, vectors) == []
    assert not (store.home / "cache" / "pages" / str(document.id)).exists()
    assert not (store.home / "haema.before-schema-4.sqlite").exists()
    assert (store.home / "haema.before-schema-5.sqlite").exists()
    assert store.db.execute("SELECT count(*) FROM sources").fetchone()[0] == 0
    others = {passage.id for each in library.documents() for passage in library.passages(each.id)}
    assert memory.indexes.dense.items("passage") == memory.indexes.lexicons["passage"].items() == others
    assert "harbour" in memory.recall("harbour master ship", "documents")[0].text
    assert memory.indexes.repaired == []


def test_old_words_of_changed_files_and_messages_leave_with_the_scrub(memory: Memory, tmp_path: Path) -> None:
    library = Library(memory.store, lambda text: len(text.split()), 40)
    path = tmp_path / "a.txt"
    path.write_text(f"The code word is {RARE[0]}.")
    list(library.index_paths([str(path)], None, lambda: False))
    _, said = memory.tell("Hello.", f"It is {RARE[1]}.", "Goodbye then.", "See you.")
    memory.learn()
    path.write_text("The code word is gone now.")
    list(library.index_paths([str(path)], None, lambda: False))
    with memory.store.transaction() as db:
        db.execute("DELETE FROM messages WHERE id = ?", (said[1],))
    memory.learn()
    lexicon = memory.indexes.lexicons["message"]
    beside = lexicon.beside([said[2]])
    assert beside
    assert not forgetting.scrub(memory.store, memory.indexes, stopped=lambda: True)
    assert traces(memory, RARE[0])
    assert forgetting.scrub(memory.store, memory.indexes)
    for rare in RARE[:2]:
        assert traces(memory, rare) == []
    assert lexicon.beside([said[2]]) == beside
    assert lexicon.items() == {said[0], said[2], said[3]}
    assert "Goodbye" in memory.recall("goodbye", "conversations")[0].text


def test_a_document_removed_from_a_watched_folder_stays_out_until_it_is_named(memory: Memory, tmp_path: Path) -> None:
    library = Library(memory.store, len, 200)
    folder = tmp_path / "followed"
    folder.mkdir()
    (folder / "a.txt").write_text("first words")
    (folder / "b.txt").write_text("other words")
    add_watched(memory.store, [str(folder)], None)
    list(library.index_paths([str(folder)], None, lambda: False))
    forgetting.forget(memory.store, list(library.under(str(folder / "a.txt"))))
    left_out = forgetting.left_out(memory.store)
    assert left_out(str(folder / "a.txt"))
    assert not left_out(str(folder / "b.txt"))
    list(library.index_paths([str(folder)], None, lambda: False, left_out))
    assert list(library.under(str(folder)).values()) == [str(folder / "b.txt")]
    assert "a.txt" not in str(memory.store.db.execute("SELECT group_concat(value) FROM settings").fetchone()[0])
    forgetting.let_in(memory.store, [str(folder / "a.txt")])
    assert not forgetting.left_out(memory.store)(str(folder / "a.txt"))


# ---------------------------------------------------------------- what was said


def said_in_secret(memory: Memory) -> tuple[str, list[int], int]:
    """A conversation whose second and third turns hold the rare words, and all that can quote them; its fact."""
    store, history = memory.store, memory.history
    talk, said = memory.tell(f"{RARE[0]} is where I hid it.")
    question = said[0]
    answer = history.say(talk, "assistant", f"Good. {FILLER}", parent=question)
    secret = history.say(talk, "user", f"The {RARE[1]} key lies under the {RARE[2]}.", parent=answer.id)
    last = history.say(talk, "assistant", "I shall remember.", parent=secret.id)
    history.attach(secret.id, [Image("a.png", b"\x89PNG " + RARE[1].encode())])
    history.summarise(last.id, f"The user hid the {RARE[1]} key.")
    other, (asked,) = memory.tell("Where is the key?")
    told = history.say(other, "assistant", "Under it.", parent=asked)
    item = m.Recalled(
        kind="conversation",
        id=f"message:{answer.id}",
        text=f"User: {RARE[0]} is where. User: The {RARE[1]} key lies under the {RARE[2]}.",
        score=1.0,
        parts={},
        why=(),
        matches=(),
        tokens=9,
        conversation=talk,
        title=history.conversation(talk).title,
        messages=(answer.id, question, secret.id),
    )
    history.cite(told.id, [item, replace(item, text="Good.", messages=(answer.id,))])
    with store.transaction() as db:
        fact = db.execute(
            "INSERT INTO facts (text, kind, state, slot, value, origin, valid_from, created)"
            " VALUES (?, 'told', 'kept', 'user|key', ?, ?, 1, 1)",
            (f"The {RARE[1]} key lies under the {RARE[2]}.", RARE[2], secret.id),
        ).lastrowid
        assert fact is not None
        db.execute("INSERT INTO fact_turns VALUES (?, ?, ?)", (fact, secret.id, RARE[2]))
        db.execute("INSERT INTO pins VALUES ('fact', ?, 1)", (fact,))
        episode = db.execute(
            "INSERT INTO episodes (conversation, level, text, digest, created) VALUES (?, 'episode', ?, '', 1)",
            (talk, f"The {RARE[1]} key, {RARE[0]}."),
        ).lastrowid
        db.executemany("INSERT INTO episode_turns VALUES (?, ?)", [(episode, question), (episode, secret.id)])
    memory.learn()
    return talk, [question, answer.id, secret.id, last.id], fact


def test_nothing_is_left_of_forgotten_messages_and_what_quotes_them(memory: Memory) -> None:
    store = memory.store
    talk, (question, answer, secret, last), fact = said_in_secret(memory)
    forgetting.settle_log(store)
    shutil.copy2(store.path, store.home / "haema.before-schema-5.sqlite")
    shutil.copy2(store.path, store.home / "haema.before-restore.sqlite")
    for rare in RARE:
        assert len(traces(memory, rare)) >= 3

    forgotten = forgetting.forget_said(store, messages=[question, secret, 999])
    assert (forgotten.messages, forgotten.facts, forgotten.binned) == (2, 1, ())
    other = next(one.id for one in memory.history.conversations() if one.id != talk)
    assert set(forgotten.conversations) == {talk, other} == set(states_due(store))
    assert forgetting.is_due(store)
    assert [item.text for item in memory.recall("Where did I hide the key?") if RARE[1] in item.text] == []
    memory.learn()
    assert forgetting.scrub(store, memory.indexes)

    for rare in RARE:
        assert traces(memory, rare) == []
    assert [turn.id for turn in memory.history.messages(talk)] == [answer, last]
    assert memory.history.conversation(talk).title == ""
    assert {item.title for one in (1, 2) for item in memory.history.sources(last + 2).values()} == {""}
    left = store.db.execute(
        "SELECT (SELECT count(*) FROM facts), (SELECT count(*) FROM pins), (SELECT count(*) FROM episodes),"
        " (SELECT count(*) FROM images), (SELECT count(*) FROM summaries), (SELECT count(*) FROM sources)"
    ).fetchone()
    assert tuple(left) == (0, 0, 0, 0, 0, 1)
    assert (store.home / "haema.before-schema-5.sqlite").exists()
    assert "harbour" in memory.recall("harbour master ship")[0].text
    states_erased(store, states_due(store))
    assert states_due(store) == ()
    assert fact


def test_a_whole_conversation_and_a_fact_alone_leave_nothing(memory: Memory) -> None:
    store = memory.store
    talk, _, fact = said_in_secret(memory)
    forgetting.forget_said(store, facts=[fact])
    assert [row[0] for row in store.db.execute("SELECT count(*) FROM messages WHERE conversation = ?", (talk,))] == [4]
    memory.learn()
    assert memory.indexes.dense.items("fact") == set()
    assert forgetting.forget_said(store, conversations=[talk, "unknown"]).messages == 4
    memory.learn()
    assert forgetting.scrub(store, memory.indexes)
    for rare in RARE:
        assert traces(memory, rare) == []
    assert len(memory.history.conversations()) == 1


def test_other_turns_that_say_the_same_are_looked_at_anew(memory: Memory) -> None:
    _, (one, two) = memory.tell("My sister is Jin.", "My sister's name is Jin.")
    facts.consider_waiting(memory.store, lambda: False)
    (before,) = facts.facts(memory.store)
    forgetting.forget_said(memory.store, messages=[one])
    facts.consider_waiting(memory.store, lambda: False)
    (after,) = facts.facts(memory.store)
    assert (before.origin, after.origin) == (one, two)
    forgetting.forget_said(memory.store, facts=[after.id])
    facts.consider_waiting(memory.store, lambda: False)
    assert list(facts.facts(memory.store)) == []


# ---------------------------------------------------------------- the bin


def rows(memory: Memory) -> dict[str, list[tuple[object, ...]]]:
    """What there is to lose."""
    tables = (
        "conversations",
        "messages",
        "images",
        "facts",
        "fact_turns",
        "sources",
        "pins",
        "unconsidered",
    )
    return {t: sorted(map(tuple, memory.store.db.execute(f"SELECT * FROM {t}"))) for t in tables}


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 0, 2]])
def test_what_is_in_the_bin_comes_back_as_it_was_in_any_order(memory: Memory, order: list[int]) -> None:
    talk, (question, answer, secret, last), _ = said_in_secret(memory)
    before, store = rows(memory), memory.store
    binned = forgetting.forget_said(store, messages=[question, answer, secret], bin_days=30, now=1000.0).binned
    assert [one.title[:5] for one in bin.contents(store)] == [f"The {RARE[1][0]}", "Good.", RARE[0][:5]]
    memory.learn()
    assert memory.indexes.dense.items("message").isdisjoint({question, answer, secret})
    assert [turn.id for turn in memory.history.messages(talk)] == [last]
    for place in order:
        bin.restore(store, binned[place])
    assert rows(memory) == before
    with pytest.raises(NotInBin):
        bin.restore(store, binned[0])
    memory.learn()
    assert {question, answer, secret} <= memory.indexes.dense.items("message")
    assert RARE[1] in memory.recall(f"the {RARE[1]} key")[0].text


def test_a_conversation_comes_back_from_the_bin_and_leaves_it_for_good_when_its_time_is_over(memory: Memory) -> None:
    talk, (_, _, secret, _), _ = said_in_secret(memory)
    before, store = rows(memory), memory.store
    (binned,) = forgetting.forget_said(store, conversations=[talk], bin_days=30, now=1000.0).binned
    assert [one.title for one in bin.contents(store)] == [f"{RARE[0]} is where I hid it."]
    bin.restore(store, binned)
    assert rows(memory) == before
    forgetting.forget_said(store, conversations=[talk], bin_days=30, now=10 * 86400.0)
    assert forgetting.empty_bin(store, now=5 * 86400.0) == 0, "the clock has jumped back five days"
    assert [one.until for one in bin.contents(store)] == [35 * 86400.0]
    assert forgetting.empty_bin(store, now=34 * 86400.0) == 0
    assert traces(memory, RARE[1]) != []
    assert forgetting.empty_bin(store, now=36 * 86400.0) == 1
    memory.learn()
    assert forgetting.scrub(store, memory.indexes)
    for rare in RARE:
        assert traces(memory, rare) == []
    assert secret not in memory.indexes.dense.items("message")


def test_the_bin_keeps_no_word_of_what_is_forgotten_for_good(memory: Memory) -> None:
    """The answer in the bin quotes the secret; so does the title of the conversation that is named after it."""
    talk, (question, answer, secret, _), fact = said_in_secret(memory)
    store = memory.store
    told = store.db.execute("SELECT message FROM sources LIMIT 1").fetchone()[0]
    forgetting.forget_said(store, messages=[told, answer], bin_days=30)
    forgetting.forget_said(store, messages=[question, secret])
    memory.learn()
    assert forgetting.scrub(store, memory.indexes)
    for rare in RARE:
        assert traces(memory, rare) == []
    assert len(bin.contents(store)) == 2
    forgetting.forget_said(store, conversations=[talk])
    assert len(bin.contents(store)) == 1
    assert fact


def test_a_fact_from_the_bin_stands_behind_the_one_that_came_meanwhile(memory: Memory) -> None:
    memory.tell("I live in Busan.")
    facts.consider_waiting(memory.store, lambda: False)
    (old,) = facts.facts(memory.store)
    (binned,) = forgetting.forget_said(memory.store, facts=[old.id], bin_days=1).binned
    memory.tell("I live in Seoul now.")
    facts.consider_waiting(memory.store, lambda: False)
    (new,) = facts.facts(memory.store)
    assert bin.restore(memory.store, binned).facts == (old.id,)
    assert facts.fact(memory.store, old.id).successor == new.id
    assert facts.fact(memory.store, new.id).valid_until is None


def vectors(count: int) -> list[np.ndarray]:
    made = np.random.default_rng(5).normal(size=(count, 1, 48)).astype(np.float32)
    return list(made / np.linalg.norm(made, axis=2, keepdims=True))


def holding(folder: Path, vector: np.ndarray) -> list[str]:
    """The files in which the vector is still found."""
    return [file.name for file in folder.rglob("*") if file.is_file() and vector.tobytes() in file.read_bytes()]


@pytest.mark.parametrize("gone", [20, 900])
def test_few_vectors_are_overwritten_and_of_many_the_graph_is_written_anew(tmp_path: Path, gone: int) -> None:
    """While another thread reads: Chroma's files must stay whole."""
    made, left = vectors(1_500), range(gone + 1, 1_501)
    index = Index(tmp_path, "some")
    items = list(range(1, 1_501))
    index.put("passage", items, made, [str(item) for item in items], [1.0] * len(items))
    wrong: list[BaseException] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            try:
                assert 1_500 in index.nearest("passage", made[-1][0], 5)
            except BaseException as error:
                wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        index.remove("passage", items[: gone // 2], of=gone)
        index.remove("passage", items[gone // 2 : gone])
        marked = index._is_marked("passage")
        assert not marked or not index.scrub(lambda: True)
        assert index.scrub()
    finally:
        over.set()
        reader.join()
    assert marked == (gone == 900)
    assert not index._is_marked("passage")
    assert wrong == []
    assert index.items("passage") == set(left)
    for number in (0, gone // 2, gone - 1):
        assert holding(tmp_path, made[number][0]) == []
    assert holding(tmp_path, made[-1][0])
    index.close()


def test_a_graph_whose_process_ended_before_it_took_its_place(tmp_path: Path) -> None:
    made = vectors(4)
    index = Index(tmp_path, "some")
    index.put("passage", [1, 2], made[:2], ["a", "b"], [1.0, 1.0])
    index._collections["passage"].modify(name="documents-some-next")
    index.close()
    index = Index(tmp_path, "some")
    assert index.items("passage") == {1, 2}
    unfinished = index._client.create_collection("documents-some-next")
    unfinished.add(ids=["1"], embeddings=made[3])
    index.close()
    index = Index(tmp_path, "some")
    assert index.items("passage") == {1, 2}
    kept = {collection.name for collection in index._client.list_collections()}
    assert kept == {f"{name}-some" for name in COLLECTIONS.values()}
    index.close()


@pytest.mark.parametrize("documents", [[], [99]])
def test_to_forget_nothing_is_no_error(memory: Memory, documents: list[int]) -> None:
    forgetting.forget(memory.store, documents)
    assert forgetting.scrub(memory.store, memory.indexes)
