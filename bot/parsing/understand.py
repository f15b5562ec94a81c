"""Everything a guest says in one line, in any order."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.parsing.clock import at_minute, clock_at
from bot.parsing.clock_times import find_times
from bot.parsing.day import find_day
from bot.parsing.leftover import left_over, quoted
from bot.parsing.line import GAP, is_apart, take, taken, tidy
from bot.parsing.meals import part_of_day
from bot.parsing.numbers import number
from bot.parsing.party import find_party, lone_numbers
from bot.parsing.seating import find_seating
from bot.parsing.understood import TimesHeard, Understood


def understand(text: str, *, now: datetime, zone: ZoneInfo, seatings: Sequence[str] = ()) -> Understood:
    """What `text` answers; never raises, and reads the first 300 characters.

    What can only be one thing is taken first: quoted words, seatings, parties that are said as such,
    days, times. A number that is left alone (1 to 20) is the party; where two are left
    and no time was said, the one after the day is the time (`luna 4 fri 8`). The remaining words are the
    venue's name. Days are read in `zone` at `now`.
    """
    line = whole = tidy(text)
    if name := quoted(line):
        line = take(line, name[1], name[2])
    seating, line = find_seating(line, seatings, alone=False) or (None, line)
    said = line
    party_size, line = find_party(line) or (None, line)
    before_day = line
    day, line = find_day(line, now=now, zone=zone) or (None, line)
    times, line = find_times(line, said=said)
    if day and not times:
        times, line = _hour_after_day(line, before_day, said=said, party_said=party_size is not None)
    if party_size is None and (lone := _most_alone(line)):
        party_size, line = number(lone[1]), take(line, *lone.span())
    if not seating:
        seating, line = find_seating(line, seatings, alone=True) or (None, line)
    return Understood(
        venue=name[0] if name else left_over(line),
        day=day,
        party_size=party_size,
        times=times,
        seating=seating,
        rest=taken(whole, line, but=name[1:] if name else (0, 0)),
    )


def _hour_after_day(
    line: str, before_day: str, *, said: str, party_said: bool
) -> tuple[TimesHeard | None, str]:
    """The number right after the day, as a time, if another one is the party."""
    numbers = lone_numbers(line)
    if not party_said and len(numbers) < 2:
        return None, line
    end = max(index for index, char in enumerate(line) if char == GAP and before_day[index] != GAP) + 1
    for lone in numbers:
        follows = lone.start() >= end and not line[end : lone.start()].strip(" ,")
        if follows and (clock := clock_at(line, lone.start(1), bare=True)):
            at = at_minute(clock.reading(part_of_day(said)))
            return TimesHeard((at,)), take(line, *lone.span())
    return None, line


def _most_alone(line: str) -> re.Match[str] | None:
    """The number that stands apart from other words, else the last one."""
    numbers = lone_numbers(line)
    apart = (lone for lone in numbers if is_apart(line, lone))
    return next(apart, numbers[-1] if numbers else None)
