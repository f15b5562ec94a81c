"""The rows of the picture: looks, tables, one for each slot that was tried."""

from collections.abc import Sequence
from datetime import timedelta

from bot.report import signs
from bot.report.canvas import Canvas, fitted, width_of
from bot.report.scale import Scale
from bot.report.style import BAD, FAINT, FATE, LOOK, SOFT, TABLES, TEXT, readable
from bot.wording import picture as wording
from core.jobs.review.drop_record import DropRecord, Try
from core.jobs.steps import Fate

SMALL = 21


def looks(canvas: Canvas, scale: Scale, told: DropRecord, y: float) -> None:
    """A hollow ring for an empty list, a disc for one with tables, a cross for no answer."""
    for look in told.looks:
        if look.sent is not None:
            canvas.line([(scale.x(look.sent), y), (scale.x(look.answered), y)], colour=FAINT, width=4)
    for look in sorted(told.looks, key=lambda look: look.listed > 0):
        x = scale.x(look.answered)
        if look.listed:
            canvas.disc(x, y, 9, colour=LOOK)
        else:
            canvas.disc(x, y, 7, colour=SOFT, hollow=True)
    for at in told.failures:
        signs.cross(canvas, scale.x(at), y, 6, colour=BAD)


def legend(canvas: Canvas, sign: int, x: float, y: float) -> None:
    """The signs of the looks: 0 empty, 1 with tables, 2 without an answer."""
    match sign:
        case 0:
            canvas.disc(x, y, 7, colour=SOFT, hollow=True)
        case 1:
            canvas.disc(x, y, 8, colour=LOOK)
        case _:
            signs.cross(canvas, x, y, 6, colour=BAD)


def tables(canvas: Canvas, scale: Scale, told: DropRecord, y: float, right: float) -> None:
    """A band while tables were listed, with how many they were at first."""
    runs = _runs(told)
    if not runs:
        canvas.write(scale.x(timedelta(0)) + 12, y, wording.NO_TABLES, size=SMALL, colour=SOFT, anchor="lm")
    end = 0.0
    for since, until, count in runs:
        one = scale.x(since)
        two = max(scale.x(until), one + 6)
        canvas.bar(one, y - 14, two, y + 14, colour=TABLES, round_by=5)
        words = wording.tables(count)
        room = width_of(words, SMALL)
        x = one + 8 if two - one > room + 16 else two + 8
        if x + room > right:
            x = one - 8 - room
        if x > end:
            canvas.write(x, y, words, size=SMALL, colour=TEXT, anchor="lm")
            end = x + room


def _runs(told: DropRecord) -> list[tuple[timedelta, timedelta, int]]:
    """Each stretch of lists with tables: from the first answer that had some to the last, and how many at first."""
    runs: list[tuple[timedelta, timedelta, int]] = []
    going = False
    for look in told.looks:
        if look.listed and going:
            since, _, count = runs[-1]
            runs[-1] = (since, look.answered, count)
        elif look.listed:
            runs.append((look.answered, look.answered, look.listed))
        going = look.listed > 0
    return runs


def slot(canvas: Canvas, scale: Scale, tries: Sequence[Try], y: float, right: float) -> None:
    """A bar from asking to the answer, its sign, and how long it took."""
    for each in tries:
        colour = FATE[each.fate]
        one = scale.x(each.sent)
        two = scale.x(each.answered) if each.answered is not None else one
        canvas.bar(one, y - 8, max(two, one + 3), y + 8, colour=colour, round_by=4)
        signs.fate(canvas, max(two, one + 3), y, each.fate)
    last = tries[-1]
    end = max(scale.x(last.answered or last.sent), scale.x(last.sent) + 3) + signs.RADIUS + 8
    words = fitted(_fate(last, len(tries)), SMALL, right - end)
    canvas.write(end, y, words, size=SMALL, colour=FATE[last.fate], anchor="lm")


def _fate(last: Try, tries: int) -> str:
    words = wording.FATES[last.fate]
    if tries > 1:
        return wording.after_tries(words, tries)
    if last.answered is None or last.fate is Fate.UNANSWERED:
        return words
    return f"{words}, {wording.lasted(last.answered - last.sent)}"


def slot_name(of: Try, room: float) -> str:
    """`19:30 Bar`, as long as there is room."""
    return fitted(readable(f"{of.time} {of.seating}"), SMALL, room)


def slots_of(told: DropRecord) -> list[list[Try]]:
    """The tries of each slot, in the order in which they were first tried."""
    rows: dict[tuple[str, str], list[Try]] = {}
    for each in told.tries:
        rows.setdefault((each.time, each.seating), []).append(each)
    return list(rows.values())
