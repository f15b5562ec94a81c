"""The numbers as tables, and what has to hold of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bench.answers import RATE, Answered
from bench.contention import GUESTS, TABLES, Contest
from bench.faults import Family
from bench.lateness import GROUPS, Lateness, Result
from bench.machine import Machine
from bench.resy import MOST_LOOKS, ROUND_TRIP, Raced
from bench.standing import Standing
from bench.starting import Starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the page as Markdown; `broken` are sentences on limits that were not met."""

    text: str
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What has to hold: the measured value is at most `most`."""

    what: str
    most: float
    unit: str
    measured: float

    @property
    def holds(self) -> bool:
        return self.measured <= self.most

    def __str__(self) -> str:
        verdict = "holds" if self.holds else "**does not hold**"
        return (
            f"- {self.what}: at most {self.most:g}{self.unit and ' ' + self.unit}, "
            f"measured {_short(self.measured)}: {verdict}"
        )


def facts(here: Machine) -> str:
    gaps = ", ".join(f"{gap:.0f}" for gap in here.gaps) or "none above 3"
    load = " / ".join(f"{one:.1f}" for one in here.load)
    return "\n".join(
        (
            f"{here.on:%-d %B %Y}, {here.cores} cores ({here.processor}), {here.system}, Python {here.python}.",
            f"{here.libraries}.",
            (
                f"How quiet it was at the start: load {load}, nice {here.precedence}; a loop that only asks the "
                f"time got {here.share:.0%} of a core for two seconds, its longest pauses were {gaps} ms; "
                f"one fsync of 4 KiB took {here.fsync:.1f} ms."
            ),
        )
    )


def late(result: Result) -> Section:
    rows = [_late_row(one) for one in result.all]
    limits = _late_limits(result.all)
    text = [
        "## First request of a drop",
        "",
        (
            "Milliseconds after the drop, as p50 / p99 / max. *Noted* is what Fourtop writes into the attempt as it "
            "makes the call, *arrived* is when the request reached a house server in another process, *last* the "
            "slowest job of each instant, *booked* when the booking call arrived (after the list of slots came)."
        ),
        "",
        "| networks | jobs an instant | drops | noted | arrived | last noted | last arrived | booked |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
        "",
        (
            f"Beside it, how late a process that does nothing else but sleep in the same way was, at as many instants "
            f"in between: {_cut(result.nothing_else)} ms. "
            f"Requests before the drop: {sum(one.early for one in result.all)}. "
            f"Jobs without a request: {sum(one.missing for one in result.all)}."
        ),
        "",
    ]
    return _section(text, limits)


def _late_row(one: Lateness) -> str:
    series = one.series
    busy = "busy" if series.busy else "idle"
    cells = [one.noted, one.arrived, one.last_noted, one.last_arrived, one.booking]
    return f"| {busy} | {series.jobs} | {series.drops} | {' | '.join(_cut(cell) for cell in cells)} |"


def _late_limits(found: Sequence[Lateness]) -> list[Limit]:
    limits: list[Limit] = []
    for one in found:
        if one.series.busy and one.series.jobs == 1:
            limits.append(Limit(what="p99, both networks busy", most=5, unit="ms", measured=one.noted[1]))
        elif one.series.jobs > 1:
            busy = "busy" if one.series.busy else "idle"
            what = f"the last of {one.series.jobs} first requests, networks {busy}"
            limits.append(Limit(what=what, most=60, unit="ms", measured=one.last_noted[2]))
    lost = sum(one.early + one.missing for one in found)
    limits.append(
        Limit(what="requests before the drop, and jobs without one", most=0, unit="", measured=lost)
    )
    return limits


def racing(found: Sequence[Raced]) -> Section:
    way = f"{ROUND_TRIP / timedelta(milliseconds=1):.0f} ms"
    rows = [
        f"| {'busy' if one.series.busy else 'idle'} | {one.series.plans} | {one.series.drops} "
        f"| {one.series.late_by / timedelta(milliseconds=1):.0f} | {_cut(one.first)} | {_cut(one.to_book)} "
        f"| {one.looks} | {one.booked} of {one.series.plans * one.series.drops} |"
        for one in found
    ]
    text = [
        f"## A drop at a platform {way} away",
        "",
        (
            f"Milliseconds as p50 / p95 / max at Resy's look-alike, a process of its own with round trips of {way}, "
            "each plan with an account of its own. *First look* is when it arrived there, after the drop; *to book* is "
            "from the tables being visible to the booking call's arrival: two round trips (list, details) are the "
            "floor, and finding out comes on top. *Looks* is the most that one plan made at one drop."
        ),
        "",
        "| networks | plans an instant | drops | tables late by | first look | to book | looks | booked |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
        "",
    ]
    return _section(text, [limit for one in found for limit in _race_limits(one)])


def _race_limits(one: Raced) -> list[Limit]:
    series = one.series
    where = f"{'busy' if series.busy else 'idle'}, {series.plans} plan{'s' if series.plans > 1 else ''} an instant"
    missing = series.plans * series.drops - one.booked
    limits = [
        Limit(what=f"looks of one plan, {where}", most=MOST_LOOKS, unit="", measured=one.looks),
        Limit(what=f"plans without a table, {where}", most=0, unit="", measured=missing),
    ]
    if series.plans > 1:
        return [Limit(what=f"p95 to book, {where}", most=250, unit="ms", measured=one.to_book[1]), *limits]
    if series.late_by:
        late = f"p50 to book when tables are 120 ms late, {where}"
        return [Limit(what=late, most=125, unit="ms", measured=one.to_book[0]), *limits]
    return [Limit(what=f"p50 to book on time, {where}", most=95, unit="ms", measured=one.to_book[0]), *limits]


def answering(found: Sequence[Answered]) -> Section:
    rows = [
        f"| {one.chats} | {one.network} | {one.sent} | {_pair(one.tap)} | {_pair(one.edit)} "
        f"| {_pair(one.command)} | {one.unanswered} | {one.cpu:.0%} |"
        for one in found
    ]
    most = max(one.chats for one in found)
    limits = [
        Limit(what=f"p95 of {kind} at {one.chats} chats, {one.network}", most=100, unit="ms", measured=cut[1])
        for one in found
        if one.chats == most
        for kind, cut in (("taps", one.tap), ("cards", one.edit), ("commands", one.command))
        if cut is not None
    ]
    unanswered = sum(one.unanswered for one in found)
    limits.append(Limit(what="updates without an answer", most=0, unit="", measured=unanswered))
    text = [
        "## From an update to its answer",
        "",
        (
            f"Milliseconds as p50 / p95, counted from when the update was due; {RATE:g} updates a second in all, "
            "offered open-loop. *Tap*: until the tap is answered (`answerCallbackQuery`; on Discord the "
            "acknowledgement). *Card*: until the tapped card shows it. *Command*: until its first message. Each group "
            "gets the 15 cards and messages a minute that the networks' pace allows it, the rest are taps that are "
            "answered in words; where a column is empty that were too few to say. One chat is one Telegram group."
        ),
        "",
        "| chats | network | updates | tap | card | command | unanswered | CPU of a core |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
        "",
    ]
    return _section(text, limits)


def starting_up(found: Starts) -> Section:
    slowest = max(found.again)
    text = [
        "## Start",
        "",
        (
            "Seconds from the start of the process to the answer to a `/start` that was waiting on Telegram; both "
            "networks on."
        ),
        "",
        "| | seconds |",
        "|---|---|",
        f"| the first start ever, which makes the database | {found.first:.2f} |",
        f"| {len(found.again)} later ones, median | {found.median:.2f} |",
        f"| the slowest of them | {slowest:.2f} |",
        "",
    ]
    limits = [
        Limit(what="start to the first answered update", most=3, unit="s", measured=slowest),
        Limit(what="the same at the first start ever", most=3, unit="s", measured=found.first),
    ]
    return _section(text, limits)


def standing_by(found: Standing) -> Section:
    text = [
        "## Doing nothing",
        "",
        f"{found.jobs:,} jobs in the next sixty days, both networks connected, {found.seconds:.0f} seconds.",
        "",
        f"Resident: {found.resident_mb:.0f} MB. CPU: {found.cpu:.2%} of one core.",
        "",
    ]
    limit = Limit(what=f"resident with {found.jobs:,} jobs", most=200, unit="MB", measured=found.resident_mb)
    return _section(text, [limit])


def contending(found: Sequence[Contest]) -> Section:
    rows = [
        f"| {one.database} | {one.attempts} | {one.per_second:,.0f} | {one.plain_per_second:,.0f} "
        f"| {one.per_second / one.plain_per_second:.2f} | {one.p50:.0f} / {one.p99:.0f} "
        f"| {', '.join(map(str, one.booked_a_round))} | {one.double} |"
        for one in found
    ]
    yardsticks = [one for one in found if one.yardstick is not None]
    text = [
        f"## {GUESTS} guests want {TABLES} tables",
        "",
        (
            "Attempts a second at the house's own inventory, all guests at once, round after round; beside it the same "
            "work in plain loops without event loop, queue and waiters (SQLite: one loop and a commit a round; "
            "PostgreSQL: eight loops and a commit each), and their ratio. The PostgreSQL of the test suite runs "
            "without fsync."
        ),
        "",
        "| database | attempts | a second | plain loop | ratio | p50 / p99 ms | booked a round | given twice |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
        "",
        *(f"pgbench's simple update, eight clients: {one.yardstick:,.0f} a second.\n" for one in yardsticks),
    ]
    limits = [
        Limit(what=f"tables given twice, {one.database}", most=0, unit="", measured=one.double)
        for one in found
    ]
    return _section(text, limits)


def enduring(found: Sequence[Family]) -> Section:
    rows = [f"| {one.name} | {one.drops} | {one.broken} |" for one in found]
    text = [
        "## Disturbed drops",
        "",
        (
            "Seeded drops at Resy's look-alike on the clock of a test, each with one plan and one account: the whole "
            "chat side, worker and client, without sockets. *Broken* counts those that ended with two live "
            "reservations, a word that was not true, a plan that nobody was told of, or anything left lying. Killed "
            "means that not a line of the process is run any more, at one of its writes, messages or requests, before "
            "or after it."
        ),
        "",
        "| what goes wrong | drops | broken |",
        "|---|---|---|",
        *rows,
        "",
    ]
    broken = sum(one.broken for one in found)
    return _section(text, [Limit(what="drops that broke a promise", most=0, unit="", measured=broken)])


def page(here: str, sections: Sequence[Section], *, took: float) -> str:
    return "\n".join(
        (
            "# Benchmarks",
            "",
            f"Written by `make bench` in {took:.0f} seconds. {here}",
            "",
            (
                "Every number is of one run, noise included. The measured process is `fourtop run` as it is "
                "shipped, on SQLite; the networks are the test suite's doubles of Telegram and Discord, spoken "
                "to over HTTP and a gateway through python-telegram-bot and discord.py, and run with the people "
                "in a process of their own. Where both networks are busy, 50 updates a second come from "
                f"{GROUPS} groups on each. On two cores the bot then shares its own with its house server."
            ),
            "",
            *(section.text for section in sections),
        )
    )


def _section(text: Sequence[str], limits: Sequence[Limit]) -> Section:
    lines = [*text, "Has to hold:", "", *map(str, limits), ""]
    return Section(text="\n".join(lines), broken=tuple(str(one) for one in limits if not one.holds))


def _cut(cut: tuple[float, float, float]) -> str:
    return " / ".join(map(_short, cut))


def _pair(cut: tuple[float, float] | None) -> str:
    return "" if cut is None else " / ".join(map(_short, cut))


def _short(number: float) -> str:
    """Three digits at most, and no more than two behind the point."""
    if number >= 100 or number == int(number):
        return f"{number:.0f}"
    return f"{number:.1f}" if number >= 1 else f"{number:.2g}"
