"""Charts with two axes as SVG made on the server: figures over time, and points against their size.

As in `charts`, widths are percentages and text has its own size, so one drawing is readable on a phone and on
a desk. Lines differ by dash and by a label at their end, points by shape; colour only repeats it.
"""

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from math import ceil, floor, log10
from zlib import crc32

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# Where the drawing is between the axis on its left and the labels on its right, in percent of the width.
LEFT, RIGHT, LABELS = 12.0, 69.0, 71.5
# Pixels: the least width at which labels must not meet, the room above and below the drawing, its height.
NARROW, ABOVE, BELOW, HEIGHT = 330, 34, 48, 270
LETTER, LINE_OF_TEXT, TEXT = 6.6, 16, 13
LABEL_LETTERS = 14
INK, PALE, QUIET = "#0b0c0c", "#d0d3d4", "#484949"
MOST_DATES, MOST_TICKS = 6, 5
GRAIN = 1000  # the inner drawing's own units, stretched to its place
SHAPES = {
    "circle": '<circle r="4.5"{}/>',
    "triangle": '<path d="M0-7.5 7 5H-7Z"{}/>',
    "square": '<rect x="-5.5" y="-5.5" width="11" height="11"{}/>',
    "diamond": '<path d="M0-7.5 7.5 0 0 7.5-7.5 0Z"{}/>',
}


@dataclass(frozen=True)
class Mark:
    """What a point's shape and fill mean."""

    label: str
    shape: str
    fill: str

    @property
    def symbol(self) -> SafeString:
        """The shape, drawn about the origin."""
        return mark_safe(SHAPES[self.shape].format(f' fill="{escape(self.fill)}"'))  # noqa: S308


@dataclass(frozen=True)
class Point:
    """A value at a place of the horizontal axis; `said` are its words, `is_ringed` draws a ring around it.

    `name` is written beside it in a scatter chart; a value of None leaves a gap in a run chart.
    """

    label: str
    value: float | None
    words: str
    mark: Mark
    is_ringed: bool = False
    x: float = 0
    name: str = ""


@dataclass(frozen=True)
class Line:
    """A level with its label: in a run chart a value for each point, in a scatter chart (x, value) pairs."""

    label: str
    values: Sequence
    fill: str = INK
    dash: str = ""


@dataclass(frozen=True)
class Moment:
    """An upright line before the point with this number, and what happened there."""

    at: int
    label: str


@dataclass(frozen=True)
class Drawing:
    """What components/line_chart.html shows: the picture and the marks that are in it."""

    title: str
    description: str
    svg: SafeString
    marks: Sequence[Mark]
    ring: str = ""


