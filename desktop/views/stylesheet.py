"""The theme's tokens as one Qt style sheet; views say what a widget is (`kind`, `tone`), never how it looks."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.paths import assets
from desktop.theme import Size, Theme

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


def stylesheet(theme: Theme) -> str:
    """The sheet for the scheme in force; set on the application, and again when the theme changes."""
    t = theme.tokens
    body, secondary, caption = (round(size * theme.scale) for size in (Size.BODY, Size.SECONDARY, Size.CAPTION))
    row, button, card, bubble = Size.ROW_RADIUS, Size.BUTTON_RADIUS, Size.CARD_RADIUS, Size.BUBBLE_RADIUS
    return f"""
    QWidget {{ color: {t.text}; font-size: {secondary}px; }}
    QWidget#window, QWidget#chat {{ background: {t.bg}; }}
    QWidget#side {{ background: {t.side}; }}
    QDialog, QMessageBox {{ background: {t.raised}; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
    QSplitter::handle {{ background: {t.line}; }}

    QLabel {{ background: transparent; }}
    QLabel[tone="title"] {{ font-size: {round(Size.TITLE * theme.scale)}px; font-weight: 600; }}
    QLabel[tone="name"] {{ font-size: {round((Size.TITLE + 1) * theme.scale)}px; font-weight: 600; }}
    QLabel[tone="display"] {{ font-size: {round(26 * theme.scale)}px; font-weight: 600; }}
    QLabel[tone="body"] {{ font-size: {body}px; }}
    QLabel[tone="muted"] {{ color: {t.muted}; }}
    QLabel[tone="caption"] {{ color: {t.muted}; font-size: {caption}px; }}
    QLabel[tone="warn"] {{ color: {t.warn}; }}
    QLabel[tone="danger"] {{ color: {t.danger}; }}

    QPushButton {{
        background: {t.raised}; border: 1px solid {t.line}; border-radius: {button}px;
        padding: 6px 14px; min-height: 20px;
    }}
    QPushButton:hover {{ background: {t.side}; }}
    QPushButton:focus {{ border-color: {t.accent}; }}
    QPushButton:disabled {{ color: {t.muted}; }}
    QPushButton[kind="primary"], QPushButton:default {{
        background: {t.accent}; color: {t.on_accent}; border: 1px solid {t.accent}; font-weight: 500;
    }}
    QPushButton[kind="primary"]:focus, QPushButton:default:focus {{ border: 2px solid {t.text}; padding: 5px 13px; }}
    QPushButton[kind="primary"]:disabled {{ background: {t.line}; border-color: {t.line}; color: {t.muted}; }}
    QPushButton#new {{ text-align: left; padding: 7px 11px; font-size: {body - 1}px; }}
    QPushButton#new:focus {{ padding: 6px 10px; }}
    QPushButton[kind="danger"] {{ color: {t.danger}; }}
    QPushButton[kind="link"] {{
        background: transparent; border: 1px solid transparent; border-radius: {row}px; padding: 2px 6px;
        color: {t.accent};
    }}
    QPushButton[kind="link"]:hover {{ background: {t.soft}; }}
    QPushButton[kind="link"]:focus {{ border-color: {t.accent}; }}
    QPushButton[kind="pill"], QLabel[kind="badge"] {{
        background: transparent; border: 1px solid {t.line}; border-radius: 13px; color: {t.muted};
        padding: 2px 10px; min-height: 20px; max-height: 20px; font-size: {secondary - 1}px;
    }}
    QPushButton[kind="pill"]:hover {{ background: {t.side}; color: {t.text}; }}
    QPushButton[kind="pill"]:focus {{ border-color: {t.accent}; }}
    QPushButton[kind="pill"][broken="true"] {{ color: {t.danger}; border-color: {t.danger}; }}
    QPushButton::menu-indicator {{ image: none; width: 0; }}
    QPushButton[kind="choice"] {{ padding: 4px 9px; text-align: left; }}
    QPushButton[kind="tab"] {{
        background: transparent; border: 1px solid transparent; border-radius: {button}px; padding: 3px 12px;
        color: {t.muted};
    }}
    QPushButton[kind="tab"]:hover {{ color: {t.text}; background: {t.side}; }}
    QPushButton[kind="tab"]:checked {{ background: {t.soft}; color: {t.accent}; font-weight: 500; }}
    QPushButton[kind="tab"]:focus {{ border-color: {t.accent}; }}
    QPushButton[kind="row"] {{
        background: transparent; border: 1px solid transparent; border-radius: {row}px; padding: 5px 7px;
        text-align: left;
    }}
    QPushButton[kind="row"]:hover {{ background: {t.line}; }}
    QPushButton[kind="row"]:focus {{ border-color: {t.accent}; }}
    QLabel[kind="badge"] {{ background: {t.soft}; border-color: {t.accent}; color: {t.accent}; font-weight: 500; }}
    QToolButton {{
        background: transparent; border: 1px solid transparent; border-radius: {button}px; padding: 5px;
        color: {t.muted};
    }}
    QToolButton:hover {{ background: {t.line}; }}
    QToolButton:focus {{ border-color: {t.accent}; }}
    QToolButton#send {{ background: {t.accent}; border-radius: {card}px; padding: 0; border: 1px solid {t.accent}; }}
    QToolButton#send:focus {{ border: 2px solid {t.text}; }}
    QToolButton#send:disabled {{ background: {t.line}; border-color: {t.line}; }}

    QLineEdit {{
        background: {t.raised}; border: 1px solid {t.line}; border-radius: {button}px; padding: 7px 10px;
        font-size: {secondary + 1}px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent};
    }}
    QLineEdit:focus {{ border-color: {t.accent}; }}
    QLineEdit[kind="field"] {{ padding: 4px 9px; min-height: 20px; font-size: {secondary}px; }}
    QSpinBox, QDoubleSpinBox, QPlainTextEdit {{
        background: {t.raised}; border: 1px solid {t.line}; border-radius: {button}px; padding: 4px 9px;
        min-height: 20px; selection-background-color: {t.accent}; selection-color: {t.on_accent};
    }}
    QSpinBox:focus, QDoubleSpinBox:focus, QPlainTextEdit:focus {{ border-color: {t.accent}; }}
    QPlainTextEdit[kind="reading"] {{ background: transparent; border: 1px solid transparent; padding: 0; }}
    QPlainTextEdit[kind="reading"]:focus {{ border-color: {t.line}; }}
    QPlainTextEdit[kind="reading"], QPlainTextEdit[kind="writing"] {{ font-size: {body}px; }}
    QAbstractSpinBox {{ padding: 2px 0; }}
    QAbstractSpinBox:disabled {{ background: transparent; color: {t.muted}; }}
    QAbstractSpinBox QLineEdit {{ background: transparent; border: none; padding: 0 9px; font-size: {secondary}px; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
    QSlider:horizontal {{ min-height: 20px; }}
    QSlider::groove:horizontal {{ background: {t.line}; height: 4px; border-radius: 2px; }}
    QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: 2px; }}
    QSlider::handle:horizontal {{
        background: {t.raised}; border: 1px solid {t.muted}; width: 14px; height: 14px; margin: -6px 0;
        border-radius: 8px;
    }}
    QSlider::handle:horizontal:focus {{ border: 2px solid {t.accent}; }}
    QFrame#card {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: {bubble}px; }}
    QTextEdit#prompt {{
        background: transparent; border: none; font-size: {body}px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent};
    }}
    QFrame#popup {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: {card}px; }}
    QFrame#popup QScrollArea, QWidget#popupInside {{ background: transparent; }}
    QToolButton[own="true"] {{ background: {t.soft}; }}
    QToolButton#chipCross {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 9px; padding: 0; }}
    QTextBrowser[tone="muted"] {{ color: {t.muted}; }}
    QLabel[kind="badge"][away="true"] {{ background: transparent; border-color: {t.warn}; color: {t.warn}; }}
    QLabel[tone="accent"] {{ color: {t.accent}; }}
    QScrollArea#plain {{ background: transparent; }}
    QCheckBox {{ spacing: 8px; }}
    QCheckBox::indicator {{
        width: 14px; height: 14px; border: 1px solid {t.muted}; border-radius: 4px; background: {t.raised};
    }}
    QCheckBox::indicator:checked {{
        background: {t.accent}; border-color: {t.accent};
        image: url("{(assets() / "icons" / "ui" / ("check.svg" if t.dark else "check-white.svg")).as_posix()}");
    }}
    QCheckBox::indicator:focus {{ border: 2px solid {t.accent}; width: 12px; height: 12px; }}
    QCheckBox::indicator:checked:focus {{ border-color: {t.text}; }}
    QFrame#notice {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: {card}px; }}
    QFrame#welcomeDrop {{ background: {t.raised}; border: 1px dashed {t.muted}; border-radius: {bubble}px; }}
    QPushButton:checked {{ background: {t.soft}; color: {t.accent}; border-color: {t.accent}; }}
    QProgressBar {{ background: {t.line}; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 2px; }}
    QWidget#headerRule, QFrame#rule {{ background: {t.line}; border: none; max-height: 1px; min-height: 1px; }}
    QWidget#headerRule[private="true"] {{ background: {t.accent}; max-height: 2px; min-height: 2px; }}
    QFrame#edge {{ background: {t.line}; border: none; }}

    QListView, QTableView {{ background: transparent; border: none; outline: none; }}
    QTableView {{ selection-background-color: transparent; }}
    QListView#files {{ font-size: {caption}px; }}
    QMenu {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: {button}px; padding: 4px; }}
    QMenu::item {{ padding: 7px 20px 7px 12px; border-radius: {row}px; }}
    QMenu::item:selected {{ background: {t.soft}; color: {t.accent}; }}
    QMenu::item:disabled {{ color: {t.muted}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
    QToolTip {{
        background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 5px 8px; font-size: {caption}px;
    }}

    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar::handle:vertical {{ background: {t.line}; border-radius: 4px; min-height: 32px; margin: 1px; }}
    QScrollBar::handle:vertical:hover {{ background: {t.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
        background: transparent; border: none; width: 0; height: 0;
    }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle:horizontal {{ background: {t.line}; border-radius: 4px; min-width: 32px; margin: 1px; }}
    """


def mark(widget: AnyWidget, **properties: str) -> AnyWidget:
    """Say what `widget` is (`kind="primary"`, `tone="caption"`), now or anew."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    if properties.get("kind") == "link":
        widget.setCursor(Qt.CursorShape.PointingHandCursor)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    return widget
