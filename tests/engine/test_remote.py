"""A server that answers in the place of a model here: same answers, same budget, and nothing that it does hurts."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from desktop.worker import Worker
from engine import dialects, errors, own_network
from engine.messages import (
    Assembled,
    Cancel,
    Done,
    Failed,
    Fit,
    Forget,
    Generate,
    Generated,
    Hardware,
    Inspect,
    LoadModel,
    LoadOptions,
    ModelInfo,
    Passage,
    Prepare,
    Prepared,
    Quit,
    Result,
    Sampling,
    Server,
    Survey,
    Token,
    Turn,
)
from engine.remote import RemoteModel, estimate
from engine.template import Message
from engine.worker import run
from tests.engine.servers import (
    EVENT,
    KEY,
    Scripted,
    connections,
    own_server,
    refuses,
    says,
    scripted_server,
    streams,
    words,
)
from tests.engine.tiny_eyes import png

NEAR_TIE = 0.8  # logits of the same tokens differ by so much between batches of other sizes
GREEDY = Sampling(max_tokens=24, temperature=0.0, repeat_penalty=1.0, logprobs=2)
NOTE = Passage("lease.pdf, page 2", "The lease of the Busan office ends on 4 May 2027.")
OPTIONS = LoadOptions(context=1024, threads=1)


def question(id: int = 1, prompt: str = "When does the lease of the Busan office end?", **more: Any) -> Generate:
    more = {"recalled": (NOTE,), "sampling": GREEDY} | more
    return Generate(id, "Answer briefly.", more.pop("history", ()), more.pop("recalled"), prompt, **more)


def only_answers(connection: Connection, log_folder: str) -> None:
    """The real worker, in which the use of a socket by Python is a crash."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto"):
            raise SystemExit(event)

    sys.addaudithook(hook)
    run(connection, log_folder)


@contextlib.contextmanager
def started(folder: Path, target: Any = run) -> Iterator[Worker]:
    worker = Worker("test-remote", target, (str(folder),), last=(Result, Failed), cancel=Cancel, quit=Quit())
    worker.start()
    try:
        yield worker
    finally:
        worker.close()


def value(replies: Any) -> Any:
    *_, last = replies
    assert isinstance(last, Result), last
    return last.value


# ---------------------------------------------------------------- llama-cpp-python's own server


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    with own_server(tmp_path_factory.mktemp("server"), context=512) as one:
        yield one


def test_a_server_answers_as_the_engine_here_does(server, tmp_path):
    with started(tmp_path) as worker:
        assert not value(worker.ask(lambda id: LoadModel(id, options=OPTIONS))).remote
        here = value(worker.ask(question))
        info = value(worker.ask(lambda id: LoadModel(id, server=server)))
        assert isinstance(info, ModelInfo)
        assert (info.remote, info.name, info.device) == (True, "starter", server.url[7:-3])
        *replies, last = worker.ask(question)
        there = last.value
        assert isinstance(there, Generated)
        assert "2027" in there.text
        # What is drawn is the same until two tokens are as good as equally likely.
        for ours, theirs in zip(here.logprobs, there.logprobs, strict=False):
            if ours.token != theirs.token:
                assert theirs.top[0][1] - theirs.top[1][1] < NEAR_TIE
                break
        else:
            assert here.text == there.text
        assembled, *tokens = (reply for reply in replies if isinstance(reply, Assembled | Token))
        assert isinstance(assembled, Assembled)
        assert assembled.used == (0,)
        assert len(tokens) > 1
        assert "".join(token.text for token in tokens) == there.text
        assert there.finish == here.finish == "stop"
        assert abs(there.timings.prompt_tokens - here.timings.prompt_tokens) < 60
        assert abs(there.timings.generated_tokens - here.timings.generated_tokens) <= 2

        # All else that a worker is asked goes on.
        assert isinstance(value(worker.ask(Survey)), Hardware)
        assert isinstance(value(worker.ask(Inspect)), Fit)
        assert value(worker.ask(lambda id: Prepare(id, "", (), (), "When"))) == Prepared(0)
        assert value(worker.ask(lambda id: Forget(id, ("one",)))) == Done()

        # It has 512 tokens of context, and does not say so before it is asked too much.
        assert info.context == 4096
        said = tuple(turn for _ in range(30) for turn in (Turn("user", "word " * 20), Turn("assistant", "Yes.")))
        *replies, last = worker.ask(lambda id: question(id, history=said))
        assert last.value.finish == "stop"
        split = next(reply.split for reply in replies if isinstance(reply, Assembled))
        assert split.context == 512
        assert split.dropped_turns > 0
        assert split.recall > 0

        # A form is held to.
        form = Sampling(max_tokens=40, temperature=0.0, schema='{"enum": ["yes", "no"]}')
        assert json.loads(value(worker.ask(lambda id: question(id, "Well?", sampling=form))).text) in ("yes", "no")

        # And the way back is open.
        assert not value(worker.ask(lambda id: LoadModel(id, options=OPTIONS))).remote


