"""Answers of a given form: what a grammar lets through is JSON and fits the schema, and no grammar harms the worker."""

from __future__ import annotations

import itertools
import json
import re
import time

import jsonschema
import pytest

from engine import gbnf, gguf, structure
from engine.errors import BadGrammar, BadSchema, FormatImpossible, FormatTooComplex
from engine.generation import generate
from engine.messages import LoadModel, LoadOptions, Sampling
from engine.model import Model
from engine.starter import starter_model
from engine.template import Message
from tests.engine import tiny
from tests.engine.conftest import template_of

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 12},
        "age": {"type": "integer", "minimum": 0, "maximum": 120},
        "city": {"enum": ["Seoul", "부산", 'a "quoted" \\ name', "line\nbreak", "🐴"]},
        "tags": {"type": "array", "items": {"type": "string", "maxLength": 4}, "minItems": 1, "maxItems": 3},
        "note": {"type": ["string", "null"], "maxLength": 5},
    },
    "required": ["name", "age", "city"],
    "additionalProperties": False,
}
TREE = {
    "$defs": {
        "a_node": {
            "type": "object",
            "properties": {
                "value": {"type": "boolean"},
                "next": {"anyOf": [{"$ref": "#/$defs/a_node"}, {"type": "null"}]},
            },
            "required": ["value", "next"],
        }
    },
    "$ref": "#/$defs/a_node",
}
SCHEMAS = {
    "nested": PERSON,
    "recursive": TREE,
    "optional only": {"type": "object", "properties": {name: {"type": "boolean"} for name in ("a", "b", "이름", 'q"')}},
    "exact": {"const": {"a": [1, None, True, "글"]}},
    "union": {"oneOf": [{"type": "integer", "minimum": -5, "maximum": 17}, {"enum": ["yes", "no"]}]},
    "tuple": {"prefixItems": [{"type": "boolean"}, {"type": "null"}], "items": False, "minItems": 2},
    "tuple and more": {
        "prefixItems": [{"type": "boolean"}, {"type": "null"}],
        "items": {"const": 7},
        "minItems": 1,
        "maxItems": 5,
    },
    "all of": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer", "minimum": 3, "maximum": 9}}, "required": ["a"]},
            {"$ref": "#/$defs/b"},
        ],
        "$defs": {"b": {"properties": {"b": {"type": "null"}}, "required": ["b"]}},
    },
    "map": {
        "type": "object",
        "additionalProperties": {"type": "integer", "minimum": 10, "maximum": 99},
        "propertyNames": True,
    },
    "number": {"type": "number", "minimum": -3, "maximum": 12},
    "formats": {
        "type": "array",
        "prefixItems": [{"type": "string", "format": form} for form in ("date", "time", "date-time", "uuid")],
        "minItems": 4,
        "items": False,
    },
    "bounds": {
        "type": "array",
        "items": {"type": "integer", "exclusiveMinimum": 7, "maximum": 1003},
        "minItems": 3,
        "maxItems": 3,
    },
}
del SCHEMAS["map"]["propertyNames"]


@pytest.fixture(scope="module")
def noise(tmp_path_factory):
    """A model of random weights."""
    path = tiny.write(tmp_path_factory.mktemp("noise") / "noise.gguf")
    model = Model(gguf.read(path), LoadModel(1, str(path), LoadOptions(threads=1)), lambda _done: True, lambda: False)
    yield model
    model.close()


@pytest.fixture(scope="module")
def starter():
    options = LoadOptions(threads=1, context=512)
    model = Model(gguf.read(starter_model()), LoadModel(1, options=options), lambda _done: True, lambda: False)
    yield model
    model.close()


def say(model, prompt, sampling, **rest):
    tokens = model.vocabulary.encode(template_of(model).render([Message("user", prompt)]))
    return generate(model, tokens, sampling, arrived=time.monotonic(), emit=lambda _text, _thought: None, **rest)


# ---------------------------------------------------------------- schemas


@pytest.mark.parametrize("name", SCHEMAS)
def test_even_a_model_of_noise_writes_json_that_fits(noise, name):
    schema = SCHEMAS[name]
    texts = set()
    for seed in range(3):
        said = say(noise, "-", Sampling(schema=json.dumps(schema), temperature=1.5, seed=seed, top_k=0, max_tokens=500))
        if said.finish == "stop":
            texts.add(said.text)
    assert texts
    for text in texts:
        jsonschema.validate(json.loads(text), schema, format_checker=jsonschema.FormatChecker(["date", "uuid"]))


def test_the_starter_fills_in_a_form(starter):
    said = say(
        starter,
        "Anna is 34 years old and lives in Busan (부산). Write this as JSON with name, age and city.",
        Sampling(schema=json.dumps(PERSON), temperature=0, max_tokens=200),
    )
    assert said.finish == "stop"
    jsonschema.validate(json.loads(said.text), PERSON)
    assert json.loads(said.text)["name"] == "Anna"
    assert json.loads(said.text)["age"] == 34


