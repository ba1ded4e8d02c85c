"""The window over a real store: asking, stopping, conversations, files, sources, panes, the first run."""

from __future__ import annotations

import re
import threading
import warnings
from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from desktop.attach import AttachState
from desktop.background import Background
from desktop.engine_process import EngineState
from desktop.errors import Failure, failure
from desktop.models.conversations import Role
from desktop.theme import Theme
from desktop.views import dialogs
from desktop.views.dialogs import keys
from desktop.views.progress import ProgressLine
from desktop.views.question import Question
from desktop.views.welcome import Welcome
from desktop.views.window import Window
from engine.errors import EngineDied, ModelMissing
from engine.messages import Failed, ModelInfo
from knowledge.messages import Recalled

STARTER = ModelInfo("SmolLM2 135M", "/models/smol.gguf", 2048, 30, 0, "CPU", 2, profile="fast", starter=True)


def titles(window) -> list[str]:
    model = window._model
    rows = [model.index(row) for row in range(model.rowCount())]
    return [row.data() for row in rows if not row.data(Role.IS_HEADING)]


def document(path: str) -> Recalled:
    return Recalled(
        kind="document",
        id="passage:1",
        text="the term ends on 31 August 2027",
        score=1.0,
        parts={"words": 1.0},
        why=("words",),
        matches=((17, 31),),
        tokens=8,
        path=path,
        page=3,
    )


# ---------------------------------------------------------------- asking


def test_a_prompt_is_answered_stored_and_told(window, ask, home):
    ask("When does the lease end?")
    (conversation,) = home.history.conversations()
    question, answer = home.history.messages(conversation.id)
    assert (question.text, answer.text) == ("When does the lease end?", "The lease ends on 31 August 2027 [1].")
    assert window.chat.current == conversation.id
    assert titles(window) == ["When does the lease end?"]
    assert window.left.list.currentIndex().data(Role.ID) == conversation.id
    shown = window.chat._status.text()
    assert (
        re.sub(r"^recall \d+ ms", "recall 28 ms", shown)
        == "recall 28 ms · first word 0.3 s · 61 tokens/s · 25 % reused"
    )
    assert window.chat.composer._meter.text() == "context 180 of 2k"
    assert window.left._counts.text() == "2 memories, 0 documents"
    assert window.chat.composer.text == ""


def test_sources_are_shown_with_the_answer(window, ask, home, qtbot, tmp_path):
    home.memory.items = (document(str(tmp_path / "lease.pdf")),)
    with qtbot.waitSignal(window.chat.sources_shown, check_params_cb=lambda sources: list(sources) == [1]):
        ask("When does the lease end?")


def test_stop_keeps_what_was_written(window, home, qtbot):
    home.engine.gate.clear()
    window.chat.ask("a long question")
    qtbot.waitUntil(lambda: window.answering.text == "The lease ")
    qtbot.keyClick(window, ".", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.answering.busy)
    messages = home.history.messages(window.chat.current)
    assert (messages[-1].text, messages[-1].state) == ("The lease", "stopped")
    assert window.chat.notice.sentence == ""


def test_escape_in_the_prompt_stops(window, home, qtbot):
    home.engine.gate.clear()
    window.chat.ask("a long question")
    qtbot.waitUntil(lambda: window.answering.text != "")
    qtbot.keyClick(window.chat.composer.prompt, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.answering.busy)


def test_a_second_prompt_waits_in_the_composer(window, home, qtbot):
    home.engine.gate.clear()
    window.chat.ask("first")
    qtbot.waitUntil(lambda: window.answering.text != "")
    window.chat.composer.prompt.setPlainText("second")
    qtbot.keyClick(window.chat.composer.prompt, Qt.Key.Key_Return)
    assert window.chat.composer.text == "second"
    assert home.engine.prompts == ["first"]
    home.engine.gate.set()
    qtbot.waitUntil(lambda: not window.answering.busy)


def test_an_engine_that_dies_keeps_the_words_and_says_so(window, ask, home):
    home.engine.error = Failure("EngineDied", EngineDied.sentence, {})
    ask("hello")
    messages = home.history.messages(window.chat.current)
    assert (messages[-1].text, messages[-1].state) == ("The lease", "broken")
    home.engine.error = None
    ask("again")
    assert home.history.messages(window.chat.current)[-1].state == "complete"


