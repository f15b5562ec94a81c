"""Why a day has no slot, as far as that can be told without asking; pure."""

from datetime import date, datetime, timedelta

from core.domain.slot import Cause, DayState
from platforms.resy.venue_cache import CachedVenue

NEAR = timedelta(minutes=15)


def today_at(venue: CachedVenue, now: datetime) -> date:
    """The venue's own date."""
    return now.astimezone(venue.tz).date()


def by_rule(venue: CachedVenue, on: date, party_size: int, now: datetime) -> Cause | None:
    """What follows from the venue's limits and its drop; None where that leaves it open."""
    local = now.astimezone(venue.tz)
    today = local.date()
    if on < today:
        return Cause.PAST
    if party_size < venue.party_min:
        return Cause.PARTY_TOO_SMALL
    if party_size > venue.party_max:
        return Cause.PARTY_TOO_LARGE
    if venue.rule is not None:
        if not venue.rule.released(on, now):
            return Cause.NOT_RELEASED
    elif venue.lead_days is not None and on > today + timedelta(days=venue.lead_days):
        return Cause.BEYOND_HORIZON
    if on == today and venue.last_hour is not None and local.hour > venue.last_hour:
        return Cause.PAST
    return None


def by_calendar(state: DayState) -> Cause:
    """What the calendar says of an empty day. Where it says that it is open, it is behind, or the times are others."""
    match state:
        case DayState.CLOSED:
            return Cause.CLOSED
        case DayState.NOT_RELEASED:
            return Cause.NOT_RELEASED
        case DayState.FULL | DayState.OPEN:
            return Cause.FULL


def near_drop(venue: CachedVenue, on: date, now: datetime) -> bool:
    """Whether tables for the day come out about now, so that nothing slow is to be asked."""
    if venue.rule is None:
        return False
    drop_at = venue.rule.drop_of(on)
    return drop_at - NEAR <= now <= drop_at + venue.rule.window + NEAR


def state_of(venue: CachedVenue, on: date, said: DayState, now: datetime) -> DayState:
    """A day of the calendar, where the rule knows better: it may list days before they are on sale."""
    if on < today_at(venue, now):
        return DayState.CLOSED
    unreleased = venue.rule is not None and not venue.rule.released(on, now)
    return DayState.NOT_RELEASED if unreleased and said is not DayState.OPEN else said


def drop_at(venue: CachedVenue, on: date, now: datetime) -> datetime | None:
    """When the day's tables come out, if that is known and still to come."""
    at = None if venue.rule is None else venue.rule.drop_of(on)
    return at if at is not None and at > now else None
