"""Charts as SVG that the server draws: bars with their words, no script, no legend.

A chart is for the eye; the table behind it says the same, and has the links. Colours come from the
style sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_ROW = 28
_BAR = 16
_LABEL = 220
_WIDTH = 720
_END = 56
_COLUMN_HEIGHT = 120
_FOOT = 20
_LONGEST_LABEL = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a whole, and the part of it that is told apart (founded ones, say)."""

    label: str
    whole: int
    part: int = 0


def bars(title: str, description: str, rows: Sequence[Bar]) -> Markup:
    """Lying bars, one a row with its label before and its figure behind."""
    most = max((bar.whole for bar in rows), default=0) or 1
    room = _WIDTH - _LABEL - _END
    drawn = []
    for number, bar in enumerate(rows):
        top = number * _ROW + (_ROW - _BAR) // 2
        whole, part = (round(value / most * room) for value in (bar.whole, bar.part))
        drawn.append(
            Markup(
                '<text class="chart-label" x="{x}" y="{y}" text-anchor="end">{label}</text>'
                '<rect class="chart-bar" x="{left}" y="{top}" width="{whole}" height="{height}"'
                ' rx="2"/><rect class="chart-part" x="{left}" y="{top}" width="{part}"'
                ' height="{height}" rx="2"/>'
                '<text class="chart-value" x="{end}" y="{y}">{value}</text>'
            ).format(
                x=_LABEL - 10,
                y=top + _BAR - 4,
                label=_short(bar.label),
                left=_LABEL,
                top=top,
                whole=max(whole, 1 if bar.whole else 0),
                part=part,
                height=_BAR,
                end=_LABEL + whole + 8,
                value=bar.whole,
            )
        )
    return _svg(title, description, _WIDTH, max(1, len(rows)) * _ROW, Markup("").join(drawn))


def columns(title: str, description: str, rows: Sequence[Bar]) -> Markup:
    """Standing bars along time, each with its label below and its figure above."""
    most = max((bar.whole for bar in rows), default=0) or 1
    step = _WIDTH / max(1, len(rows))
    room = _COLUMN_HEIGHT - 18
    every = -(-len(rows) // 18)  # labels that would touch are left out
    drawn = []
    for number, bar in enumerate(rows):
        left, width = number * step + step * 0.18, step * 0.64
        whole, part = (round(value / most * room) for value in (bar.whole, bar.part))
        base = _COLUMN_HEIGHT
        drawn.append(
            Markup(
                '<rect class="chart-bar" x="{left:.1f}" y="{top}" width="{width:.1f}"'
                ' height="{whole}" rx="2"/><rect class="chart-part" x="{left:.1f}" y="{under}"'
                ' width="{width:.1f}" height="{part}" rx="2"/>'
                '<text class="chart-value" x="{middle:.1f}" y="{above}" text-anchor="middle">'
                "{value}</text>"
                '<text class="chart-label" x="{middle:.1f}" y="{foot}" text-anchor="middle">'
                "{label}</text>"
            ).format(
                left=left,
                width=width,
                top=base - whole,
                under=base - part,
                whole=whole,
                part=part,
                middle=left + width / 2,
                above=base - whole - 5,
                foot=base + _FOOT - 5,
                value=bar.whole or "",
                label=bar.label if number % every == 0 else "",
            )
        )
    return _svg(title, description, _WIDTH, _COLUMN_HEIGHT + _FOOT, Markup("").join(drawn))


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _svg(title: str, description: str, width: int, height: int, drawn: Markup) -> Markup:
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>"
    ).format(width, height, f"{title}. {description}", escape(title), escape(description), drawn)
