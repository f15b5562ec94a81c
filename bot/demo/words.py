"""Every sentence of the demo that is not Fourtop's own."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.demo.release import NAME, ZONE, Release
from bot.demo.rivals import Taking
from bot.wording import times as written
from bot.wording.text import Code, Text, When, lines, say

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(release: Release) -> str:
    """`Friday 21 August`."""
    return f"{_DAYS[release.on.weekday()]} {release.on.day} {release.on:%B}"


def command(release: Release) -> str:
    """What gets a table of this release, as it is typed; the times are for the friends to tap."""
    return f"/reserve luna 4 {release.on:%a} {release.on.day} {release.on:%b}".lower()


def greeting(release: Release) -> Text:
    """The first message in the group. Read again after the release, it is still true."""
    return lines(
        say("👋 *Dinner for four at {venue}?*", venue=NAME),
        say(
            "It has three tables for *{day}*, released *{when}*, and other people's bots want them too.",
            day=day(release),
            when=When(release.drop_at, ZONE.key, "relative"),
        ),
        say("Type {command}", command=Code(command(release))),
        say("and tap the times you would take, all three of you."),
    )


def once_more(release: Release) -> Text:
    """There is another chance."""
    return lines(
        say(
            "🔔 *Another chance at {venue}:* three tables for *{day}*, released *{when}*.",
            venue=NAME,
            day=day(release),
            when=When(release.drop_at, ZONE.key, "relative"),
        ),
        say("Type {command}", command=Code(command(release))),
    )


def welcome(url: str, release: Release, *, rivals: int, lead: timedelta) -> Sequence[str]:
    """What the terminal says first."""
    soon = written_count(round(lead.total_seconds()), "second")
    return (
        "",
        "  Fourtop demo: an evening with Ann, Bob and Cas. Nothing leaves this machine, nothing is kept.",
        "",
        f"  Open      {url}",
        f"  Type      {command(release)}",
        f"  Tables    {NAME} releases {day(release)} at {clock(release.drop_at)}, in {soon}.",
        f"            It has three tables, and {rivals} rivals in a process of their own want them too.",
        "  The end   Ctrl-C",
        "",
    )


def clock(at: datetime) -> str:
    """`20:31:00`, on the clock of this machine; with the restaurant's own where that is another."""
    here, there = f"{at.astimezone():%H:%M:%S}", f"{at.astimezone(ZONE):%H:%M:%S}"
    return here if here == there else f"{here} ({there} in {ZONE.key.rpartition('/')[2].replace('_', ' ')})"


def took(taking: Taking) -> str:
    """What one rival got."""
    if taking.table is None:
        tried = f", {taking.tries} tries" if taking.tries else ""
        return f"nothing ({written_count(taking.looks, 'look')}{tried})"
    at = taking.table.starts_at.astimezone(ZONE)
    return f"{at:%H:%M} {taking.table.seating}, {milliseconds(taking.table.after)} after the release"


def milliseconds(late: timedelta) -> str:
    """`0.03 ms`, `2.4 ms`, `24 ms`, `10.1 s`."""
    size = late / timedelta(milliseconds=1)
    if size >= 1000:
        return f"{size / 1000:.1f} s"
    return f"{size:.{0 if size >= 10 else 1 if size >= 1 else 2}f} ms"


def written_count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def rivals_got(takings: Sequence[Taking]) -> Sequence[str]:
    """A line for each rival, as a column."""
    rows = [f"{taking.name} ({taking.habit}): {took(taking)}" for taking in takings]
    return [f"{'Rivals' if not number else '':<10}{row}" for number, row in enumerate(rows)]


def seat(starts_at: datetime, seating: str) -> str:
    """`Fri 21 Aug at 19:30, patio`."""
    return f"{written.day_and_time(starts_at.astimezone(ZONE))}, {seating}"
