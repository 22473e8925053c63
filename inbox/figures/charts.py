"""Bar charts, drawn on the server: as pictures for pages in both colour schemes, and for paper.

A chart never stands alone: the page shows the same figures in a table.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import BarChart, HorizontalBarChart, VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

WIDTH, HEIGHT = 330, 176
LINE = 21
FONT, BOLD = "Vera", "VeraBd"
"""Fonts that come with the library, as wide as any that a browser takes in their place."""
_IN_BROWSERS = "Verdana, 'DejaVu Sans', sans-serif"
FONT_SIZE = 11
MANY = 6
SHORT = 2
"""With more bars than this, and names longer than this, the names below them are turned."""


@dataclass(frozen=True)
class Colours:
    """The colours of a chart in one scheme, as in ``base.css``."""

    ink: str
    bar: str
    line: str


LIGHT = Colours(ink="#13242b", bar="#0b6275", line="#6f828a")
DARK = Colours(ink="#e5edf0", bar="#6fcbdc", line="#7f949c")


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, and what is written at its end."""

    name: str
    value: int
    written: str


@dataclass(frozen=True)
class Picture:
    """A chart for a page: an address for each colour scheme, and the size in pixels."""

    light: str
    dark: str
    width: int
    height: int


@cache
def load_fonts() -> None:
    """Make the fonts known to the library, once."""
    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)


def picture(drawn: Sequence[Bar], *, across: bool = False) -> Picture:
    """Draw bars for a page, upright or ``across``."""
    draw = bars_across if across else bars_upright
    light, dark = draw(drawn, LIGHT), draw(drawn, DARK)
    return Picture(_address(light), _address(dark), int(light.width), int(light.height))


def bars_upright(drawn: Sequence[Bar], colours: Colours = LIGHT) -> Drawing:
    """Draw bars side by side, as for months."""
    chart = VerticalBarChart()
    turned = len(drawn) > MANY and any(len(bar.name) > SHORT for bar in drawn)
    chart.x, chart.y = 8, 52 if turned else 24
    chart.width, chart.height = WIDTH - 16, HEIGHT - chart.y - 20
    if turned:
        chart.categoryAxis.labels.angle = 60
        chart.categoryAxis.labels.boxAnchor = "e"
        chart.categoryAxis.labels.dx, chart.categoryAxis.labels.dy = 4, -4
    chart.barLabels.nudge = 9
    return _drawing(chart, drawn, colours, HEIGHT)


def bars_across(drawn: Sequence[Bar], colours: Colours = LIGHT) -> Drawing:
    """Draw bars below each other, the first one on top, as for a funnel."""
    chart = HorizontalBarChart()
    chart.x, chart.y = 168, 4
    chart.width, chart.height = WIDTH - chart.x - 36, LINE * len(drawn)
    chart.categoryAxis.reverseDirection = 1
    chart.categoryAxis.labels.boxAnchor = "e"
    chart.categoryAxis.labels.dx = -6
    chart.barLabels.nudge = 4
    chart.barLabels.boxAnchor = "w"
    return _drawing(chart, drawn, colours, LINE * len(drawn) + 8)


def _drawing(chart: BarChart, drawn: Sequence[Bar], colours: Colours, height: float) -> Drawing:
    load_fonts()
    ink, line = HexColor(colours.ink), HexColor(colours.line)
    chart.data = [[bar.value for bar in drawn]]
    chart.bars[0].fillColor = HexColor(colours.bar)
    chart.bars[0].strokeColor = None
    chart.barSpacing, chart.groupSpacing = 0, 5
    chart.barLabelFormat = "values"
    chart.barLabelArray = [[bar.written for bar in drawn]]
    chart.categoryAxis.categoryNames = [bar.name for bar in drawn]
    for labels in (chart.barLabels, chart.categoryAxis.labels):
        labels.fontName, labels.fontSize, labels.fillColor = FONT, FONT_SIZE, ink
    chart.categoryAxis.strokeColor = line
    chart.categoryAxis.visibleTicks = 0
    chart.valueAxis.visible = 0
    chart.valueAxis.valueMin = 0
    chart.valueAxis.valueMax = max([1, *(bar.value for bar in drawn)])
    drawing = Drawing(WIDTH, height)
    drawing.add(chart)
    return drawing


def _address(drawing: Drawing) -> str:
    svg: str = renderSVG.drawToString(drawing).replace(
        f"font-family: {FONT};", f"font-family: {_IN_BROWSERS};"
    )
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
