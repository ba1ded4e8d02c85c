"""The settings' section on other computers: a server that answers instead of a model here, and lenders of memory."""

from __future__ import annotations

from dataclasses import asdict

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.background import Background, Task
from desktop.elsewhere import AddressRefused, host_of, is_open_road, rpc_address, server_address
from desktop.home import Home
from desktop.server_check import Found, NoServer, ask_models
from desktop.theme import Theme
from desktop.views.stylesheet import mark
from desktop.views.switch import Switch
from engine.messages import Server


class ServersSection(QWidget):
    """Off until the switch is turned on; `changed` when where answers come from is another place now."""

    changed = Signal()

    def __init__(self, home: Home, theme: Theme, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._home, self._theme, self._background = home, theme, background
        self._test: Task | None = None
        kept = home.settings.server or home.settings.former_server
        self._title = mark(QLabel(), tone="title")
        self._intro = mark(QLabel(), tone="caption")
        self._intro.setWordWrap(True)
        self.switch = Switch(theme)
        self.switch.setChecked(bool(home.settings.server))
        self.url, self.model, self.key = (
            mark(QLineEdit(str(kept.get(name, ""))), kind="field") for name in ("url", "model", "key")
        )
        self.key.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)
        self._labels = [mark(QLabel(), tone="muted") for _ in range(3)]
        self.test = QPushButton()
        self.test.clicked.connect(self._try_it)
        self.verdict = mark(QLabel(), tone="caption")
        self.verdict.setWordWrap(True)
        self._lenders_title = QLabel()
        self._lenders_intro = mark(QLabel(), tone="caption")
        self._lenders_intro.setWordWrap(True)
        self.lenders = mark(QLineEdit(", ".join(home.settings.rpc_hosts)), kind="field")
        self.lenders_verdict = mark(QLabel(), tone="danger")
        self.lenders_verdict.setWordWrap(True)
        self._lay_out()
        self.switch.toggled.connect(self._switch)
        for field in (self.url, self.model, self.key):
            field.editingFinished.connect(self._apply)
        self.lenders.editingFinished.connect(self._lend)
        self.retranslate()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        for row, (label, field) in enumerate(zip(self._labels, (self.url, self.model, self.key), strict=True)):
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.verdict, 1)
        foot.addWidget(self.test)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        above: tuple[QWidget, ...] = (self._title, self._intro, self.switch)
        for part in above:
            layout.addWidget(part)
        layout.addLayout(grid)
        layout.addLayout(foot)
        layout.addSpacing(12)
        below: tuple[QWidget, ...] = (self._lenders_title, self._lenders_intro, self.lenders, self.lenders_verdict)
        for part in below:
            layout.addWidget(part)
        self.lenders_verdict.hide()

    # ------------------------------------------------------------ the server that answers

    def _server(self) -> Server | None:
        """What is written in the fields; None, with a sentence, where it is no address."""
        try:
            return Server(server_address(self.url.text()), self.model.text().strip(), self.key.text().strip())
        except AddressRefused as error:
            self._say(self._fault(error), tone="danger")
            return None

    def _switch(self) -> None:
        """The switch was turned: a server that is no address cannot be turned on."""
        server = self._server() if self.switch.isChecked() else None
        if self.switch.isChecked() and server is None:
            self.switch.setChecked(False)
            self.url.setFocus()
            return
        self._use(server)

    def _apply(self) -> None:
        """A field was edited: what is on changes with it, and what is off is only kept for later."""
        if not self.switch.isChecked():
            if self.url.text().strip():
                self._home.settings.former_server = self._as_written()
            return
        server = self._server()
        if server is not None:
            self._use(server)

    def _use(self, server: Server | None) -> None:
        settings = self._home.settings
        kept = _as_kept(server) if server is not None else {}
        if kept == settings.server:
            return
        if settings.server or server is not None:
            settings.former_server = kept or settings.server
        settings.server = kept
        if server is not None:
            self.url.setText(server.url)
            self._say(self._road(server), tone="warn" if is_open_road(server.url) else "caption")
        else:
            self._say("", tone="caption")
        self._home.engine.reload()
        self.changed.emit()

    def _as_written(self) -> dict[str, object]:
        return {"url": self.url.text().strip(), "model": self.model.text().strip(), "key": self.key.text().strip()}

    def _try_it(self) -> None:
        server = self._server()
        if server is None:
            return
        self.test.setEnabled(False)
        self._say(self.tr("Asking {host}…").format(host=host_of(server.url)), tone="caption")
        self._test = self._background.run(lambda _: _asked(server), on_done=lambda found: self._tell(found, server))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._test is not None:
            self._test.forsake()  # its window goes

    def _tell(self, found: Found | NoServer, server: Server) -> None:
        self.test.setEnabled(True)
        if isinstance(found, NoServer):
            self._say(self._trouble(found), tone="danger")
        elif not found.models:
            self._say(self.tr("{host} answers, but offers no model.").format(host=host_of(server.url)), tone="warn")
        elif server.model and server.model not in found.models:
            some = ", ".join(found.models[:5])
            words = self.tr("{host} answers, but has no model “{model}”. It has: {models}.")
            self._say(words.format(host=host_of(server.url), model=server.model, models=some), tone="warn")
        else:
            words = self.tr("{host} answers with {model}.")
            self._say(words.format(host=host_of(server.url), model=server.model or found.models[0]), tone="accent")

    def _trouble(self, error: NoServer) -> str:
        match error.trouble:
            case "silent":
                return self.tr("No answer from there. Check the address, and whether the server is running.")
            case "refused":
                return self.tr("That computer is there, but no server listens at this port.")
            case "key":
                return self.tr("The server wants a key, or another one than this.")
            case "redirect":
                return self.tr("The server sends us elsewhere, which Haema does not follow. Give the final address.")
            case "open":
                return self.tr(
                    "This address is not encrypted, and not on your own network. Use one that begins with https://."
                )
            case "strange":
                return self.tr("Something answers there, but not an OpenAI-compatible server. Its address ends in /v1.")

    def _say(self, words: str, *, tone: str) -> None:
        mark(self.verdict, tone=tone).setText(words)

    def _road(self, server: Server) -> str:
        if is_open_road(server.url):
            return self.tr("This address is not encrypted: whoever is in between can read along. Prefer https.")
        return ""

    # ------------------------------------------------------------ those who lend their memory

    def _lend(self) -> None:
        try:
            hosts = [rpc_address(part) for part in self.lenders.text().split(",") if part.strip()]
        except AddressRefused:
            self.lenders_verdict.setText(self.tr("Write each as host:port, separated by commas."))
            self.lenders_verdict.show()
            return
        self.lenders_verdict.hide()
        self.lenders.setText(", ".join(hosts))
        if hosts != self._home.settings.rpc_hosts:
            self._home.settings.rpc_hosts = hosts
            self._home.engine.reload()
            self.changed.emit()

    # ------------------------------------------------------------ words

    def _fault(self, error: AddressRefused) -> str:
        match error.fault:
            case "empty":
                return self.tr("Give the server's address first, such as http://192.168.0.10:8080/v1.")
            case "scheme":
                return self.tr("The address must begin with http:// or https://.")
            case "user":
                return self.tr("Leave name and password out of the address; a key has its own field.")
            case "host":
                return self.tr("This is not an address. It looks like http://192.168.0.10:8080/v1.")

    def retranslate(self) -> None:
        self._title.setText(self.tr("Other computers of mine"))
        self._intro.setText(
            self.tr(
                "Off, nothing leaves this computer. With a server on, your prompts, the conversation, and what is "
                "recalled for them are sent there; the memory itself stays here."
            )
        )
        self.switch.setText(self.tr("Answer by this server"))
        for label, field, words in zip(
            self._labels,
            (self.url, self.model, self.key),
            (self.tr("Address"), self.tr("Model"), self.tr("Key")),
            strict=True,
        ):
            label.setText(words)
            field.setAccessibleName(words)
        self.url.setPlaceholderText("http://192.168.0.10:8080/v1")
        self.model.setPlaceholderText(self.tr("the server's first"))
        self.key.setPlaceholderText(self.tr("none"))
        self.test.setText(self.tr("Test the connection"))
        self._lenders_title.setText(self.tr("Borrow memory for large models"))
        self._lenders_intro.setText(
            self.tr(
                "Computers that run llama.cpp's rpc-server take on layers of the model. Experimental in llama.cpp, and "
                "what they compute passes your network unencrypted."
            )
        )
        self.lenders.setPlaceholderText("192.168.0.11:50052, 192.168.0.12:50052")
        self.lenders.setAccessibleName(self._lenders_title.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _as_kept(server: Server) -> dict[str, object]:
    return {name: value for name, value in asdict(server).items() if value is not None}


def _asked(server: Server) -> Found | NoServer:
    """What came of the test: no server is an outcome, not a fault."""
    try:
        return ask_models(server)
    except NoServer as error:
        return error
