"""The map: each memory a point, what is alike lies together. It can be zoomed, moved, pointed at and walked by keys."""

from __future__ import annotations

from math import hypot

from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QPushButton, QToolTip, QWidget

from desktop.language import say
from desktop.models.memories import day
from desktop.theme import Size, Theme
from desktop.views.documents_list import EmptyWords
from desktop.views.icons import icon
from desktop.views.map_sight import PAD, Sight
from knowledge.memories import Kind, key_of
from knowledge.messages import ItemKind, MapPoint, MemoryMap, Progress

DOT, NEAR = 6, 12  # pixels: of a point, from the pointer to a point
STEP = 1.25  # of one turn of the wheel
CELLS = 64  # of the grid in which points are looked up, in each direction
NAMED_AT_ONCE, ROOMY = 14, 800 * 700  # groups seen from afar, in so many square pixels
KINDS: dict[ItemKind, Kind] = {"conversation": "message", "document": "passage", "fact": "fact"}


class MemoryMapView(QWidget):
    """`chosen(key)` follows the selection, `opened(key)` is a double click or Enter; `again_wanted` and `stop_wanted`
    are the buttons of what is shown while there is no map."""

    chosen = Signal(object)
    opened = Signal(object)
    again_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._map = MemoryMap((), ())
        self._shapes: dict[ItemKind, QPolygonF] = {}
        self._cells: dict[tuple[int, int], list[int]] = {}
        self._sight = Sight()
        self._selected: int | None = None
        self._hovered: int | None = None
        self._grabbed: QPointF | None = None
        self._moved = False
        self._waits = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._words = EmptyWords(self)
        self._words.button.clicked.connect(self._press)
        self.buttons = tuple(QPushButton(parent=self) for _ in range(3))
        for button, act in zip(self.buttons, (self.go_in, self.go_out, self.see_all), strict=True):
            button.setFixedSize(32, 32)
            button.setStyleSheet("padding: 0")
            button.clicked.connect(act)
        theme.changed.connect(self._dress)
        self._dress()
        self.retranslate()

    # ------------------------------------------------------------ what is shown

    @property
    def has_points(self) -> bool:
        return bool(self._map.points)

    @property
    def key(self) -> int | None:
        """Of the chosen point."""
        return self._key(self._selected) if self._selected is not None else None

    def show_map(self, drawn: MemoryMap) -> None:
        """Show this one; what was chosen stays chosen if it is there."""
        self._waits = False
        if drawn != self._map:
            before = self.key
            self._map = drawn
            self._shapes = {
                kind: QPolygonF([QPointF(p.x, p.y) for p in drawn.points if p.kind == kind]) for kind in KINDS
            }
            self._cells = {}
            for number, point in enumerate(drawn.points):
                self._cells.setdefault(_cell(point.x, point.y), []).append(number)
            self._hovered = None
            self._selected = next((n for n in range(len(drawn.points)) if self._key(n) == before), None)
            self.chosen.emit(self.key)
        self._say()

    def show_waiting(self) -> None:
        """It is being drawn."""
        self._waits = True
        if not self.has_points:
            self._words.say(self.tr("Laying out what is remembered…"), self.tr("Stop"))
        self._say()

    def show_progress(self, progress: Progress) -> None:
        """How far the drawing has come."""
        if self._waits and not self.has_points and progress.total:
            share = QLocale().toString(100 * progress.done // progress.total)
            words = self.tr("Laying out what is remembered… {share} %").format(share=share)
            self._words.say(words, self.tr("Stop"))

    def show_trouble(self, error: Exception) -> None:
        """It could not be drawn."""
        self._waits = False
        if not self.has_points:
            self._words.say(say(error), self.tr("Try again"))
        self._say()

    def _press(self) -> None:
        if self._waits:
            self._waits = False
            self.stop_wanted.emit()
            self._words.say(self.tr("The map is not drawn."), self.tr("Draw it"))
        else:
            self.again_wanted.emit()

    def _say(self) -> None:
        few = not self.has_points and not self._waits
        if few and not self._words.button.isVisible():
            self._words.say(self.tr("There is too little for a map yet. Talk to Haema, or add documents."), "")
        self._words.setVisible(not self.has_points)
        for button in self.buttons:
            button.setVisible(self.has_points)
        locale = QLocale()
        told = self.tr("{count} memories in {groups} groups").format(
            count=locale.toString(len(self._map.points)), groups=locale.toString(len(self._map.clusters))
        )
        names = ", ".join(f"{one.name} ({locale.toString(one.count)})" for one in self._map.clusters)
        self.setAccessibleDescription(f"{told}. {names}" if names else told)
        self.update()

    # ------------------------------------------------------------ near and far

    def go_in(self) -> None:
        self._zoom_by(STEP * STEP, QPointF(self.rect().center()))

    def go_out(self) -> None:
        self._zoom_by(1 / (STEP * STEP), QPointF(self.rect().center()))

    def see_all(self) -> None:
        self._sight.see_all()
        self.update()

    def _zoom_by(self, factor: float, about: QPointF) -> None:
        self._sight.zoom_by(factor, about, self.rect())
        self.update()

    # ------------------------------------------------------------ points

    def _key(self, number: int) -> int:
        point = self._map.points[number]
        return key_of(KINDS[point.kind], point.item)

    def _at(self, place: QPointF) -> int | None:
        """The point that lies nearest to a place in the widget, if it is near."""
        onto = self._sight.transform(self.rect())
        back, _ = onto.inverted()
        corner, far = back.map(place - QPointF(NEAR, NEAR)), back.map(place + QPointF(NEAR, NEAR))
        first, last = _cell(corner.x(), corner.y()), _cell(far.x(), far.y())
        best, least = None, float(NEAR)
        for column in range(first[0], last[0] + 1):
            for row in range(first[1], last[1] + 1):
                for number in self._cells.get((column, row), ()):
                    point = self._map.points[number]
                    away = onto.map(QPointF(point.x, point.y)) - place
                    if (length := hypot(away.x(), away.y())) < least:
                        best, least = number, length
        return best

    def _select(self, number: int | None) -> None:
        if number == self._selected:
            return
        self._selected = number
        if number is not None:
            self.setAccessibleName(self.tr("Map. {label}").format(label=self._label(self._map.points[number])))
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
            self._bring_into_sight(self._map.points[number])
        self.chosen.emit(self.key)
        self.update()

    def _bring_into_sight(self, point: MapPoint) -> None:
        if (
            not self.rect()
            .adjusted(PAD, PAD, -PAD, -PAD)
            .contains(self._sight.transform(self.rect()).map(QPointF(point.x, point.y)).toPoint())
        ):
            self._sight.move_by(QPointF(point.x, point.y) - self._sight.centre)

    def _walk(self, along: QPointF) -> None:
        """On to the nearest point in a direction; the first step takes the one nearest to the middle."""
        if not self.has_points:
            return
        begin = self._map.points[self._selected] if self._selected is not None else None
        x, y = (begin.x, begin.y) if begin is not None else (self._sight.centre.x(), self._sight.centre.y())
        best, least = None, float("inf")
        for number, point in enumerate(self._map.points):
            ahead = (point.x - x) * along.x() + (point.y - y) * along.y()
            aside = abs((point.x - x) * along.y()) + abs((point.y - y) * along.x())
            away = hypot(ahead, aside) if begin is None else ahead + 2 * aside
            if (begin is None or (ahead > 1e-9 and aside <= 2 * ahead)) and away < least:
                best, least = number, away
        if best is not None:
            self._select(best)

    def _label(self, point: MapPoint) -> str:
        when = day(point.time) if point.time is not None else ""
        return ", ".join(part for part in (point.label, when) if part)

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.has_points:
            return
        t, onto = self._theme.tokens, self._sight.transform(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for kind, colour in self._colours():
            pen = QPen(QColor(colour), DOT * min(1.6, self._sight.zoom**0.2))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.setOpacity(0.75)
            painter.drawPoints(onto.map(self._shapes[kind]))
        painter.setOpacity(1.0)
        for number, width in ((self._hovered, 1), (self._selected, 2)):
            if number is not None:
                point = self._map.points[number]
                painter.setPen(QPen(QColor(t.text), width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(onto.map(QPointF(point.x, point.y)), DOT + width, DOT + width)
        self._paint_names(painter, onto)
        self._paint_legend(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(t.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), Size.CARD_RADIUS, Size.CARD_RADIUS
            )
        painter.end()

    @property
    def _named_at_once(self) -> int:
        """How many names there is room for."""
        return max(3, round(NAMED_AT_ONCE * self._sight.zoom * self.width() * self.height() / ROOMY))

    def _colours(self) -> tuple[tuple[ItemKind, str], ...]:
        """In the order in which they are drawn, one over the other."""
        t = self._theme.tokens
        return ("document", t.muted), ("conversation", t.accent), ("fact", t.warn)

    def _paint_names(self, painter: QPainter, onto: QTransform) -> None:
        """The groups' names, the largest first, as far as they do not cover one another; more of them from near."""
        t, font = self._theme.tokens, self._theme.font(Size.CAPTION, bold=True)
        metrics, taken = QFontMetrics(font), list[QRectF]()
        painter.setFont(font)
        for one in sorted(self._map.clusters, key=lambda one: -one.count)[: self._named_at_once]:
            middle = onto.map(QPointF(one.x, one.y))
            box = QRectF(metrics.boundingRect(one.name)).adjusted(-7, -3, 7, 3)
            box.moveCenter(middle)
            if not self.rect().contains(middle.toPoint()) or any(box.intersects(other) for other in taken):
                continue
            box.moveLeft(min(max(box.left(), 2.0), self.width() - box.width() - 2))
            taken.append(box)
            painter.setPen(QPen(QColor(t.line), 1))
            painter.setBrush(QColor(t.raised))
            painter.drawRoundedRect(box, Size.ROW_RADIUS, Size.ROW_RADIUS)
            painter.setPen(QColor(t.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, one.name)

    def _paint_legend(self, painter: QPainter) -> None:
        t = self._theme.tokens
        painter.setFont(self._theme.font(Size.CAPTION))
        metrics = painter.fontMetrics()
        x, y = 12.0, self.height() - 14.0
        names = {"conversation": self.tr("Said"), "fact": self.tr("Facts"), "document": self.tr("From documents")}
        for kind, colour in self._colours():
            words = names[kind]
            if self._shapes[kind].isEmpty():
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawEllipse(QPointF(x, y), DOT / 2, DOT / 2)
            painter.setPen(QColor(t.muted))
            painter.drawText(QPointF(x + 9, y + metrics.ascent() / 2 - 1), words)
            x += metrics.horizontalAdvance(words) + 28
        if self._map.left_out:
            words = self.tr("{count} older ones are not shown").format(count=QLocale().toString(self._map.left_out))
            painter.drawText(QPointF(x, y + metrics.ascent() / 2 - 1), words)

    # ------------------------------------------------------------ pointer and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed, self._moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._grabbed is not None:
            step = place - self._grabbed
            if self._moved or step.manhattanLength() > 4:
                self._moved = True
                back, _ = self._sight.transform(self.rect()).inverted()
                self._sight.move_by(back.map(self._grabbed) - back.map(place))
                self._grabbed = place
                self.update()
            return
        hovered = self._at(place)
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor)
            words = self._label(self._map.points[hovered]) if hovered is not None else ""
            QToolTip.showText(event.globalPosition().toPoint(), words, self)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None and not self._moved:
            self._select(self._at(event.position()))
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if (number := self._at(event.position())) is not None:
            self.opened.emit(self._key(number))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.has_points and (turns := event.angleDelta().y() / 120):
            self._zoom_by(STEP**turns, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom_by(1 + event.value(), event.position())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self._walk(QPointF(-1, 0))
            case Qt.Key.Key_Right:
                self._walk(QPointF(1, 0))
            case Qt.Key.Key_Up:
                self._walk(QPointF(0, -1))
            case Qt.Key.Key_Down:
                self._walk(QPointF(0, 1))
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.go_in()
            case Qt.Key.Key_Minus:
                self.go_out()
            case Qt.Key.Key_0:
                self.see_all()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.key is not None:
                self.opened.emit(self.key)
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QEvent) -> None:
        room = self.rect()
        self._words.setGeometry(room.adjusted(24, max(24, room.height() // 4), -24, 0))
        for number, button in enumerate(self.buttons):
            button.move(room.right() - 40, room.bottom() - 40 - 36 * (len(self.buttons) - 1 - number))

    # ------------------------------------------------------------ words and looks

    def _dress(self) -> None:
        for button, name in zip(self.buttons, ("plus", "minus", "whole"), strict=True):
            button.setIcon(icon(name, self._theme.tokens.muted, 16))
        self.update()

    def retranslate(self) -> None:
        names = (self.tr("Nearer (+)"), self.tr("Farther (-)"), self.tr("See all (0)"))
        for button, words in zip(self.buttons, names, strict=True):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.setAccessibleName(self.tr("Map"))
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _cell(x: float, y: float) -> tuple[int, int]:
    last = CELLS - 1
    return min(last, max(0, int(x * CELLS))), min(last, max(0, int(y * CELLS)))
