"""The settings window: what it asks for takes effect at once, and nothing leaves this computer before it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.load_options import chosen_server, keep_options, options_for
from desktop.settings import DECLARED
from desktop.views.choice import Choice
from desktop.views.settings import SettingsWindow
from engine.messages import LoadOptions


@pytest.fixture
def settings(window, qtbot) -> SettingsWindow:
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, ",", Qt.KeyboardModifier.ControlModifier)
    made = window.findChild(SettingsWindow)
    assert made.isVisible()
    yield made
    for opened in window.findChildren(SettingsWindow):
        opened.close()


def badge(window) -> QLabel:
    return window.chat.header._offline


def write(field, words: str) -> None:
    field.setFocus()
    field.setText(words)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_the_window_asks_for_all_that_is_declared_with_a_label(settings):
    assert set(settings.fields) == {name for name, setting in DECLARED.items() if setting.label}
    for field in settings.fields.values():
        assert field.accessibleName()
        assert field.accessibleDescription()


def test_language_and_appearance_change_at_once(settings, window, home, qtbot):
    language, theme = settings.fields["language"], settings.fields["theme"]
    assert isinstance(language, Choice)
    assert isinstance(theme, Choice)
    language._pick("ko")
    assert home.settings.language == "ko"
    qtbot.waitUntil(lambda: badge(window).text() == "오프라인")
    language._pick("en")
    qtbot.waitUntil(lambda: badge(window).text() == "Offline")
    theme._pick("dark")
    assert home.settings.theme == "dark"
    assert window._theme.tokens.dark


def test_memory_and_disk_space(settings, home):
    settings.fields["memory"].click()
    assert home.settings.memory is False
    settings.fields["states_gigabytes"].setValue(4.5)
    assert home.settings.states_gigabytes == 4.5


# ---------------------------------------------------------------- a server


def test_a_server_is_off_until_it_is_turned_on_and_then_named(settings, window, home):
    servers = settings.servers
    assert not servers.switch.isChecked()
    assert badge(window).text() == "Offline"
    write(servers.url, "nas.local:8080")
    write(servers.model, "qwen3-4b")
    assert home.settings.server == {}
    assert chosen_server(home.settings) is None
    servers.switch.click()
    assert home.settings.server["url"] == "http://nas.local:8080/v1"
    server = chosen_server(home.settings)
    assert server is not None
    assert (server.model, server.key) == ("qwen3-4b", "")
    assert home.engine.reloads == 1
    assert badge(window).text() == "Answers come from nas.local:8080"
    assert "sent to nas.local:8080" in badge(window).toolTip()
    assert badge(window).property("away") == "true"
    servers.switch.click()
    assert home.settings.server == {}
    assert badge(window).text() == "Offline"
    assert home.engine.reloads == 2
    assert servers.url.text() == "http://nas.local:8080/v1"


def test_its_address_is_offered_again_later(settings, window, home, qtbot):
    write(settings.servers.url, "nas.local:8080")
    settings.servers.switch.click()
    settings.servers.switch.click()
    settings.close()
    window._show_settings()
    again = window.findChildren(SettingsWindow)[-1]
    assert again.servers.url.text() == "http://nas.local:8080/v1"
    assert not again.servers.switch.isChecked()


def test_what_is_no_address_cannot_be_turned_on(settings, home):
    settings.servers.switch.click()
    assert not settings.servers.switch.isChecked()
    assert "Give the server's address first" in settings.servers.verdict.text()
    write(settings.servers.url, "ftp://nas")
    settings.servers.switch.click()
    assert "must begin with http" in settings.servers.verdict.text()
    assert home.settings.server == {}
    assert home.engine.reloads == 0


def test_an_unencrypted_road_through_the_internet_is_said(settings):
    write(settings.servers.url, "http://api.example.com/v1")
    settings.servers.switch.click()
    assert "not encrypted" in settings.servers.verdict.text()


def test_the_key_is_not_shown(settings):
    settings.servers.key.setText("secret")
    assert "secret" not in settings.servers.key.displayText()


class Models(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/v1/models" else 404)
        self.end_headers()
        self.wfile.write(json.dumps({"data": [{"id": "qwen3-4b"}]}).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Models)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_connection_can_be_tested_before(settings, home, qtbot, address):
    servers = settings.servers
    write(servers.url, address)
    servers.test.click()
    qtbot.waitUntil(lambda: servers.verdict.text() == f"{address} answers with qwen3-4b.")
    write(servers.model, "gemma")
    servers.test.click()
    qtbot.waitUntil(lambda: "no model “gemma”" in servers.verdict.text())
    assert home.settings.server == {}


def test_nobody_there_is_a_sentence_and_a_closed_window_hears_no_more(settings, qtbot):
    servers = settings.servers
    write(servers.url, "http://127.0.0.1:1")
    servers.test.click()
    qtbot.waitUntil(lambda: "no server listens" in servers.verdict.text())
    servers.test.click()
    settings.close()
    qtbot.wait(50)


# ---------------------------------------------------------------- lenders of memory


def test_lenders_are_for_every_model_and_named(settings, window, home):
    write(settings.servers.lenders, "192.168.0.11, box.local:6000")
    assert home.settings.rpc_hosts == ["192.168.0.11:50052", "box.local:6000"]
    assert options_for(home.settings, "/any.gguf").rpc_hosts == ("192.168.0.11:50052", "box.local:6000")
    assert badge(window).text() == "Computes with 2 others"
    assert "box.local:6000" in badge(window).toolTip()
    write(settings.servers.lenders, "192.168.0.11")
    assert badge(window).text() == "Computes with 192.168.0.11:50052"
    write(settings.servers.lenders, "")
    assert badge(window).text() == "Offline"
    assert home.engine.reloads == 3


def test_a_lender_that_is_no_address_is_refused(settings, home):
    write(settings.servers.lenders, "http://box/")
    assert settings.servers.lenders_verdict.isVisibleTo(settings)
    assert home.settings.rpc_hosts == []


def test_lenders_never_stick_to_a_model_s_own_options(home):
    home.settings.rpc_hosts = ["box:1"]
    keep_options(home.settings, "/m.gguf", LoadOptions(context=2048, rpc_hosts=("box:1",)))
    keep_options(home.settings, "/n.gguf", LoadOptions(rpc_hosts=("box:1",)))
    home.settings.rpc_hosts = []
    assert options_for(home.settings, "/m.gguf") == LoadOptions(context=2048)
    assert "/n.gguf" not in home.settings.load_options
