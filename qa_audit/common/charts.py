"""Charts as SVG made on the server: no script, nothing our content policy forbids, and they print.

Widths are percentages and text has its own size, so one drawing is readable on a phone and on a desk.
"""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from zlib import crc32

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .publishing.values import Column, Pairs, Table
from .wording import percent_of

# Best to worst. Each stands out from white by more than 3 to 1 and carries white text at more than 4.5 to 1;
# blue against brown and red is told apart with every kind of colour vision.
GRADE_FILLS = ("#123f6d", "#27759b", "#a85a0a", "#861b2d")

BAR, GAP, LINE, TEXT = 28, 20, 20, 15
LABEL_LETTERS = 38
# Least share of a bar in which a count is readable on a phone: letters of about 9 in a bar of about 330.
ROOM_PER_LETTER, ROOM = 2.7, 2.5


@dataclass(frozen=True)
class Series:
    """One part of every bar: what it is and its fill."""

    label: str
    fill: str


@dataclass(frozen=True)
class Bar:
    """One whole, cut into parts. `is_few` hatches it, `note` stands beside its n.

    `cells` narrow the report's records to each part, `cell` to the whole, as the cells of its tables do; None
    where there are no such records.
    """

    label: str
    counts: Sequence[int]
    note: str = ""
    is_few: bool = False
    cells: Sequence[dict | None] = ()
    cell: dict | None = None

    @property
    def n(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Chart:
    """What components/chart.html shows: the drawing, its legend, and the same figures as a table.

    `of`, `period` and `address` are those of its table: whose figures these are, and where their records are.
    """

    title: str
    description: str
    series: Sequence[Series]
    bars: Sequence[Bar]
    svg: SafeString
    row_heading: str = ""
    has_shares: bool = True
    of: Pairs = ()
    period: str = ""
    address: Callable[..., str] | None = None

    @property
    def table(self) -> Table:
        """Its figures: a row for each bar."""
        columns = [Column(self.row_heading or "Name", value=lambda bar: bar.label, html=_name)]
        columns += [self._column(index, one.label) for index, one in enumerate(self.series)]
        columns.append(
            Column(
                "n",
                "integer",
                value=lambda bar: bar.n,
                html=lambda bar: f"{bar.n}",
                cell=lambda bar: bar.cell,
            )
        )
        return Table(self.title, columns, self.bars, of=self.of, period=self.period, address=self.address)

    def _column(self, index: int, label: str) -> Column:
        return Column(
            label,
            "integer",
            value=lambda bar: bar.counts[index],
            html=lambda bar: self._cell(bar, index),
            cell=lambda bar: bar.cells[index] if bar.cells else None,
            fraction=lambda bar: (bar.counts[index], bar.n),
        )

    def _cell(self, bar: Bar, index: int) -> str:
        """The count, which leads to its records, and its share."""
        count, cell = bar.counts[index], bar.cells[index] if bar.cells else None
        href = self.address(**cell) if self.address and count and cell is not None else ""
        linked = f'<a class="govuk-link" href="{escape(href)}">{count}</a>' if href else f"{count}"
        if not self.has_shares or not bar.n:
            return linked
        return f'{linked} <span class="sight-note">({escape(percent_of(count, bar.n))})</span>'


def stacked_bars(
    title: str,
    description: str,
    series: Sequence[Series],
    bars: Sequence[Bar],
    row_heading: str = "",
    *,
    has_shares: bool = True,
    of: Pairs = (),
    period: str = "",
    address: Callable[..., str] | None = None,
) -> Chart:
    """Bars cut into their parts, label and n above each, counts inside where there is room.

    Of equal length where the shares are what matters; else as long as their n, and without a percentage.
    """
    for bar in bars:
        if len(bar.counts) != len(series):
            raise ValueError(f"“{bar.label}” has {len(bar.counts)} counts for {len(series)} series")
    key = f"chart-{crc32((title + description + repr(bars)).encode()):08x}"
    drawn, height = [], 0
    # In all bars of a chart alike, or they look out of line.
    is_beside = all(_fits_beside(bar) for bar in bars)
    most = 0 if has_shares else max((bar.n for bar in bars), default=0)
    for bar in bars:
        part, height = _bar(bar, series, height, f"{key}-few", is_beside, most)
        drawn.append((part,))
    svg = format_html(
        '<svg class="sight-chart__svg" xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}" '
        'role="img" aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{title}</title>'
        '<desc id="{key}-desc">{description}</desc>{hatch}{bars}</svg>',
        height=max(height - GAP, BAR),
        key=key,
        title=title,
        description=" ".join(filter(None, (description, *(_words(bar, series) for bar in bars)))),
        hatch=_hatch(f"{key}-few") if any(bar.is_few for bar in bars) else "",
        bars=format_html_join("", "{}", drawn),
    )
    return Chart(title, description, series, bars, svg, row_heading, has_shares, of, period, address)


def _name(bar: Bar) -> str:
    note = f' <span class="sight-note">({escape(bar.note)})</span>' if bar.note else ""
    return f"{escape(bar.label)}{note}"


def _lines(bar: Bar) -> list[str]:
    return textwrap.wrap(bar.label, LABEL_LETTERS) or [""]


def _n_label(bar: Bar) -> str:
    return f"n = {bar.n:,}" + (f", {bar.note}" if bar.note else "")


def _fits_beside(bar: Bar) -> bool:
    """Whether n stands beside the label: on a phone a long note would run into it."""
    return len(_lines(bar)[-1]) + len(_n_label(bar)) <= LABEL_LETTERS


def _bar(
    bar: Bar, series: Sequence[Series], top: int, hatch: str, is_beside: bool, most: int
) -> tuple[SafeString, int]:
    """The bar with its words above it, and where the next begins. `most`: the n of a full bar, 0: its own."""
    lines, label = _lines(bar), _n_label(bar)
    if not is_beside:
        lines.append("")
    words = format_html_join(
        "",
        '<text x="0" y="{}" font-size="{}" font-weight="bold" fill="#0b0c0c">{}</text>',
        [(top + LINE * number + TEXT, TEXT + 1, line) for number, line in enumerate(lines) if line],
    )
    top += LINE * len(lines)
    n = format_html(
        '<text x="{}" y="{}" font-size="{}" text-anchor="{}" fill="#484949">{}</text>',
        *(
            ("100%", top - LINE + TEXT, TEXT, "end", label)
            if is_beside
            else ("0", top - LINE + TEXT, TEXT, "start", label)
        ),
    )
    top += 4
    segments = _segments(bar, series, top, most)
    if bar.is_few and bar.n:
        segments += format_html(
            '<rect x="0" y="{}" width="100%" height="{}" fill="url(#{})"/>', top, BAR, hatch
        )
    return words + n + segments, top + BAR + GAP


def _segments(bar: Bar, series: Sequence[Series], top: int, most: int) -> SafeString:
    if not bar.n:
        return format_html(
            '<rect x="0" y="{}" width="100%" height="{}" fill="#f3f2f1"/>'
            '<text x="8" y="{}" font-size="{}" fill="#484949">None</text>',
            top,
            BAR,
            top + BAR / 2 + 5,
            TEXT,
        )
    drawn, left = [], 0.0
    for one, count in zip(series, bar.counts, strict=True):
        width = 100 * count / (most or bar.n)
        if count:
            label = "" if bar.is_few else _inside(count, 0 if most else bar.n, width)
            drawn.append(_segment(left, width, top, one.fill, label))
        left += width
    return mark_safe("".join(drawn))  # noqa: S308


def _segment(left: float, width: float, top: int, fill: str, label: str) -> str:
    """Numbers, a fill and our own words of numbers: nothing that anybody typed."""
    rect = (
        f'<rect x="{left:.3f}%" y="{top}" width="{width:.3f}%" height="{BAR}" fill="{escape(fill)}" '
        'stroke="#fff" stroke-width="2"/>'
    )
    if not label:
        return rect
    return (
        f'{rect}<text x="{left + width / 2:.3f}%" y="{top + BAR / 2 + 5}" font-size="{TEXT}" '
        f'text-anchor="middle" fill="#fff">{escape(label)}</text>'
    )


def _inside(count: int, n: int, width: float) -> str:
    """The longest words that fit the segment on a phone: "12 (38%)" where there is an n, "12" or nothing."""
    for label in (*([f"{count:,} ({percent_of(count, n)})"] if n else []), f"{count:,}"):
        if width >= ROOM + ROOM_PER_LETTER * len(label):
            return label
    return ""


def _hatch(key: str) -> SafeString:
    """White lines over a bar of too few to judge: its colours stay, its weight goes."""
    return format_html(
        '<defs><pattern id="{}" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="3.5" height="8" fill="#fff"/></pattern></defs>',
        key,
    )


def _words(bar: Bar, series: Sequence[Series]) -> str:
    """Planning: 3 outstanding, 19 good; 22 in all."""
    parts = ", ".join(f"{count:,} {one.label.lower()}" for one, count in zip(series, bar.counts, strict=True))
    return f"{bar.label}: {parts}; {bar.n:,} in all{f', {bar.note}' if bar.note else ''}."
