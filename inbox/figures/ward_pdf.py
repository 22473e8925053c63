"""The feedback on one sheet of A4 for a ward's board. The page says the same, and to everybody."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    KeepInFrame,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from inbox.figures.charts import BOLD, FONT, LIGHT, WIDTH, bars_across, bars_upright, load_fonts
from inbox.figures.ward_view import FeedbackView

MARGIN = 12 * mm
PADDING = 6
"""What the library leaves free inside the margins, in points."""
INSIDE = A4[0] - 2 * MARGIN - 2 * PADDING
GAP = 6 * mm
_INK, _LINE = HexColor(LIGHT.ink), HexColor(LIGHT.line)
_PLAIN = ParagraphStyle("plain", fontName=FONT, fontSize=9, leading=12, textColor=_INK)
_SMALL = ParagraphStyle("small", _PLAIN, fontSize=7.5, leading=10)
_RIGHT = ParagraphStyle("right", _PLAIN, alignment=TA_RIGHT)
_LEAD = ParagraphStyle("lead", _PLAIN, fontSize=12, leading=16, spaceAfter=3 * mm)
_TITLE = ParagraphStyle("title", _PLAIN, fontName=BOLD, fontSize=20, leading=24)
_HEADING = ParagraphStyle(
    "heading", _PLAIN, fontName=BOLD, fontSize=12, leading=15, spaceAfter=1.5 * mm
)


def sheet(view: FeedbackView, counted_at: str) -> bytes:
    """Lay the feedback out on one page of A4, smaller where there is much of it, as a PDF."""
    load_fonts()
    words, place = view.words, view.feedback.place
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=f"{place.name} {view.years}",
        author="Henvis",
        lang=words.language,
    )
    above = f"{view.above} · {view.years}" if view.above else view.years
    everything = KeepInFrame(
        INSIDE,
        A4[1] - 2 * MARGIN - 2 * PADDING,
        [
            _text(above, _PLAIN),
            _text(place.name, _TITLE),
            Spacer(0, 2 * mm),
            _text(view.message, _LEAD),
            *_funnel(view),
            *_trend(view),
            *_rates(view),
            *_parts(view),
            Spacer(0, 3 * mm),
            _text(words.word("rules", year=view.years), _SMALL),
            _text(words.word("counted_at", moment=counted_at), _SMALL),
        ],
        mode="shrink",
    )
    document.build([everything])
    return out.getvalue()


def _funnel(view: FeedbackView) -> list[Flowable]:
    words = view.words
    heads = [words.word("step"), words.word("count")]
    rows = [list(row[:2]) for row in view.funnel()]
    wide = (INSIDE - GAP) / 2
    table = _table(heads, rows, [wide * 0.72, wide * 0.28])
    bars = view.funnel_bars()
    chart = [_scaled(bars_across(bars), wide)] if bars else []
    of = f" ({words.word('of_due', count=view.in_time_of)})" if view.in_time_of else ""
    told = f"{words.word('contact_in_time')}{of}: <b>{view.in_time}</b>"
    in_time = [_text(told, _PLAIN, markup=True)]
    if view.in_time_median:
        in_time.append(_text(words.word("median", value=view.in_time_median), _SMALL))
    in_time += [_text(told, _SMALL) for told in (view.deferred(), view.not_real()) if told]
    side = Table([[table, [*chart, Spacer(0, 3 * mm), *in_time]]], colWidths=[wide + GAP, wide])
    side.setStyle(_BESIDE)
    return [_text(words.word("funnel"), _HEADING), side, Spacer(0, 4 * mm)]


def _trend(view: FeedbackView) -> list[Flowable]:
    measures = view.trend_measures()
    if not measures:
        return []
    wide = (INSIDE - GAP) / 2
    charts = [
        [_text(view.words.stage(m.value), _PLAIN), _scaled(bars_upright(view.trend_bars(m)), wide)]
        for m in measures
    ]
    charts += [[]] * (2 - len(charts))
    side = Table([charts], colWidths=[wide + GAP, wide])
    side.setStyle(_BESIDE)
    return [_text(view.words.word("trend"), _HEADING), side, Spacer(0, 4 * mm)]


def _rates(view: FeedbackView) -> list[Flowable]:
    words = view.words
    columns = view.rate_columns()
    heads = ["", *map(words.word, columns)]
    rows = [[r.label, *(getattr(r, name) for name in columns)] for r in view.rates()]
    return [
        _text(words.word("quit_rates"), _HEADING),
        _table(heads, rows, [INSIDE * 0.4, *[INSIDE * 0.6 / len(columns)] * len(columns)]),
        Spacer(0, 1 * mm),
        _text(words.word("quit_rates_note"), _SMALL),
    ]


def _parts(view: FeedbackView) -> list[Flowable]:
    parts = view.parts()
    if not parts:
        return []
    words = view.words
    title = words.word(f"parts_of_{view.feedback.place.kind}")
    columns = view.part_columns()
    heads = [words.word("place"), *map(view.part_head, columns)]
    rows = [[p.place.name, *(getattr(p, name) for name in columns)] for p in parts]
    table = _table(
        heads, rows, [INSIDE * 0.36, *[INSIDE * 0.64 / max(len(columns), 1)] * len(columns)]
    )
    return [Spacer(0, 4 * mm), _text(title, _HEADING), table]


_BESIDE = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (0, -1), GAP),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
    """Lay out a table whose first column is words and whose others are numbers."""
    head = [
        _text(f"<b>{escape(h)}</b>", _RIGHT if n else _PLAIN, markup=True)
        for n, h in enumerate(heads)
    ]
    body = [[_text(cell, _RIGHT if n else _PLAIN) for n, cell in enumerate(row)] for row in rows]
    table = Table([head, *body], colWidths=list(widths), repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
    )
    return table


def _text(words: str, style: ParagraphStyle, *, markup: bool = False) -> Paragraph:
    return Paragraph(words if markup else escape(words), style)


def _scaled(drawing: Drawing, width: float) -> Drawing:
    factor = width / WIDTH
    drawing.width, drawing.height = drawing.width * factor, drawing.height * factor
    drawing.scale(factor, factor)
    return drawing
