"""The picture of growth: bars of each view, one a scale, as SVG that stands by itself."""

from collections.abc import Sequence
from html import escape
from statistics import median

from bench.goals import GROWING
from bench.measured import AtScale, Page

WIDTH, LABEL, END = 940, 250, 90
ROW, GAP, TOP = 18, 10, 66
# From the smallest scale to the largest, each further from the ground: light and dark differ.
STYLE = """
.ground { fill: #fdfcfa } text { fill: #1d2733 } .title { font-weight: 600; font-size: 15px }
.scale-0 { fill: #8fbcbd } .scale-1 { fill: #3d8a8c } .scale-2 { fill: #0d4f52 }
@media (prefers-color-scheme: dark) {
.ground { fill: #14191d } text { fill: #e6e4df }
.scale-0 { fill: #2f6264 } .scale-1 { fill: #55a3a4 } .scale-2 { fill: #a9e4e2 }
}
"""
# A bar longer than so many times the middle one is cut off, so that the others stay readable.
MOST_TIMES_MEDIAN = 4
TITLE = "Processor time per view, by records"


def growth(scales: Sequence[AtScale]) -> str:
    """The SVG; its description says the same in words."""
    rows = [
        (page.name, [(scale.records, _cost(scale.page(page.name))) for scale in scales])
        for page in scales[0].pages
        if page.kind in GROWING
    ]
    costs = [cost for _, bars in rows for _, cost in bars]
    most = min(max(costs), median(costs) * MOST_TIMES_MEDIAN) or 1
    drawn = [_text(10, 24, TITLE, ' class="title"')]
    drawn += [_legend(number, scale.records) for number, scale in enumerate(scales)]
    top = TOP
    for name, bars in rows:
        drawn.append(_text(LABEL - 10, top + len(bars) * ROW // 2 + 3, name, ' text-anchor="end"'))
        for number, (_, cost) in enumerate(bars):
            drawn.append(_bar(top, number, cost, most))
            top += ROW
        top += GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img"'
        ' aria-labelledby="title description" font-family="sans-serif" font-size="12">'
        f'<title id="title">{TITLE}</title><desc id="description">{_described(rows)}</desc>'
        f"<style>{STYLE}</style>"
        f'<rect class="ground" width="{WIDTH}" height="{top}"/>{"".join(drawn)}</svg>\n'
    )


def _cost(page: Page | None) -> float:
    return page.typical.cpu if page else 0.0


def _described(rows: Sequence[tuple[str, list[tuple[int, float]]]]) -> str:
    return escape(
        " ".join(
            f"{name}: "
            + ", ".join(f"{cost:.1f} ms at {records:,} records" for records, cost in bars)
            + "."
            for name, bars in rows
        )
    )


def _legend(number: int, records: int) -> str:
    left = LABEL + number * 170
    return f'<rect class="scale-{number % 3}" x="{left}" y="40" width="12" height="12"/>' + _text(
        left + 18, 50, f"{records:,} records"
    )


def _bar(top: int, number: int, cost: float, most: float) -> str:
    is_cut = cost > most
    width = round(min(cost, most) / most * (WIDTH - LABEL - END))
    return (
        f'<rect class="scale-{number % 3}" x="{LABEL}" y="{top}" width="{width}"'
        f' height="{ROW - 3}"/>'
        + _text(LABEL + width + 6, top + ROW - 6, f"{'… ' if is_cut else ''}{cost:.1f} ms")
    )


def _text(left: int, base: int, words: str, more: str = "") -> str:
    return f'<text x="{left}" y="{base}"{more}>{escape(words)}</text>'