def test_an_answer_is_stopped_at_a_word_and_by_a_cancel(server):
    stop = threading.Event()
    model = RemoteModel(server, stop.is_set)
    with contextlib.closing(model.vocabulary._line):
        told: list[str] = []

        def emit(text: str, thought: bool) -> None:
            told.append(text)
            if len(told) == 3:
                stop.set()

        answer = asked(model, question(sampling=replace(GREEDY, stop=(" May",))))
        assert answer.finish == "stop"
        assert answer.text.endswith(" on 4")
        ask = question(prompt="Tell a long story of the sea.", sampling=Sampling(max_tokens=200, temperature=0.0))
        answer = model.answer(ask, arrived=time.monotonic(), emit=emit, accepted=lambda layout: None)
        assert answer.finish == "stopped"
        assert answer.text == "".join(told)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"key": ""}, "ServerWantsKey"),
        ({"key": "wrong"}, "ServerWantsKey"),
        ({"key": "schlüssel"}, "ServerWantsKey"),
        ({"key": "two\r\nlines"}, "ServerWantsKey"),
        ({"model": "llama-9"}, "ServerHasNoModel"),
        ({"url": "http://127.0.0.1:9/v1"}, "ServerUnreachable"),
        ({"url": "http://no-such-name.invalid/v1"}, "ServerUnreachable"),
        ({"url": "ftp://127.0.0.1/v1"}, "AddressRefused"),
        ({"url": "http://[::1/v1"}, "AddressRefused"),
        ({"url": "http://127.0.0.1:99999/v1"}, "AddressRefused"),
        ({"url": "http://me:mine@127.0.0.1/v1"}, "AddressRefused"),
    ],
)
def test_what_keeps_a_server_from_answering_is_said(server, change, error):
    with pytest.raises(errors.EngineError) as raised:
        RemoteModel(Server(**{"url": server.url, "key": server.key, **change}), lambda: False)
    assert type(raised.value).__name__ == error
    assert "mine" not in str(raised.value)


def test_without_a_server_no_socket_is_opened(tmp_path):
    with started(tmp_path, only_answers) as worker:
        assert isinstance(value(worker.ask(lambda id: LoadModel(id, options=OPTIONS))), ModelInfo)
        value(worker.ask(lambda id: question(id, sampling=Sampling(max_tokens=2))))
        value(worker.ask(Survey))
        assert worker.pid is not None
        assert connections(worker.pid) == []
        *_, last = worker.ask(lambda id: LoadModel(id, server=Server("http://127.0.0.1:9/v1")))
        assert not isinstance(last, Result), "the watch on sockets would have seen none"


# ---------------------------------------------------------------- a server that does as a test says


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    with scripted_server() as one:
        yield one


@contextlib.contextmanager
def reached(scripted: Scripted, server: Server | None = None) -> Iterator[RemoteModel]:
    model = RemoteModel(server or scripted.server, lambda: False)
    try:
        yield model
    finally:
        model.close()


def asked(model: RemoteModel, request: Generate | None = None, told: list[tuple[str, bool]] | None = None) -> Generated:
    told = [] if told is None else told
    return model.answer(
        request or question(),
        arrived=time.monotonic(),
        emit=lambda text, thought: told.append((text, thought)),
        accepted=lambda layout: None,
    )


def as_llama_server(scripted: Scripted, context: int = 2048, **more: Any) -> None:
    scripted.told["/props"] = {"default_generation_settings": {"n_ctx": context}, **more}
    scripted.told["/tokenize"] = lambda asked: {"tokens": asked["content"].split()}


def as_vllm(scripted: Scripted) -> None:
    scripted.told["/v1/models"] = {"data": [{"id": "m", "max_model_len": 3000, "owned_by": "vllm"}]}
    scripted.told["/tokenize"] = lambda asked: {"count": len(asked["prompt"].split())}