def test_an_answer_goes_on_in_its_own_conversation(window, home, qtbot):
    home.engine.gate.clear()
    window.chat.ask("first")
    qtbot.waitUntil(lambda: window.answering.text != "")
    asked_in = window.chat.current
    window.new_conversation()
    assert window.chat.current is None
    home.engine.gate.set()
    qtbot.waitUntil(lambda: not window.answering.busy)
    assert window.chat.current is None
    assert home.history.messages(asked_in)[-1].text == "The lease ends on 31 August 2027 [1]."
    window.open_conversation(asked_in)
    assert window.chat.header._full_title == "first"


def test_coming_back_to_a_running_answer_shows_it_grow(window, home, qtbot):
    home.engine.gate.clear()
    window.chat.ask("first")
    qtbot.waitUntil(lambda: window.answering.text != "")
    asked_in = window.chat.current
    window.new_conversation()
    window.open_conversation(asked_in)
    home.engine.gate.set()
    qtbot.waitUntil(lambda: not window.answering.busy)
    assert len(home.history.messages(asked_in)) == 2


def test_a_draft_belongs_to_its_conversation(window, ask):
    ask("first")
    one = window.chat.current
    window.chat.composer.set_text("half a thought")
    window.new_conversation()
    assert window.chat.composer.text == ""
    window.open_conversation(one)
    assert window.chat.composer.text == "half a thought"


# ---------------------------------------------------------------- conversations


def test_rename(window, ask, home, qtbot):
    ask("first")
    row = window.left.list.currentIndex()
    assert window._model.setData(row, "  The   lease ")
    assert home.history.conversation(window.chat.current).title == "The lease"
    assert window.chat.header._full_title == "The lease"
    assert not window._model.setData(row, "   ")


@pytest.mark.parametrize("agreed", [True, False])
def test_delete_asks(window, ask, home, qtbot, monkeypatch, agreed):
    ask("first")
    id = window.chat.current
    monkeypatch.setattr(dialogs, "may_delete", lambda title, parent, days: agreed)
    window.left.list.setFocus()
    qtbot.keyClick(window.left.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: (not home.history.conversations()) is agreed)
    assert titles(window) == ([] if agreed else ["first"])
    assert window.chat.current == (None if agreed else id)


def test_delete_while_it_is_answered(window, home, qtbot, monkeypatch):
    monkeypatch.setattr(dialogs, "may_delete", lambda title, parent, days: True)
    home.engine.gate.clear()
    window.chat.ask("first")
    qtbot.waitUntil(lambda: window.answering.text != "")
    window._deleting.ask(window.chat.current)
    qtbot.waitUntil(lambda: not home.history.conversations())
    assert titles(window) == []