@dataclass(frozen=True)
class Frame:
    """From values to places: upright in pixels of the picture, across in percent of its width."""

    low: float
    high: float
    height: float = HEIGHT

    def y(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        return ABOVE + self.height * (self.high - inside) / (self.high - self.low)

    def inner_y(self, value: float) -> float:
        return (self.y(value) - ABOVE) * GRAIN / self.height


def run_chart(
    title: str,
    description: str,
    points: Sequence[Point],
    lines: Sequence[Line],
    moments: Sequence[Moment] = (),
    bounds: tuple[float | None, float | None] = (None, None),
    ring: str = "",
) -> Drawing:
    """Points in their order, joined where none is missing, with levels labelled at their right end.

    In: `bounds` beyond which nothing is drawn (a share ends at 0 and 100); `ring` says what a ring means.
    """
    values = [point.value for point in points] + [value for line in lines for value in line.values]
    labels = [(line.label, _last(line.values)) for line in lines]
    frame = _frame([value for value in values if value is not None], bounds, _taken(labels))
    place = [LEFT + (RIGHT - LEFT) * (index + 0.5) / len(points) for index in range(len(points))]
    parts = [
        *_grid(frame),
        *(_moment(moment, frame, len(points)) for moment in moments),
        _dates([point.label for point in points], place, frame),
        _inner(
            frame,
            [(_steps(line.values, frame), line.fill, 1.6, line.dash) for line in lines]
            + [(_joined([point.value for point in points], frame), INK, 2, "")],
        ),
        *(_point(point, x, frame) for point, x in zip(points, place, strict=True) if point.value is not None),
        *_end_labels(labels, frame),
    ]
    return _drawing(title, description, frame, parts, points, ring)


def scatter_chart(
    title: str, description: str, points: Sequence[Point], lines: Sequence[Line], across: str
) -> Drawing:
    """Points by size across and percentage upright, with the curves that they are held against.

    In: `across` says what the size counts. Points with a name carry it; names never meet.
    """
    widest = 1.03 * max([point.x for point in points] + [x for line in lines for x, _ in line.values] + [1])
    values = [point.value for point in points] + [value for line in lines for _, value in line.values]
    labels = [(line.label, line.values[-1][1]) for line in lines if line.values]
    frame = _frame(values, (0, 100), _taken(labels))

    def place(x: float) -> float:
        return LEFT + (RIGHT - LEFT) * x / widest

    def curve(line: Line) -> str:
        return _path((GRAIN * x / widest, frame.inner_y(value)) for x, value in line.values)

    backings, names = _names(
        [(point, place(point.x), frame.y(point.value)) for point in points if point.name]
    )
    parts = [
        *_grid(frame),
        _sizes(widest, across, frame),
        _inner(frame, [(curve(line), line.fill, 1.6, line.dash) for line in lines]),
        *backings,
        *(_point(point, place(point.x), frame) for point in points),
        *names,
        *_end_labels(labels, frame),
    ]
    return _drawing(title, description, frame, parts, points, "")


def _drawing(title, description, frame, parts, points, ring) -> Drawing:
    key = f"chart-{crc32((title + description).encode()):08x}"
    svg = format_html(
        '<svg class="sight-chart__svg" xmlns="http://www.w3.org/2000/svg" width="100%" height="{height}" '
        'role="img" aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{title}</title>'
        '<desc id="{key}-desc">{description}</desc>{parts}</svg>',
        height=round(ABOVE + frame.height + BELOW),
        key=key,
        title=title,
        description=description,
        # Numbers, our own markup, and words that were escaped where they were written.
        parts=mark_safe("".join(parts)),  # noqa: S308
    )
    marks = list(dict.fromkeys(point.mark for point in points if point.value is not None))
    has_ring = any(point.is_ringed for point in points if point.value is not None)
    return Drawing(title, description, svg, marks, ring if has_ring else "")


def _frame(values: Sequence[float], bounds: tuple, height_of_labels: float) -> Frame:
    """Room for every value and a little more, but nothing beyond the bounds."""
    floor_at, ceiling_at = bounds
    low, high = min(values, default=0), max(values, default=1)
    air = (high - low) * 0.08 or max(abs(high) * 0.05, 0.5)
    low, high = low - air, high + air
    if floor_at is not None:
        low = max(low, floor_at)
    if ceiling_at is not None:
        high = min(high, ceiling_at)
    return Frame(low, high if high > low else low + 1, max(HEIGHT, height_of_labels))


def _last(values: Sequence[float | None]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)


def _text(x: object, y: float, words: str, anchor: str = "start", fill: str = INK, more: str = "") -> str:
    return (
        f'<text x="{x}" y="{y:.1f}" font-size="{TEXT}" text-anchor="{anchor}" fill="{fill}"{more}>'
        f"{escape(words)}</text>"
    )


def ticks(low: float, high: float) -> list[float]:
    """Round numbers from low to high, at most MOST_TICKS steps of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / MOST_TICKS
    power = 10 ** floor(log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough * 0.999)
    return [number * step for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def _number(value: float) -> str:
    return f"{round(value, 6):,g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _grid(frame: Frame) -> list[str]:
    """Pale lines with their numbers on them, left of where the points begin."""
    drawn = []
    for value in ticks(frame.low, frame.high):
        y = frame.y(value)
        drawn.append(f'<line x1="0" x2="{RIGHT}%" y1="{y:.1f}" y2="{y:.1f}" stroke="{PALE}"/>')
        drawn.append(_text(0, y - 3, _number(value), fill=QUIET))
    return drawn


def _dates(labels: Sequence[str], place: Sequence[float], frame: Frame) -> str:
    """Some of the labels under the axis, the last one always, a word to a line ("Jun", "2026")."""
    step = max(1, ceil((len(labels) - 1) / (MOST_DATES - 1)))
    drawn = []
    for index in range(len(labels) - 1, -1, -step):
        for number, word in enumerate(labels[index].split()):
            y = ABOVE + frame.height + 18 + LINE_OF_TEXT * number
            drawn.append(_text(f"{place[index]:.2f}%", y, word[:4], "middle", QUIET))
    return "".join(drawn)


def _sizes(widest: float, across: str, frame: Frame) -> str:
    y = ABOVE + frame.height + 18
    drawn = [
        _text(f"{LEFT + (RIGHT - LEFT) * value / widest:.2f}%", y, _number(value), "middle", QUIET)
        for value in ticks(0, widest)
        if value == round(value)
    ]
    return "".join(drawn) + _text(f"{LEFT}%", y + LINE_OF_TEXT + 4, across, fill=QUIET)


def _moment(moment: Moment, frame: Frame, count: int) -> str:
    """Its words are above the drawing, on the side where there is more room for them."""
    x = LEFT + (RIGHT - LEFT) * moment.at / count
    anchor = "start" if moment.at < count / 2 else "end"
    return (
        f'<line x1="{x:.2f}%" x2="{x:.2f}%" y1="{ABOVE - 12}" y2="{ABOVE + frame.height}" stroke="{QUIET}" '
        f'stroke-dasharray="1 3" stroke-width="2"/>'
        + _text(f"{x:.2f}%", ABOVE - 16, moment.label, anchor, QUIET)
    )


def _path(places: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def _joined(values: Sequence[float | None], frame: Frame) -> str:
    """A line from point to point that stops where one is missing."""
    count, drawn = len(values), []
    for has_value, stretch in groupby(enumerate(values), key=lambda pair: pair[1] is not None):
        if has_value:
            drawn.append(
                _path((GRAIN * (index + 0.5) / count, frame.inner_y(value)) for index, value in stretch)
            )
    return "".join(drawn)


def _steps(values: Sequence[float | None], frame: Frame) -> str:
    """A level stretch for each run of the same value: a level changes between two points, never slopes."""
    count, drawn = len(values), []
    for value, stretch in groupby(enumerate(values), key=lambda pair: pair[1]):
        if value is not None:
            indexes = [index for index, _ in stretch]
            y = frame.inner_y(value)
            drawn.append(f"M{GRAIN * indexes[0] / count:.1f} {y:.1f}H{GRAIN * (indexes[-1] + 1) / count:.1f}")
    return "".join(drawn)


def _inner(frame: Frame, paths: Iterable[tuple[str, str, float, str]]) -> str:
    """Paths in a drawing of its own that is stretched to its place, their strokes not."""
    drawn = "".join(
        f'<path d="{path}" fill="none" stroke="{escape(fill)}" stroke-width="{width}" '
        f'stroke-dasharray="{escape(dash) or "none"}" vector-effect="non-scaling-stroke"/>'
        for path, fill, width, dash in paths
        if path
    )
    return (
        f'<svg x="{LEFT}%" y="{ABOVE}" width="{RIGHT - LEFT}%" height="{frame.height}" '
        f'viewBox="0 0 {GRAIN} {GRAIN}" preserveAspectRatio="none" overflow="visible">{drawn}</svg>'
    )


def _point(point: Point, x: float, frame: Frame) -> str:
    ring = f'<circle r="10" fill="none" stroke="{INK}" stroke-width="1.5"/>' if point.is_ringed else ""
    return (
        f'<svg x="{x:.2f}%" y="{frame.y(point.value):.1f}" overflow="visible"><g stroke="#fff">'
        f"<title>{escape(point.label)}: {escape(point.words)}</title>{point.mark.symbol}</g>{ring}</svg>"
    )


def _wrapped(label: str) -> list[str]:
    return textwrap.wrap(label, LABEL_LETTERS) or [""]


def _taken(labels: Sequence[tuple[str, float | None]]) -> float:
    """The height that all labels take, one under the other."""
    return sum(len(_wrapped(label)) * LINE_OF_TEXT + 4 for label, value in labels if value is not None)


def spread(wanted: Sequence[float], heights: Sequence[float], first: float, last: float) -> list[float]:
    """Tops for boxes in ascending order of where they want their middle: none meets another.

    In: all boxes fit between `first` and `last`. Out: tops as near to what they want as the others allow.
    """
    tops: list[float] = []
    for middle, height in zip(wanted, heights, strict=True):
        free = tops[-1] + heights[len(tops) - 1] if tops else first
        tops.append(max(middle - height / 2, free))
    limit = last
    for index in range(len(tops) - 1, -1, -1):
        tops[index] = min(tops[index], limit - heights[index])
        limit = tops[index]
    return tops


def _end_labels(labels: Sequence[tuple[str, float | None]], frame: Frame) -> list[str]:
    """Each line's words beside its end, moved apart where they would meet; a stroke leads to them."""
    placed = sorted(((frame.y(value), label) for label, value in labels if value is not None))
    texts = [_wrapped(label) for _, label in placed]
    heights = [len(text) * LINE_OF_TEXT + 4 for text in texts]
    tops = spread([y for y, _ in placed], heights, ABOVE, ABOVE + frame.height)
    drawn = []
    for (y, _), text, top, height in zip(placed, texts, tops, heights, strict=True):
        middle = top + height / 2
        drawn.append(
            f'<line x1="{RIGHT}%" x2="{LABELS - 0.5}%" y1="{y:.1f}" y2="{middle:.1f}" stroke="{QUIET}"/>'
        )
        drawn += (
            _text(f"{LABELS}%", top + 2 + LINE_OF_TEXT * (number + 0.8), words)
            for number, words in enumerate(text)
        )
    return drawn


def _names(named: Sequence[tuple[Point, float, float]]) -> tuple[list[str], list[str]]:
    """The names beside their points, moved down until none meets another at the least width.

    Out: white backings, so that no curve strikes a name through, and the names. The points are drawn between
    the two: no backing hides one.
    """
    taken: list[tuple[float, float, float]] = []
    backings, drawn = [], []
    for point, x, y in sorted(named, key=lambda one: one[2]):
        is_left = x < (LEFT + RIGHT) / 2
        start = x * NARROW / 100 + 10 if is_left else x * NARROW / 100 - 10 - LETTER * len(point.name)
        end, baseline = start + LETTER * len(point.name), y + 4
        for other_start, other_end, other in sorted(taken, key=lambda one: one[2]):
            if start < other_end and other_start < end and abs(baseline - other) < LINE_OF_TEXT:
                baseline = other + LINE_OF_TEXT
        taken.append((start, end, baseline))
        backings.append(_backing(x, baseline, LETTER * len(point.name), is_left))
        drawn.append(
            _text(
                f"{x:.2f}%",
                baseline,
                point.name,
                "start" if is_left else "end",
                more=f' dx="{10 if is_left else -10}" stroke="#fff" stroke-width="3" paint-order="stroke"',
            )
        )
    return backings, drawn


def _backing(x: float, baseline: float, width: float, is_left: bool) -> str:
    """White under a name; a drawing of its own, because half of its place is a share and half is pixels."""
    start = 8 if is_left else -12 - width
    return (
        f'<svg x="{x:.2f}%" overflow="visible"><rect x="{start:.1f}" y="{baseline - 12:.1f}" '
        f'width="{width + 4:.1f}" height="{LINE_OF_TEXT}" fill="#fff"/></svg>'
    )