def test_what_a_server_says_of_itself_is_believed_within_reason(scripted):
    with reached(scripted) as model:
        assert (model.dialect, model.context, model.info.thinks) == ("openai", 4096, False)
    with reached(scripted, Server(scripted.url, context=9000)) as model:
        assert model.context == 9000
    as_vllm(scripted)
    with reached(scripted) as model:
        assert (model.dialect, model.context) == ("vllm", 3000)
        assert model.vocabulary.count("three small words") == 3
    as_llama_server(scripted, modalities={"vision": True}, chat_template="{{'<think>'}}")
    with reached(scripted) as model:
        assert (model.dialect, model.context, model.info.sees, model.info.thinks) == ("llama-server", 2048, True, True)
    for nonsense in (-1, 10**30, "many", None, True):
        as_llama_server(scripted, nonsense)  # type: ignore[arg-type]
        with reached(scripted) as model:
            assert model.context == 4096


def test_thoughts_numbers_and_logprobs_come_through(scripted):
    as_llama_server(scripted)
    one = {"token": "4", "logprob": -0.5, "bytes": [52], "top_logprobs": [{"token": "4", "logprob": -0.5}]}
    broken = {"token": "4", "logprob": "-", "top_logprobs": [[]]}
    scripted.chats = [
        says(
            {"choices": [{"delta": {"reasoning_content": "Hmm, "}}]},
            {"choices": [{"delta": {"reasoning_content": "four."}}]},
            {"choices": [{"delta": {"content": "4"}, "logprobs": {"content": [one, broken, None]}}]},
            {"choices": [{"delta": {"content": " \ud83d"}, "finish_reason": "length"}]},
            {"choices": [], "usage": {"prompt_tokens": 90, "completion_tokens": 7,
                                      "prompt_tokens_details": {"cached_tokens": 80}}},
        ),
        words("<thi", "nk>two and two</think>", "4", prompt_tokens=95, completion_tokens=5),
    ]  # fmt: skip
    with reached(scripted) as model:
        told: list[tuple[str, bool]] = []
        answer = asked(model, told=told)
        assert (answer.text, answer.thought, answer.finish) == ("4 ?", "Hmm, four.", "length")
        assert told == [("Hmm, ", True), ("four.", True), ("4", False), (" ?", False)]
        assert [entry.token for entry in answer.logprobs] == [b"4"]
        assert answer.logprobs[0].top == ((b"4", -0.5),)
        timings = answer.timings
        assert (timings.prompt_tokens, timings.reused_tokens, timings.generated_tokens) == (90, 80, 7)
        assert timings.ttft_ms > 0
        answer = asked(model)
        assert (answer.text, answer.thought) == ("4", "two and two")


def test_a_prompt_travels_as_it_would_here(scripted):
    as_llama_server(scripted)
    scripted.chats = [words("Yes.")]
    said = (Turn("user", "Hello."), Turn("assistant", "Hi."))
    with reached(scripted, Server(scripted.url, key=KEY)) as model:
        asked(model, question(history=said, summary="They greeted.", think=False))
    (sent,) = scripted.questions
    roles = [(message["role"], message["content"]) for message in sent["messages"]]
    assert roles[0][0] == "system"
    assert "They greeted." in roles[0][1]
    assert roles[1:3] == [("user", "Hello."), ("assistant", "Hi.")]
    assert roles[3][1].startswith("What I noted before:\n[1] The lease")
    assert roles[3][1].endswith("When does the lease of the Busan office end?")
    assert sent["chat_template_kwargs"] == {"enable_thinking": False}
    assert {headers.get("Authorization") for headers in scripted.headers} == {f"Bearer {KEY}"}


