"""A rule that nobody stated, read from what was seen."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.almanac import Sighting
from core.domain.drop import DropRule, MonthRule, Rule
from core.domain.verdict import EARLY, Verdict, balance, near, verdict

ENOUGH = 3
"""Sightings that have to agree before they make a rule."""

_GRAINS = (60, 30, 15, 5)
"""Minutes past the hour at which people let things happen, the likeliest first."""

_STEP = 5
_WIDEST = 60
"""Minutes: a window is counted in steps, and more than an hour is no rule."""


def derived(newest: Sequence[Sighting], zone: str) -> Rule | None:
    """The rule that most sightings (the newest first) agree on: at least three, and more than contradict it.

    Where they agree on the days but spread over minutes it gets a window.
    """
    places, seen = ZoneInfo(zone), [one for one in newest if near(one)]
    suggested = Counter(rule for one in seen for rule in dict.fromkeys(_exact(one, places)))
    exact = [rule for rule, count in suggested.items() if count >= ENOUGH]
    return _best(exact, newest) or _best(_wide(seen, places), newest)


def _best(rules: Iterable[Rule], newest: Sequence[Sighting]) -> Rule | None:
    best, most = None, 0.0
    for rule in sorted(rules, key=repr):
        verdicts = [verdict(rule, one) for one in newest]
        ahead = balance(verdicts)
        if verdicts.count(Verdict.RIGHT) >= ENOUGH and ahead > most:
            best, most = rule, ahead
    return best


def _exact(one: Sighting, zone: ZoneInfo) -> Iterator[Rule]:
    """The daily and monthly rules whose moment, on some round minute, is just before it was seen."""
    local = (one.seen_at + EARLY).astimezone(zone)
    for grain in _GRAINS:
        at = time(local.hour, local.minute // grain * grain)
        yield DropRule(days_ahead=(one.on - local.date()).days, at=at, zone=zone.key)
        months = (one.on.year - local.year) * 12 + one.on.month - local.month
        for day in _days_of_month(local.date()):
            yield MonthRule(months_ahead=months, day_of_month=day, at=at, zone=zone.key)


def _days_of_month(day: date) -> tuple[int, ...]:
    """What a rule may call the day; the last of a short month is the 31st to a rule that means the last."""
    last = (day + timedelta(days=1)).month != day.month
    return (day.day, 31) if last and day.day < 31 else (day.day,)


def _wide(seen: Sequence[Sighting], zone: ZoneInfo) -> Iterator[Rule]:
    """For each number of days ahead, the hour into which most sightings fall, as a rule with a window."""
    minutes = defaultdict[int, list[int]](list)
    for one in seen:
        local = (one.seen_at + EARLY).astimezone(zone)
        minutes[(one.on - local.date()).days].append(local.hour * 60 + local.minute)
    for days, of_day in minutes.items():
        of_day.sort()
        for start in of_day:
            begins = start // 15 * 15
            last = max(minute for minute in of_day if minute - begins < _WIDEST)
            window = timedelta(minutes=((last - begins) // _STEP + 1) * _STEP)
            at = time(begins // 60, begins % 60)
            yield DropRule(days_ahead=days, at=at, zone=zone.key, window=window)
