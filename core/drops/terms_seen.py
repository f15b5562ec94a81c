"""What a venue asks of guests on days that are open, for a day that is not yet."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.domain.slot import DayState
from core.domain.terms import Terms
from core.domain.venue import Venue
from core.errors import FourtopError
from core.ports import Platform

_FARTHEST = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTerms:
    """The terms of a table on another day, `on`: likely, but not certain, to hold for the wanted day.

    Cancelling is free until `cut_off` before the table's time (None: the terms do not say).
    """

    on: date
    terms: Terms
    cut_off: timedelta | None = None


async def terms_seen(
    platform: Platform, venue: Venue, on: date, party_size: int, now: datetime
) -> SeenTerms | None:
    """Ask for an open day before `on`, one of the same weekday if there is; None when nothing is open or answers."""
    today = now.astimezone(venue.tz).date()
    last = min(on - timedelta(days=1), today + _FARTHEST)
    if last <= today:
        return None
    try:
        days = await platform.days(venue.ref, party_size=party_size, first=today, last=last)
        open_days = [day.on for day in days if day.state is DayState.OPEN]
        if not open_days:
            return None
        likely = max(open_days, key=lambda day: (day.weekday() == on.weekday(), day))
        listed = await platform.slots(venue.ref, on=likely, party_size=party_size)
    except FourtopError:
        return None
    if not listed.slots:
        return None
    slot = listed.slots[0]
    until = slot.terms.free_until
    cut_off = None if until is None else slot.starts_at - until
    return SeenTerms(on=likely, terms=slot.terms, cut_off=cut_off)