@pytest.mark.parametrize("dialect", ["llama-server", "llama-cpp-python", "vllm", "openai"])
def test_sampling_is_said_in_the_words_of_each_server(dialect):
    wish = Sampling(
        max_tokens=9, temperature=0.5, top_k=7, min_p=0.1, repeat_penalty=1.2, seed=3, stop=tuple("abcdef"), logprobs=50
    )
    sent = dialects.question(dialect, "m", [Message("user", "?")], wish, host="h")
    assert (sent["max_tokens"], sent["temperature"], sent["seed"], sent["top_k"]) == (9, 0.5, 3, 7)
    assert sent["repetition_penalty" if dialect == "vllm" else "repeat_penalty"] == 1.2
    assert len(sent["stop"]) == (4 if dialect == "openai" else 6)
    assert (sent["logprobs"], sent["top_logprobs"]) == (True, 20)
    plain = dialects.question(dialect, "m", [Message("user", "?")], wish, host="h", extras=False)
    assert not {"top_k", "min_p", "repeat_penalty", "repetition_penalty", "dry_multiplier"} & plain.keys()
    form = dialects.question(dialect, "m", [Message("user", "?")], Sampling(schema='{"type": "null"}'), host="h")
    assert '{"type": "null"}' in json.dumps(form["response_format"])
    if dialect == "openai":
        with pytest.raises(errors.ServerHoldsNoGrammar):
            dialects.question(dialect, "m", [Message("user", "?")], Sampling(grammar='root ::= "a"'), host="h")
    else:
        form = dialects.question(dialect, "m", [Message("user", "?")], Sampling(grammar='root ::= "a"'), host="h")
        assert 'root ::= \\"a\\"' in json.dumps(form)