def test_a_form_cut_short_says_so(starter):
    said = say(starter, "Anna is 34.", Sampling(schema=json.dumps(PERSON), temperature=0, max_tokens=5))
    assert said.finish == "length"


def test_any_json_will_do_for_an_empty_schema(noise):
    grammar = structure.from_schema("{}")
    gbnf.check(grammar)
    said = say(noise, "-", Sampling(schema='{"type": ["null", "boolean"]}', temperature=1, seed=1, max_tokens=20))
    assert json.loads(said.text) in (None, True, False)


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ("{", "line 1"),
        ('{"type":\n "strin"}', "type"),
        ('{"type": 5}', "type"),
        ('{"type": []}', "type"),
        ("[]", "[]"),
        ('"string"', '"string"'),
        ("false", "false"),
        ('{"pattern": "^a+$"}', "pattern"),
        ('{"type": "array", "uniqueItems": true}', "uniqueItems"),
        ('{"$ref": "https://example.com/schema"}', "$ref"),
        ('{"$ref": 7}', "$ref"),
        ('{"$ref": "#/$defs/none"}', "#/$defs/none"),
        ('{"enum": []}', "enum"),
        ('{"enum": 7}', "enum"),
        ('{"type": "string", "enum": [1, 2]}', "enum"),
        ('{"anyOf": []}', "anyOf"),
        ('{"type": "integer", "minimum": 5, "maximum": 4}', "minimum"),
        ('{"type": "integer", "minimum": "a"}', "minimum"),
        ('{"type": "integer", "minimum": 1e300}', "minimum"),
        ('{"type": "string", "minLength": -1}', "minLength"),
        ('{"type": "string", "maxLength": 1000000000}', "maxLength"),
        ('{"type": "array", "minItems": 3, "maxItems": 2}', "minItems"),
        ('{"properties": 3}', "properties"),
        ('{"properties": {"a": {}}, "required": [3]}', "required"),
        ('{"allOf": [{"type": "string"}, {"type": "integer"}]}', "type"),
        ('{"allOf": [3]}', "allOf"),
    ],
)
def test_a_schema_that_cannot_be_kept_is_refused_by_name(schema, place):
    with pytest.raises(BadSchema) as error:
        structure.grammar_of(Sampling(schema=schema))
    assert error.value.facts["place"] == place


@pytest.mark.parametrize(
    "schema",
    [
        '{"$ref": "#"}',
        '{"anyOf": [{"$ref": "#"}]}',
        '{"allOf": [{"$ref": "#"}]}',
        '{"$ref": "#", "type": "object"}',
        '{"items": ' * 50_000 + "{}" + "}" * 50_000,
        json.dumps({"properties": {f"p{at}": {} for at in range(2000)}}),
        " " * (1 << 19),
    ],
)
def test_a_schema_without_end_is_refused(schema):
    with pytest.raises((BadSchema, BadGrammar, FormatTooComplex)):
        structure.grammar_of(Sampling(schema=schema))


@pytest.mark.parametrize("low", [None, -1013, -20, -1, 0, 1, 9, 10, 99, 107])
@pytest.mark.parametrize("high", [None, -1001, -7, 0, 1, 12, 100, 999, 1234])
def test_ranges_of_integers_are_exact(low, high):
    schema = (
        {"type": "integer"} | ({} if low is None else {"minimum": low}) | ({} if high is None else {"maximum": high})
    )
    if low is not None and high is not None and low > high:
        with pytest.raises(BadSchema):
            structure.from_schema(json.dumps(schema))
        return
    grammar = structure.from_schema(json.dumps(schema))
    rule = next(line for line in grammar.splitlines() if line.startswith("root ::= ")).removeprefix("root ::= ")
    if rule == "integer":
        assert low is None
        assert high is None
        return
    expression = re.compile(rule.replace('"', "").replace(" ", ""))
    for number in itertools.chain(range(-1100, 1300), (-123456, 99999)):
        fits = (low is None or number >= low) and (high is None or number <= high)
        assert bool(expression.fullmatch(str(number))) is fits, (number, rule)


# ---------------------------------------------------------------- grammars


def test_a_grammar_holds_an_answer(starter):
    grammar = 'root ::= "The answer is " ("yes" | "no") "." # nothing else'
    said = say(starter, "Is Paris in France?", Sampling(grammar=grammar, temperature=0))
    assert said.text in ("The answer is yes.", "The answer is no.")
    assert said.finish == "stop"


def test_a_grammar_in_hangul(noise):
    said = say(noise, "-", Sampling(grammar='root ::= [가-힣]{3} "다"', temperature=1, seed=1, top_k=0))
    assert re.fullmatch("[가-힣]{3}다", said.text)


