"""What is told after a drop: how punctual, what was seen, what became of each slot, what would have worked."""

from datetime import timedelta

from bot.wording import picture
from bot.wording import times as written
from bot.wording.lessons import lesson
from bot.wording.text import Text, join, lines, say
from core.domain.plan import Plan
from core.jobs.review.drop_record import ClockNote, DropRecord, Try
from core.jobs.review.lessons import Lesson

_MOST = 12
_MS = timedelta(milliseconds=1)


def report(plan: Plan, told: DropRecord, learned: Lesson) -> Text:
    """The whole report."""
    return lines(
        say(
            "📈 *How the release went: {venue}, {day}*", venue=plan.venue_name, day=written.day(plan.wish.on)
        ),
        say("{facts}.", facts=facts(told)),
        say("{seen}", seen=_seen(told)),
        join([say("· {fate}", fate=_fate(each)) for each in told.tries[:_MOST]], "\n"),
        say("💡 {lesson}", lesson=lesson(learned)),
    )


def title(plan: Plan) -> str:
    """The picture's heading."""
    return f"{plan.venue_name}, {written.day(plan.wish.on)}, {written.guests(plan.wish.party_size)}"


def verdict(*, won: bool, time: str | None) -> str:
    """What came of it, in two words."""
    if not won:
        return "No table"
    return f"Booked {time}" if time else "Booked"


def facts(told: DropRecord) -> str:
    """Lateness, clock and requests in one line."""
    parts = [
        "" if told.late is None else f"first request {_short(told.late)} late",
        "" if told.clock is None else clock(told.clock),
        f"{told.requests} of {told.budget} requests",
    ]
    return _sentence(" · ".join(part for part in parts if part))


def clock(note: ClockNote) -> str:
    """How far the platform's clock is ahead of ours: `clock +12 ms ± 3 ms`."""
    offset, unsure = round(note.offset / _MS), max(1, round(note.uncertainty / _MS))
    return f"clock {offset:+d} ms ± {unsure} ms"


def alternative(plan: Plan, told: DropRecord) -> str:
    """The picture in a sentence, for who does not see it."""
    tried = ", ".join(_fate(each) for each in told.tries[:_MOST]) or "no slot was tried"
    return f"Timeline of the release at {plan.venue_name}: {facts(told)}; {tried}."


def _seen(told: DropRecord) -> str:
    first = told.first_seen
    if first is None:
        return "No table was listed." if told.looks else "No list came back."
    return f"Tables were first seen {_after(first)}."


def _fate(each: Try) -> str:
    where = f"{each.time} {each.seating.lower()}".strip()
    asked = f"{where}: asked {_after(each.sent, '')}, {picture.FATES[each.fate]}"
    return asked if each.answered is None else f"{asked} {_after(each.answered, '')}"


def _after(at: timedelta, what: str = " the release") -> str:
    """`0.4 ms after the release`; `at 105 ms` without it."""
    size = _short(abs(at))
    if not what:
        return f"at {'-' if at < timedelta(0) else ''}{size}"
    return f"{size} {'before' if at < timedelta(0) else 'after'}{what}"


def _short(span: timedelta) -> str:
    if span < _MS / 10:
        return "less than 0.1 ms"
    if span < _MS:
        return f"{span / _MS:.1f} ms"
    return picture.lasted(span)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
