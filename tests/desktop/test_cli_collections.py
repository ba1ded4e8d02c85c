"""`--collection` of the commands that recall: which documents an answer may use."""

from __future__ import annotations

import pytest

from desktop import cli_documents
from desktop.cli import parser
from desktop.home import open_home
from knowledge.errors import CollectionUnknown


@pytest.fixture
def home(tmp_path):
    with open_home(tmp_path / "home") as made:
        with made.store.transaction() as db:
            db.execute(
                "INSERT INTO documents (path, collection, status, added) VALUES ('/a', 'Contracts', 'indexed', 1)"
            )
            db.execute("INSERT INTO documents (path, status, added) VALUES ('/b', 'indexed', 1)")
        yield made


@pytest.mark.parametrize("command", ["ask", "recall"])
def test_it_may_be_given_again_and_means_all_when_it_is_not(home, command):
    given = parser().parse_args([command, "rent?", "--collection", "Contracts", "--collection", ""])
    assert cli_documents.collections(given, home) == ("Contracts", "")
    assert cli_documents.collections(parser().parse_args([command, "rent?"]), home) is None


def test_one_that_does_not_exist_is_told(home):
    given = parser().parse_args(["ask", "rent?", "--collection", "Contract"])
    with pytest.raises(CollectionUnknown, match="no collection “Contract”"):
        cli_documents.collections(given, home)


def test_it_goes_before_what_the_conversation_may_use(home):
    conversation = home.history.begin(options={"collections": [], "persona": "Be brief."}).id
    given = parser().parse_args(["ask", "rent?", "--collection", "Contracts"])
    style = cli_documents.style_with_collections(given, home)(conversation)
    assert style.collections == ("Contracts",)
    assert style.persona == "Be brief."
    plain = cli_documents.style_with_collections(parser().parse_args(["ask", "rent?"]), home)
    assert plain(conversation).collections == ()