HARMFUL = {
    "nothing": "",
    "no root": 'answer ::= "a"',
    "undefined": 'root ::= "a" (b | c)\nc ::= "c"',
    "left recursion": 'root ::= root "a" | "b"',
    "left recursion behind what may be empty twice over": 'root ::= c root "x" | "y"\nc ::= b b\nb ::= "" | "z"',
    "repetition of what may be empty": 'root ::= ("a"?)*',
    "repetition of nothing": 'root ::= ""*',
    "backward repetition": 'root ::= "a"{5,3}',
    "large repetition": 'root ::= "a"{100000}',
    "larger repetition": 'root ::= "a"{99999999999999999999}',
    "many repetitions": "root ::= " + '"aaaaaaaaaaaaaaaaaaaa"{2000} ' * 100,
    "deep": "root ::= " + "(" * 5000 + '"a"' + ")" * 5000,
    "doubling": "root ::= r0\n"
    + "".join(f'r{at} ::= r{at + 1} "a" | r{at + 1} "b"\n' for at in range(60))
    + 'r60 ::= "x"',
    "token": 'root ::= "a" <[5]>',
    "token by name": "root ::= <|im_end|>",
    "token inverse": "root ::= !<[5]>",
    "escape": r'root ::= "\q"',
    "half an escape": r'root ::= "\u12"',
    "open literal": 'root ::= "abc',
    "open range": "root ::= [abc",
    "open group": 'root ::= ("a"',
    "open repetition": 'root ::= "a"{2',
    "underscore": 'ro_ot ::= "a"',
    "equals": 'root = "a"',
    "NUL": 'root ::= "a\0b"',
    "half a surrogate pair": 'root ::= "\ud800"',
    "long": 'root ::= "' + "a" * (1 << 19) + '"',
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_grammar_is_refused_at_once(name):
    began = time.monotonic()
    with pytest.raises((BadGrammar, FormatTooComplex)) as error:
        gbnf.check(HARMFUL[name])
    assert time.monotonic() - began < 2
    assert str(error.value).encode()


def test_the_place_of_a_mistake_is_named():
    with pytest.raises(BadGrammar, match="“\\| word” in line 2"):
        gbnf.check('root ::= "a"\n  | word\nother ::= "b"')


def test_what_passes_is_what_llama_cpp_takes(noise):
    grammars = [
        'root ::= "a"+ [^\\n\\x00-\\x1F]* . # a comment\n\nitem ::= "b"{2,3} ("c" |\n "d")?',
        "root ::= r0\n" + "".join(f'r{at} ::= r{at + 1} | "b"\n' for at in range(300)) + 'r300 ::= "x"',
        "root ::= " + '("a"? ' * 90 + ")?" * 90,
        *(structure.from_schema(json.dumps(schema)) for schema in SCHEMAS.values()),
        structure.from_schema("true"),
        structure.from_schema(json.dumps({"properties": {f"p{at}": {"type": "boolean"} for at in range(200)}})),
    ]
    for grammar in grammars:
        with noise.sampler(Sampling(grammar=grammar)):
            pass


def test_a_dead_end_is_a_sentence_and_not_the_end_of_the_worker(noise):
    with pytest.raises(FormatImpossible):
        say(noise, "-", Sampling(grammar=r'root ::= "a" [^\x00-\U0010FFFF]', temperature=0))


# ---------------------------------------------------------------- thoughts


def test_only_the_answer_has_the_form(noise):
    tokens = noise.vocabulary.plain("hello")
    with noise.sampler(Sampling(grammar="root ::= [a-c]{3}", temperature=2, top_k=0, min_p=0, seed=5)) as draw:
        noise.keep_prefix(tokens)
        assert noise.evaluate(tokens)
        draw.free = True
        thought = [draw(-1) for _ in range(20)]
        draw.free = False
        answer = b"".join(noise.vocabulary.piece(draw(-1)) for _ in range(3))
        assert noise.vocabulary.ends(draw(-1))
    assert any(noise.vocabulary.piece(token) not in (b"a", b"b", b"c") for token in thought)
    assert re.fullmatch(b"[a-c]{3}", answer)


def test_a_mark_that_opens_a_thought_may_come_before_the_form(noise):
    tokens = noise.vocabulary.plain("hello")
    noise.keep_prefix(tokens)
    assert noise.evaluate(tokens)
    with noise.sampler(Sampling(grammar="root ::= [a-c]{3}", temperature=2, top_k=0, min_p=0, seed=5)) as draw:
        draw.openings = set(range(noise.vocabulary.size))
        draw(-1)
        assert draw.opened
        assert re.fullmatch(b"[a-c]{3}", b"".join(noise.vocabulary.piece(draw(-1)) for _ in range(3)))
