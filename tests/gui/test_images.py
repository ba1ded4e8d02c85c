"""Pictures with a prompt: taken in safely, shown as chips, stored, shown in the bubble, and given to the model."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QImageWriter

from desktop import pictures
from desktop.engine_process import EngineState
from desktop.pictures import LONGEST_SIDE, Refused, is_picture, pasted, pictures_and_others, prepared, read_picture
from desktop.pictures import thumbnail as small_square
from engine.messages import ModelInfo
from knowledge.errors import DiskFull
from knowledge.history import Image

SEEING = ModelInfo("Vision 2B", "/models/v.gguf", 4096, 24, 0, "CPU", 2, "fast", starter=False, sees=True)
BLIND = ModelInfo("SmolLM2 135M", "/models/s.gguf", 2048, 30, 0, "CPU", 2, "fast", starter=True)


def drawn(width: int, height: int, kind: str = "PNG") -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("blue"))
    for x in range(width // 2):
        for y in range(0, height, max(1, height // 64)):
            image.setPixelColor(x, y, QColor("red"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)
    return bytes(buffer.data().data())


def size_of(data: bytes) -> tuple[int, int]:
    image = QImage.fromData(QByteArray(data))
    return image.width(), image.height()


# ---------------------------------------------------------------- reading


def test_a_small_png_or_jpeg_stays_as_it_is(qapp):
    for kind in ("PNG", "JPEG"):
        data = drawn(300, 200, kind)
        assert prepared("a", data) == Image("a", data)


def test_a_large_picture_is_made_as_small_as_a_model_can_use(qapp):
    taken = prepared("wide.png", drawn(LONGEST_SIDE * 2, 300))
    assert isinstance(taken, Image)
    assert size_of(taken.data) == (LONGEST_SIDE, 150)


def test_other_kinds_become_png(qapp):
    taken = prepared("a.bmp", drawn(20, 10, "BMP"))
    assert isinstance(taken, Image)
    assert taken.data.startswith(b"\x89PNG")


def test_a_photograph_is_turned_upright(qapp, tmp_path):
    path = tmp_path / "turned.jpg"
    writer = QImageWriter(str(path))
    writer.setTransformation(writer.transformation().TransformationRotate90)
    assert writer.write(QImage.fromData(QByteArray(drawn(300, 200))))
    taken = read_picture(str(path))
    assert isinstance(taken, Image)
    assert size_of(taken.data) == size_of(path.read_bytes())[::-1] or size_of(taken.data) == (200, 300)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 40,
        b"GIF89a" + b"\xff" * 12,
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
    ],
)
def test_what_is_no_picture_is_refused(qapp, data):
    assert prepared("x.png", data) == Refused("x.png", "unreadable")


@pytest.mark.qt_log_ignore(".")  # what the decoders say of broken files
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_an_altered_picture_ends_as_a_picture_or_a_refusal(qapp, kind):
    whole = drawn(200, 100, kind)
    for cut in range(4, len(whole), max(1, len(whole) // 60)):
        for altered in (whole[:cut], whole[:cut] + bytes((7 * cut + n) % 256 for n in range(4)) + whole[cut + 4 :]):
            taken = prepared("x", altered)
            assert isinstance(taken, Refused) or size_of(taken.data)[0] > 0


def test_a_bomb_is_refused_by_its_header(qapp, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 10_000)
    assert prepared("x.png", drawn(200, 100)) == Refused("x.png", "too_large")
    assert small_square(drawn(200, 100), 60).isNull()


def test_a_file_that_is_gone_or_too_large(qapp, tmp_path, monkeypatch):
    assert read_picture(str(tmp_path / "none.png")) == Refused("none.png", "missing")
    path = tmp_path / "a.png"
    path.write_bytes(drawn(20, 20))
    monkeypatch.setattr(pictures, "MOST_BYTES", 10)
    assert read_picture(str(path)) == Refused("a.png", "too_large")


def test_a_thumbnail_is_the_middle_square(qapp):
    made = small_square(drawn(400, 100), 50)
    assert (made.width(), made.height()) == (50, 50)


def test_from_the_clipboard(qapp):
    taken = pasted(QImage.fromData(QByteArray(drawn(5000, 10))))
    assert isinstance(taken, Image)
    assert size_of(taken.data)[0] == LONGEST_SIDE
    assert pasted(QImage()) == Refused("", "unreadable")


def test_pictures_are_told_from_documents_by_name(tmp_path):
    (tmp_path / "folder.png").mkdir()
    paths = ["/a/b.PNG", "/a/c.pdf", str(tmp_path / "folder.png")]
    assert pictures_and_others(paths) == (["/a/b.PNG"], paths[1:])
    assert not is_picture("notes.svg")


# ---------------------------------------------------------------- in the window


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "호수.png"
    path.write_bytes(drawn(300, 200))
    return str(path)


def strip(window):
    return window.chat.composer.pictures


def test_a_dropped_picture_waits_in_the_composer_and_goes_with_the_prompt(window, ask, home, qtbot, photo):
    window.show_engine(EngineState("ready", 1.0, info=SEEING))
    window.add_files([photo])
    qtbot.waitUntil(lambda: len(strip(window).images) == 1)
    assert strip(window).isVisible()
    assert home.memory.indexed == []
    ask("What is this?")
    (data,) = home.engine.asked[-1]["images"]
    assert data == Path(photo).read_bytes()
    assert not strip(window).isVisible()
    question = home.history.messages(window.chat.current)[0]
    assert [image.name for image in home.history.images(question.id)] == ["호수.png"]
    assert window.chat.transcript.turns[0].images == 1
    bubble = window.chat.transcript._shown[0]
    assert bubble._pictures.accessibleName() == "1 picture"
    qtbot.waitUntil(lambda: len(bubble._pictures._images) == 1)


def test_pictures_are_shown_again_later_and_given_to_another_answer(window, ask, home, qtbot, photo):
    window.show_engine(EngineState("ready", 1.0, info=SEEING))
    window.add_files([photo])
    qtbot.waitUntil(lambda: len(strip(window).images) == 1)
    ask("What is this?")
    conversation = window.chat.current
    window.new_conversation()
    window.open_conversation(conversation)
    assert window.chat.transcript.turns[0].images == 1
    window.chat._again(window.chat.transcript.turns[0].id)
    qtbot.waitUntil(lambda: not window.answering.busy)
    assert len(home.engine.asked[-1]["images"]) == 1
    ask("And now?")
    assert home.engine.asked[-1]["images"] == ()


def test_a_picture_can_be_taken_out(window, qtbot, photo):
    window.add_files([photo, photo])
    qtbot.waitUntil(lambda: len(strip(window).images) == 2)
    qtbot.mouseClick(strip(window)._chips[0].cross, Qt.MouseButton.LeftButton)
    assert len(strip(window).images) == 1


def test_pictures_wait_with_the_draft_of_their_conversation(window, ask, qtbot, photo):
    ask("hello")
    first = window.chat.current
    window.add_files([photo])
    qtbot.waitUntil(lambda: len(strip(window).images) == 1)
    window.new_conversation()
    assert strip(window).images == ()
    window.open_conversation(first)
    assert len(strip(window).images) == 1


def test_a_model_without_eyes_is_said_with_a_way_out(window, qtbot, photo):
    window.show_engine(EngineState("ready", 1.0, info=BLIND))
    window.add_files([photo])
    assert "cannot see pictures" in window.chat.notice.sentence
    assert strip(window).images == ()
    with qtbot.waitSignal(window.chat.eyes_wanted):
        window.chat.notice._press()


def test_a_prompt_with_a_picture_waits_when_the_model_turns_out_blind(window, home, qtbot, photo):
    window.add_files([photo])
    qtbot.waitUntil(lambda: len(strip(window).images) == 1)
    window.show_engine(EngineState("ready", 1.0, info=BLIND))
    window.chat.composer.prompt.setPlainText("What is this?")
    qtbot.keyClick(window.chat.composer.prompt, Qt.Key.Key_Return)
    assert home.engine.prompts == []
    assert window.chat.composer.text == "What is this?"
    assert len(strip(window).images) == 1


def test_a_broken_picture_is_said(window, qtbot, tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG oops")
    window.add_files([str(path)])
    qtbot.waitUntil(lambda: "not a picture" in window.chat.notice.sentence)


def test_a_picture_and_its_file_can_be_pasted(window, qtbot, photo):
    mime = QMimeData()
    mime.setImageData(QImage.fromData(QByteArray(drawn(30, 20))))
    assert window.chat.composer.prompt.canInsertFromMimeData(mime)
    window.chat.composer.prompt.insertFromMimeData(mime)
    qtbot.waitUntil(lambda: len(strip(window).images) == 1)
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(photo)])
    window.chat.composer.prompt.insertFromMimeData(files)
    qtbot.waitUntil(lambda: len(strip(window).images) == 2)


def test_there_is_a_most(window, qtbot, photo):
    window.add_files([photo] * (pictures.MOST_PICTURES + 3))
    qtbot.waitUntil(lambda: "the most" in window.chat.notice.sentence)
    assert len(strip(window).images) == pictures.MOST_PICTURES


def test_a_prompt_that_could_not_be_stored_comes_back_with_its_picture(window, ask, home, qtbot, photo, monkeypatch):
    window.add_files([photo])
    qtbot.waitUntil(lambda: len(strip(window).images) == 1)

    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="/data")

    monkeypatch.setattr(home.history, "ask", full)
    ask("What is this?")
    assert window.chat.composer.text == "What is this?"
    assert len(strip(window).images) == 1
    assert window.chat.notice.sentence
