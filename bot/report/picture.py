"""The picture of one drop, as PNG."""

from dataclasses import dataclass
from datetime import timedelta

from bot.report import lanes, signs
from bot.report.canvas import Canvas, fitted, width_of
from bot.report.scale import Scale, scale_of
from bot.report.style import BAD, BAND, DROP, FAINT, GOOD, PAPER, SOFT, TEXT, readable
from bot.wording import picture as wording
from core.jobs.review.drop_record import DropRecord

WIDTH = 1000

_MARGIN = 28
_LABELS = 214
_ROW = 50
_TOP = 140
_AXIS = 96
_MOST_SLOTS = 6
_WORDS = 180
_SMALL = lanes.SMALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The words above: the plan, what was measured, and what came of it."""

    title: str
    facts: str
    verdict: str
    won: bool


def draw(told: DropRecord, heading: Heading) -> bytes:
    """Draw. It takes a tenth of a second of one processor: not a thing for the event loop."""
    slots = lanes.slots_of(told)
    shown, left_out = slots[:_MOST_SLOTS], len(slots) - _MOST_SLOTS
    rows = 2 + max(1, len(shown)) + (left_out > 0)
    bottom = _TOP + rows * _ROW
    canvas = Canvas(WIDTH, bottom + _AXIS)
    left, right = _MARGIN + _LABELS, WIDTH - _MARGIN
    scale = scale_of(told, left=left + 12, right=right - 12, words=_WORDS)
    _head(canvas, heading)
    for row in range(0, rows, 2):
        top = _TOP + row * _ROW
        canvas.bar(_MARGIN, top, right, top + _ROW, colour=BAND, round_by=8)
    _axis(canvas, scale, bottom)
    middles = [_TOP + row * _ROW + _ROW / 2 for row in range(rows)]
    _label(canvas, wording.LOOKS, middles[0])
    lanes.looks(canvas, scale, told, middles[0])
    _label(canvas, wording.TABLES, middles[1])
    lanes.tables(canvas, scale, told, middles[1], right)
    for tries, y in zip(shown, middles[2:], strict=False):
        _label(canvas, lanes.slot_name(tries[0], _LABELS - 16), y)
        lanes.slot(canvas, scale, tries, y, right)
    if not shown:
        x = scale.x(timedelta(0)) + 12
        canvas.write(x, middles[2], wording.NOT_TRIED, size=_SMALL, colour=SOFT, anchor="lm")
    if left_out > 0:
        _label(canvas, wording.more(left_out), middles[-1])
    _legend(canvas, bottom + 74)
    return canvas.png()


def _head(canvas: Canvas, heading: Heading) -> None:
    colour, words = (GOOD if heading.won else BAD), readable(heading.verdict)
    wide = width_of(words, 24) + 66
    chip = canvas.width - _MARGIN - wide
    canvas.bar(chip, 26, canvas.width - _MARGIN, 70, colour=colour, round_by=22)
    (signs.tick if heading.won else signs.cross)(canvas, chip + 26, 48, 10 if heading.won else 8)
    canvas.write(chip + 48, 49, words, size=24, colour=PAPER, anchor="lm", bold=True)
    title = fitted(readable(heading.title), 32, chip - _MARGIN - 20)
    canvas.write(_MARGIN, 60, title, size=32, colour=TEXT, bold=True)
    facts = fitted(readable(heading.facts), 22, canvas.width - 2 * _MARGIN)
    canvas.write(_MARGIN, 106, facts, size=22, colour=SOFT)


def _label(canvas: Canvas, words: str, y: float) -> None:
    canvas.write(_MARGIN + 12, y, words, size=_SMALL, colour=TEXT, anchor="lm")


def _axis(canvas: Canvas, scale: Scale, bottom: float) -> None:
    """Ticks below, the line of the drop through all rows, and a slash where the pace changes."""
    taken = list[tuple[float, float]]()
    zero = scale.x(timedelta(0))
    places = [(zero, wording.tick(timedelta(0)))]
    for panel in scale.panels:
        canvas.line([(panel.left, bottom + 4), (panel.right, bottom + 4)], colour=SOFT)
        most = max(2, int((panel.right - panel.left) / 110))
        places += [(panel.x(at), wording.tick(at, step)) for at, step in panel.ticks(most) if at]
    for x, words in places:
        half = width_of(words, _SMALL) / 2
        if any(x - half < two + 12 and x + half > one - 12 for one, two in taken):
            continue
        taken.append((x - half, x + half))
        if x != zero:
            canvas.line([(x, _TOP), (x, bottom)], colour=FAINT, width=1)
        canvas.line([(x, bottom + 4), (x, bottom + 11)], colour=SOFT)
        canvas.write(
            x,
            bottom + 32,
            words,
            size=_SMALL,
            colour=DROP if x == zero else TEXT,
            anchor="ms",
            bold=x == zero,
        )
    for x in scale.breaks:
        for by in (-5, 3):
            canvas.line([(x + by - 4, bottom + 12), (x + by + 4, bottom - 4)], colour=SOFT)
    canvas.line([(zero, _TOP - 6), (zero, bottom + 11)], colour=DROP, width=3)
    canvas.write(zero + 7, _TOP - 6, wording.DROP, size=17, colour=DROP)


def _legend(canvas: Canvas, y: float) -> None:
    x = float(_MARGIN + _LABELS + 12)
    for sign, words in enumerate((wording.EMPTY, wording.FULL, wording.FAILED)):
        lanes.legend(canvas, sign, x, y)
        canvas.write(x + 16, y, words, size=18, colour=SOFT, anchor="lm")
        x += width_of(words, 18) + 56