def test_filter_narrows_and_says_when_nothing_is_left(window, home, qtbot):
    for title in ("Lease for Busan", "제주 여행", "Tax 2025"):
        home.history.begin(title)
    window.refresh()
    qtbot.keyClick(window, "k", Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is window.left.filter
    window.left.filter.setText("busan LEASE")
    assert titles(window) == ["Lease for Busan"]
    window.left.filter.setText("nothing")
    assert titles(window) == []
    assert window.left._empty.text() == "No conversation has these words in its title."


def test_arrows_pass_over_headings(window, home, qtbot):
    first, second = home.history.begin("one"), home.history.begin("two")
    with home.store.transaction() as db:
        db.execute("UPDATE conversations SET updated = updated - 86400 * 40 WHERE id = ?", (first.id,))
    window.refresh()
    window.open_conversation(second.id)
    window.left.list.setFocus()
    qtbot.keyClick(window.left.list, Qt.Key.Key_Down)
    qtbot.keyClick(window.left.list, Qt.Key.Key_Return)
    assert window.chat.current == first.id


# ---------------------------------------------------------------- files


def enters(mime: QMimeData) -> QDragEnterEvent:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the constructor for whole pixels, from Qt 6.12 on
        return QDragEnterEvent(
            QPoint(600, 400),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )


def drag(window, *paths, text=None):
    mime = QMimeData()
    if paths:
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    if text:
        mime.setText(text)
    return mime


def test_dropped_files_are_indexed_and_refusals_said(window, home, qtbot, tmp_path):
    files = [tmp_path / "계약서.pdf", tmp_path / "scan.bin"]
    for file in files:
        file.write_bytes(b"x")
    home.memory.gate.clear()
    mime = drag(window, *files)
    place, none = QPointF(600, 400), Qt.KeyboardModifier.NoModifier
    entered = enters(mime)
    QApplication.sendEvent(window, entered)
    assert entered.isAccepted()
    assert window._overlay.isVisible()
    QApplication.sendEvent(window, QDropEvent(place, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none))
    assert not window._overlay.isVisible()
    qtbot.waitUntil(lambda: window.attaching.state.total == 2)
    assert window.chat.progress._sentence == "계약서.pdf and 1 more — 0 of 2 files, 2 min left"
    home.memory.gate.set()
    qtbot.waitUntil(lambda: window.attaching.state.phase == "done")
    assert home.memory.indexed == [str(files[0])]
    assert window.chat.progress._sentence == "계약서.pdf and 1 more — 1 files remembered, 1 left out"
    window.chat.progress.details_wanted.emit()
    assert window.chat.files.isVisible()
    reasons = [window.attaching.model.index(row).data(257) for row in range(2)]
    assert reasons[0] == ""
    assert "has no text in it" in reasons[1]


def test_dragged_text_is_not_for_the_window(window):
    mime = drag(window, text="words")
    event = enters(mime)
    event.ignore()
    QApplication.sendEvent(window, event)
    assert not event.isAccepted()
    assert not window._overlay.isVisible()


def test_indexing_is_cancelled(window, home, qtbot, tmp_path):
    home.memory.gate.clear()
    window.add_files([str(tmp_path / "a.txt"), str(tmp_path / "b.txt")])
    qtbot.waitUntil(lambda: window.attaching.state.total == 2)
    window.chat.progress._put_away()
    qtbot.waitUntil(lambda: window.attaching.state.phase == "stopped")
    assert home.memory.indexed == []


def test_folders_wait_for_each_other(window, home, qtbot, tmp_path):
    home.memory.gate.clear()
    window.add_files([str(tmp_path / "a.txt")])
    window.add_files([str(tmp_path / "b.txt")])
    home.memory.gate.set()
    qtbot.waitUntil(lambda: home.memory.indexed == [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")])


# ---------------------------------------------------------------- sources


def test_a_document_is_opened_in_the_window(window, tmp_path, monkeypatch, qtbot):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: pytest.fail("handed to another program"))
    window.right.open_requested.emit(document(str(tmp_path / "임대차 계약서.pdf")))
    assert window.documents.is_open
    qtbot.waitUntil(lambda: window.documents.view._document is not None, timeout=5000)
    assert window.documents.view.header._full_name == "임대차 계약서.pdf"
    qtbot.keyClick(window.documents.view, Qt.Key.Key_Escape)
    assert not window.documents.is_open


def test_a_conversation_source_opens_that_conversation(window, ask):
    ask("Jin wants the corner room")
    told_in, question = window.chat.current, window._home.history.messages(window.chat.current)[0]
    window.new_conversation()
    source = Recalled(
        "conversation",
        "message:1",
        "Jin",
        1.0,
        {},
        (),
        (),
        1,
        conversation=told_in,
        messages=(question.id,),
        role="user",
    )
    window.right.open_requested.emit(source)
    assert window.chat.current == told_in


# ---------------------------------------------------------------- the model


def test_the_pill_names_the_starter(window):
    window.show_engine(EngineState("loading", 0.42))
    assert window.chat.header.model.text() == "Loading the model… 42 %"
    window.show_engine(EngineState("ready", 1.0, info=STARTER))
    assert window.chat.header.model.text() == "SmolLM2 135M · starter · CPU"
    window.show_engine(EngineState("ready", 1.0, info=replace(STARTER, profile="plain"), healed="crashed"))
    assert "safer" in window.chat.notice.sentence


def test_a_model_that_does_not_load_is_said_with_a_way_out(window):
    error = failure(Failed(1, "ModelMissing", ModelMissing.sentence, {"path": "x.gguf"}))
    window.show_engine(EngineState("failed", error=error))
    assert window.chat.notice.sentence == "There is no file “x.gguf”. Choose a model file that exists."
    assert window.chat.header.model.text() == "No model"
    window.chat.notice._button.click()
    assert window.models.is_open


# ---------------------------------------------------------------- the window itself


def test_painted_is_told_once(qtbot, home, language):
    background = Background()
    made = Window(home, Theme("dark"), language, background)
    qtbot.addWidget(made)
    told = []
    made.painted.connect(lambda: told.append(1))
    assert told == []
    made.show()
    qtbot.waitUntil(lambda: bool(told))
    made.repaint()
    qtbot.wait(30)
    assert told == [1]
    made.close()


def test_panes_fold_and_their_widths_are_kept(window, home, qtbot, language):
    qtbot.keyClick(window, "b", Qt.KeyboardModifier.ControlModifier)
    assert window._splitter.sizes()[0] == 0
    window._splitter.setSizes([0, 900, 340])
    right = window._splitter.sizes()[2]
    window.close()
    assert (home.settings.left_width, home.settings.right_width) == (0, right)
    again = Window(home, Theme("light"), language, Background())
    qtbot.addWidget(again)
    again.show()
    again.resize(1280, 820)
    assert again._splitter.sizes()[0] == 0
    assert again._splitter.sizes()[2] == right
    again.close()


def test_a_narrow_window_keeps_the_chat(window, qtbot):
    window.resize(640, 500)
    qtbot.waitUntil(lambda: window.left.isHidden() and window.right.isHidden())
    window.chat.header.left_toggled.emit()
    assert window.left.isVisible()
    window.resize(1280, 820)
    qtbot.waitUntil(lambda: window.left.isVisible() and window.right.isVisible())


def test_closing_ends_what_runs(window, home, qtbot):
    home.engine.gate.clear()
    window.chat.ask("first")
    qtbot.waitUntil(lambda: window.answering.text != "")
    window.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("haema task") and _busy(thread)]
    assert home.history.messages(home.history.conversations()[0].id)[-1].state == "stopped"


def _busy(thread: threading.Thread) -> bool:
    thread.join(0.5)
    return thread.is_alive()


def test_the_first_run(qtbot, home, language, tmp_path):
    home.settings.welcomed = False
    background = Background()
    made = Window(home, Theme("light"), language, background)
    qtbot.addWidget(made)
    made.show()
    page = made._pages.currentWidget()
    assert isinstance(page, Welcome)
    (tmp_path / "docs").mkdir()
    page.folder_chosen.emit([str(tmp_path / "docs")])
    assert page._invite.text() == "Reading docs/"
    qtbot.keyClick(page._start, Qt.Key.Key_Return)
    assert home.settings.welcomed
    assert made._pages.currentWidget() is made._splitter
    qtbot.waitUntil(lambda: home.memory.indexed == [str(tmp_path / "docs")])
    made.close()


def test_the_list_of_keys(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_F1)
    (dialog,) = [w for w in QApplication.topLevelWidgets() if w.windowTitle() == "Keys"]
    assert len(keys()) >= 10
    dialog.close()


def test_delete_is_not_the_default(window, qtbot, monkeypatch):
    shown = []
    monkeypatch.setattr(
        Question, "exec", lambda box: shown.append((box.question.text(), box.question.textFormat(), box.no.isDefault()))
    )
    from desktop.views.dialogs import may_delete

    assert not may_delete("A <b>title</b>", window)
    assert shown == [("Delete “A <b>title</b>”?", Qt.TextFormat.PlainText, True)]


def test_everything_is_named_for_a_screen_reader(window):
    from PySide6.QtWidgets import QAbstractButton

    for button in window.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.text() or button.accessibleName() or button.toolTip(), button


def test_a_long_title_leaves_room_for_the_model(window, home, qtbot):
    window.show_engine(EngineState("ready", 1.0, info=STARTER))
    one = home.history.begin("A title " + "that goes on and on " * 8)
    window.refresh()
    window.open_conversation(one.id)
    title = window.chat.header._title
    qtbot.waitUntil(lambda: title.text().endswith("…"))
    assert title.fontMetrics().horizontalAdvance(title.text()) <= title.width()
    assert title.toolTip() == one.title
    assert window.chat.header.model.text() == "SmolLM2 135M · starter · CPU"


def test_a_memory_that_died_is_said(window):
    window.show_memory(True)
    assert window.chat.notice.sentence == ""
    window.show_memory(False)
    assert window.chat.notice.sentence.startswith("The memory stopped unexpectedly")


def test_a_model_without_a_chat_template_is_said(window):
    info = ModelInfo(
        "bare", "/models/bare.gguf", 4096, 12, 0, "CPU", 2, profile="fast", starter=False, own_template=False
    )
    window.show_engine(EngineState("ready", 1.0, info=info))
    assert "chat template" in window.chat.notice.sentence


def test_a_server_s_model_has_no_device_here(window):
    remote = replace(STARTER, name="qwen3-4b", path="http://nas:8080/v1", starter=False, remote=True)
    window.show_engine(EngineState("ready", 1.0, info=remote))
    assert window.chat.header.model.text() == "qwen3-4b"
    assert window.chat.header.model.toolTip() == "http://nas:8080/v1\nreads 2,048 tokens at once"


def test_what_failed_and_what_was_given_up_is_said(window):
    careful = replace(STARTER, profile="cpu")
    window.show_engine(EngineState("ready", 1.0, info=careful, healed="memory"))
    assert window.chat.notice.sentence.startswith("The model ran out of memory. It now runs")
    assert "processor alone" in window.chat.notice.sentence


def test_tab_visits_everything_in_order(window, ask, qtbot):
    ask("When does the lease end?")
    window.activateWindow()
    window.take_focus()
    qtbot.waitUntil(window.chat.composer.prompt.hasFocus)
    visited = []
    for _ in range(30):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
        if visited[-1] is window.chat.composer.prompt:
            break
    names = [widget.accessibleName() or widget.text() for widget in visited]
    assert names[-1] == "Your prompt", "around once"
    assert names.index("New conversation") < names.index("Conversations") < names.index("You said")
    assert names.index("You said") < names.index("Your prompt")


def test_keys_of_the_conversation_lead_out_of_the_models(window, qtbot):
    window.models.open()
    qtbot.keyClick(window, "n", Qt.KeyboardModifier.ControlModifier)
    assert not window.models.is_open
    window.models.open()
    qtbot.keyClick(window, "j", Qt.KeyboardModifier.ControlModifier)
    assert not window.models.is_open
    assert window.chat.options.panel.isVisible()


def test_a_click_elsewhere_closes_the_options_and_the_composer_has_the_keyboard(window, qtbot):
    window.activateWindow()
    window.chat.options.toggle()
    qtbot.mouseClick(window.right, Qt.MouseButton.LeftButton)
    assert not window.chat.options.panel.isVisible()
    assert QApplication.focusWidget() is window.chat.composer.prompt


def test_a_right_click_opens_no_conversation_and_moves_no_mark(window, ask, qtbot):
    ask("The first one?")
    window.new_conversation()
    ask("The second one?")
    before = window.left.list.currentIndex().data(Role.ID)
    other = next(c.id for c in window._home.history.conversations() if c.id != before)
    place = window.left.list.visualRect(window._model.row_of(other)).center()
    qtbot.mouseClick(window.left.list.viewport(), Qt.MouseButton.RightButton, pos=place)
    assert window.left.list.currentIndex().data(Role.ID) == before == window.chat.current


def test_settings_open_once(window, qtbot):
    window._show_settings()
    window._show_settings()
    (dialog,) = [w for w in QApplication.topLevelWidgets() if w.windowTitle() == "Settings" and w.isVisible()]
    dialog.close()


def test_what_broke_the_indexing_off_is_a_whole_sentence(window, home, qtbot, monkeypatch):
    def dying(paths, collection, stop):
        raise EngineDied

    monkeypatch.setattr(home.memory, "index", dying)
    window.add_files(["/tmp/a.md"])
    qtbot.waitUntil(lambda: window.chat.notice.sentence != "")
    assert window.attaching.state.phase == "idle"


def test_a_narrow_progress_line_keeps_the_numbers(qtbot):
    state = AttachState("running", "a-very-long-name-of-a-file-that-nobody-could-read.pdf", 11, 34, 120, 0, 120.0)
    line = ProgressLine(Theme("light"))
    qtbot.addWidget(line)
    line.resize(360, 30)
    line.show()
    line.show_state(state)
    assert line._words.text() == "34 of 120 files, 2 min left"
    assert line._words.accessibleName().startswith("a-very-long-name")


def test_a_download_is_seen_from_the_conversation(window):
    window.models.downloading.emit("Tiny", 0.42)
    assert window.chat.header._download.text() == "↓ 42 %"
    assert window.chat.header._download.isVisible()
    window.models.downloading.emit("", None)
    assert not window.chat.header._download.isVisible()