def test_pictures_are_sent_to_those_who_see(scripted):
    image = png(1)
    as_llama_server(scripted, modalities={"vision": False})
    with reached(scripted) as model, pytest.raises(errors.ModelHasNoEyes):
        asked(model, question(images=(image,)))
    as_llama_server(scripted, modalities={"vision": True})
    scripted.chats = [words("A cat.")]
    with reached(scripted) as model:
        asked(model, question(images=(image,)))
        with pytest.raises(errors.ImageUnreadable):
            asked(model, question(images=(image, b"no picture")))
    shown, said = scripted.questions[0]["messages"][-1]["content"]
    assert shown["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
    assert said["text"].endswith("?")
    del scripted.told["/props"]
    scripted.chats = [refuses(400, {"error": {"message": "m is not a multimodal model"}})]
    scripted.chats *= 2
    with reached(scripted) as model, pytest.raises(errors.ModelHasNoEyes):
        asked(model, question(images=(image,)))


@pytest.mark.parametrize(
    "told",
    [
        {"error": {"code": 400, "type": "exceed_context_size_error", "n_ctx": 512, "n_prompt_tokens": 900}},
        {"error": {"message": "This model's maximum context length is 512 tokens. However, you requested 924 tokens "
                   "(900 in the messages, 24 in the completion). Please reduce the length."}},
        {"message": "This model's maximum context length is 512 tokens and your request has 900 input tokens"},
    ],
)  # fmt: skip
def test_a_prompt_that_was_too_long_is_laid_out_anew(scripted, told):
    scripted.chats = [refuses(400, told), words("Yes.")]
    said = tuple(turn for _ in range(60) for turn in (Turn("user", "blah " * 8), Turn("assistant", "Yes.")))
    with reached(scripted) as model:
        assert asked(model, question(history=said)).text == "Yes."
        assert model.context == 512
    long, short = (len(json.dumps(sent["messages"])) for sent in scripted.questions)
    assert short < long
    scripted.chats = [refuses(400, told)] * 3
    with reached(scripted, Server(scripted.url, context=512)) as model, pytest.raises(errors.ServerRefused):
        asked(model, question(history=said))


def test_the_own_words_of_llama_cpp_are_left_out_where_they_are_refused(scripted):
    scripted.chats = [refuses(400, {"error": {"message": "unknown parameter: top_k"}}), words("Yes."), words("No.")]
    with reached(scripted) as model:
        assert asked(model).text == "Yes."
        assert asked(model).text == "No."
    assert ["top_k" in sent for sent in scripted.questions] == [True, False, False]


def test_an_answer_goes_on_where_the_server_can_do_that(scripted):
    with reached(scripted) as model:
        answer = asked(model, question(begun="The lease"))
        assert (answer.text, answer.finish) == ("", "stopped")  # what is written stays as it is
    as_vllm(scripted)
    scripted.chats = [words(" ends in May.")]
    with reached(scripted) as model:
        assert asked(model, question(begun="The lease")).text == " ends in May."
    (sent,) = scripted.questions
    assert sent["messages"][-1] == {"role": "assistant", "content": "The lease"}
    assert (sent["continue_final_message"], sent["add_generation_prompt"]) == (True, False)


def test_estimates_learn_from_what_the_server_counts(scripted):
    text = "The lease of the Busan office ends on 4 May 2027; 부산 사무실의 임대차는 2027년 5월 4일에 끝난다."
    scripted.chats = [words("Yes.", prompt_tokens=2000, completion_tokens=2), words("Yes.", prompt_tokens=40)]
    with reached(scripted) as model:
        before = model.vocabulary.count(text)
        assert before == estimate(text)
        asked(model)
        after = model.vocabulary.count(text)
        assert after > 5 * before
        asked(model)
        assert before / 3 < model.vocabulary.count(text) < after


# ---------------------------------------------------------------- one that lies, breaks off, or hangs

HOSTILE = {
    "not JSON": (streams(EVENT, b"data: {nonsense\n\n"), "ServerAnswerBroken"),
    "not UTF-8": (streams(EVENT, b'data: {"choices": "\xff\xfe"}\n\n'), "ServerAnswerBroken"),
    "too deep": (streams(EVENT, b"data: " + b"[" * 500_000 + b"\n\n"), "ServerAnswerBroken"),
    "a number without end": (streams(EVENT, b"data: " + b"9" * 100_000 + b"\n\n"), "ServerAnswerBroken"),
    "no object": (streams(EVENT, b"data: [1]\n\n"), "ServerAnswerBroken"),
    "a line without end": (streams(EVENT, b"data: ", b"x" * (2 << 20)), "ServerAnswerBroken"),
    "no stream": (streams(EVENT, Content_Type="text/html"), "ServerAnswerBroken"),
    "packed": (streams(EVENT, Content_Encoding="gzip"), "ServerAnswerBroken"),
    "no end": (streams(EVENT, end=b""), "ServerLost"),
    "cut off": (streams(EVENT, end=b"", Content_Length="9999"), "ServerLost"),
    "an error in between": (streams(EVENT, b'data: {"error": {"code": 507}}\n\n'), "ServerRefused"),
    "an error without sense": (streams(EVENT, b'data: {"error": "all is lost"}\n\n'), "ServerRefused"),
    "a redirect": (streams(status=307, Location="http://127.0.0.1:9/"), "ServerMoved"),
    "a key after all": (refuses(401, {}), "ServerWantsKey"),
    "busy": (refuses(503, {"error": {"message": "Loading model"}}), "ServerBusy"),
    "refused": (refuses(500, b"<html>"), "ServerRefused"),
    "gone": (refuses(404, {}), "ServerAnswerBroken"),
    "garbage": (lambda handler, _: handler.wfile.write(b"\x00\x01 what?\r\n\r\n"), "ServerAnswerBroken"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_that_a_server_does_hurts(scripted, kind):
    chat, error = HOSTILE[kind]
    as_llama_server(scripted)
    scripted.chats = [chat, words("Yes.")]
    told: list[tuple[str, bool]] = []
    with reached(scripted) as model:
        with pytest.raises(errors.EngineError) as raised:
            asked(model, told=told)
        assert type(raised.value).__name__ == error
        if scripted.questions and chat.__qualname__.startswith("streams") and error in ("ServerLost", "ServerRefused"):
            assert told == [("So far", False)]  # what came stays
        assert asked(model).text == "Yes."


def test_a_server_that_closes_each_connection_is_asked_again(scripted):
    def hangs_up(handler: Any, _question: Any) -> None:
        handler.close_connection = True

    scripted.chats = [words("Yes."), hangs_up, words("Yes."), hangs_up, hangs_up]
    with reached(scripted) as model:
        assert asked(model).text == "Yes."
        assert asked(model).text == "Yes."
        with pytest.raises(errors.ServerLost):
            asked(model)


def test_nonsense_in_every_place_is_passed_over(scripted):
    nonsense: list[Any] = [None, True, -1, 1e999, "word", [], [[]], {}, {"content": {}}]
    events: list[Any] = []
    for one in nonsense:
        events += [{"choices": one}, {"choices": [one]}, {"choices": [{"delta": one, "logprobs": one}]}]
        events += [{"choices": [{"delta": {"content": one, "reasoning_content": None}}]} if one != "word" else {}]
        events += [{"usage": one}, {"usage": {"prompt_tokens": one, "prompt_tokens_details": one}}]
        events += [{"choices": [{"delta": {}, "logprobs": {"content": [one, {"token": "a", "logprob": one}]}}]}]
    events += [{"choices": [{"delta": {"content": "Yes."}, "finish_reason": "tool_calls"}]}]
    scripted.chats = [says(*events)]
    with reached(scripted) as model:
        answer = asked(model)
        assert (answer.text, answer.finish) == ("Yes.", "stop")


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ((200, b"{"), "ServerAnswerBroken"),
        ((200, {"data": {}}), "ServerAnswerBroken"),
        ((200, {"data": [{"id": 5}, "m"]}), "ServerHasNoModel"),
        ((200, b" " * (9 << 20)), "ServerAnswerBroken"),
        ((302, {}), "ServerMoved"),
        ((403, {}), "ServerWantsKey"),
        ((429, {}), "ServerBusy"),
    ],
)
def test_a_server_that_offers_nothing_usable_is_not_taken(scripted, told, error):
    scripted.told["/v1/models"] = told
    with pytest.raises(errors.EngineError) as raised:
        RemoteModel(scripted.server, lambda: False)
    assert type(raised.value).__name__ == error


def test_a_server_that_goes_on_for_ever_is_left(scripted):
    scripted.chats = [says(*({"choices": [{"delta": {"content": "la "}}]} for _ in range(400)))]
    with reached(scripted) as model:
        answer = asked(model, question(sampling=Sampling(max_tokens=4)))
    assert answer.finish == "length"
    assert len(answer.text) < 200


@pytest.mark.parametrize("silent_from", ["the start", "the middle"])
def test_stop_works_on_a_silent_server(scripted, silent_from, tmp_path):
    released, left = threading.Event(), threading.Event()

    def silent(handler: Any, _question: Any) -> None:
        if silent_from == "the middle":
            streams(EVENT, end=b"")(handler, _question)
        handler.connection.settimeout(60)
        released.set()
        with contextlib.suppress(OSError):
            while handler.connection.recv(64):
                pass
        left.set()

    scripted.chats = [silent, words("Yes.")]
    stop = threading.Event()
    with started(tmp_path) as worker:
        value(worker.ask(lambda id: LoadModel(id, server=scripted.server)))
        threading.Thread(target=lambda: (released.wait(60), time.sleep(0.2), stop.set())).start()
        answer = value(worker.ask(question, stop=stop))
        assert answer.finish == "stopped"
        assert answer.text == ("So far" if silent_from == "the middle" else "")
        assert left.wait(10), "the line is closed, so that the server can stop too"
        assert value(worker.ask(question)).text == "Yes."


# ---------------------------------------------------------------- who is spoken to, and what is told of it


def test_plain_http_stays_on_the_own_network(monkeypatch):
    asked_for: list[str] = []

    def addresses(host: str, port: int, **_: Any) -> list[str]:
        asked_for.append(host)
        return ["127.0.0.1", "93.184.216.34"]

    monkeypatch.setattr(own_network, "addresses", addresses)
    with pytest.raises(errors.RoadOpen, match=r"“models\.example:9” is not on your own network"):
        RemoteModel(Server("http://models.example:9/v1"), lambda: False)
    assert asked_for == ["models.example"]


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True), ("10.9.8.7", True), ("172.16.0.1", True), ("192.168.1.2", True), ("169.254.7.7", True),
        ("100.64.1.1", True), ("::1", True), ("fe80::1%eth0", True), ("fd12::1", True), ("::ffff:10.0.0.1", True),
        ("8.8.8.8", False), ("::ffff:8.8.8.8", False), ("2606:4700::1111", False), ("0.0.0.0", False), ("name", False),
    ],
)  # fmt: skip
def test_the_own_network(address, own):
    assert own_network.within(address) is own


def test_a_certificate_that_nobody_vouches_for_is_refused(scripted, tmp_path):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with scripted_server() as secure:
        secure.listener.socket = context.wrap_socket(secure.listener.socket, server_side=True)
        url = secure.url.replace("http://127.0.0.1", "https://localhost")
        with pytest.raises(errors.ServerUntrusted, match="localhost"):
            RemoteModel(Server(url), lambda: False)
        with pytest.raises(errors.ServerAnswerBroken):
            RemoteModel(Server(scripted.url.replace("http:", "https:")), lambda: False)


def test_the_key_is_in_no_log_and_no_repr(scripted, caplog):
    caplog.set_level(logging.DEBUG)
    scripted.chats = [words("Yes."), refuses(401, {"error": KEY})]
    server = Server(scripted.url, key=KEY)
    with reached(scripted, server) as model:
        asked(model)
        with pytest.raises(errors.ServerWantsKey) as raised:
            asked(model)
    assert KEY not in repr(server) + repr(LoadModel(1, server=server)) + str(raised.value) + repr(raised.value)
    assert KEY not in caplog.text
    assert "Busan" not in caplog.text
