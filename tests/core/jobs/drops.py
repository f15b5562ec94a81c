"""Drops that were, for tests: in milliseconds after the release."""

from datetime import UTC, date, datetime, time, timedelta

from core.domain.plan import Wish
from core.domain.venue import VenueRef
from core.jobs.review.drop_record import ClockNote, DropRecord, LookTaken, Try
from core.jobs.steps import Fate

DROP_AT = datetime(2026, 12, 8, 14, tzinfo=UTC)


def ms(count: float) -> timedelta:
    return timedelta(milliseconds=count)


def look(
    sent: float,
    answered: float,
    listed: int = 0,
    wanted: str = "",
    offered: str | None = None,
    cause: str = "",
) -> LookTaken:
    return LookTaken(
        sent=ms(sent),
        answered=ms(answered),
        listed=listed,
        wanted=tuple(wanted.split()),
        offered=tuple((wanted if offered is None else offered).split()),
        cause=cause,
    )


def tried(
    at: str, sent: float, answered: float | None, fate: Fate, seating: str = "", action: str = ""
) -> Try:
    return Try(
        token=f"{at}|{seating}",
        time=at,
        seating=seating,
        sent=ms(sent),
        answered=None if answered is None else ms(answered),
        fate=fate,
        action=action,
    )


def drop(**parts) -> DropRecord:
    return DropRecord(**{"drop_at": DROP_AT, "late": ms(0.4)} | parts)


def wish(*times: str, seatings: tuple[str, ...] = ()) -> Wish:
    return Wish(
        venue=VenueRef(platform="fake", id="luna"),
        on=date(2026, 12, 22),
        party_size=4,
        times=tuple(time.fromisoformat(at) for at in times),
        seatings=seatings,
    )


TAKEN, BOOKED = Fate.TAKEN, Fate.BOOKED

WON = drop(
    clock=ClockNote(offset=ms(12), uncertainty=ms(3)),
    looks=(look(-20, 21, 14, "19:30"),),
    tries=(tried("19:30", 22, 105, BOOKED, "Dining room"),),
    booked="19:30",
)

SECOND = drop(
    looks=(look(-20, 20), look(30, 71), look(80, 122), look(130, 172, 9, "19:30 20:00")),
    tries=(tried("19:30", 173, 254, TAKEN, "Dining room"), tried("20:00", 255, 338, BOOKED, "Bar")),
    booked="20:00",
)

TWO_MINUTES_LATE = drop(
    looks=(
        *(look(-20 + n * 250, 20 + n * 250) for n in range(12)),
        *(look(10_000 + n * 10_000, 10_041 + n * 10_000) for n in range(11)),
        look(120_000, 120_041, 9, "19:30"),
    ),
    tries=(tried("19:30", 120_042, 120_130, BOOKED, "Dining room"),),
    booked="19:30",
)

BEATEN = drop(
    looks=(look(-20, 21, 14, "19:30"), look(250, 290)),
    tries=(tried("19:30", 22, 105, TAKEN, "Dining room"),),
)

NOTHING = drop(looks=tuple(look(n * 60_000, n * 60_000 + 40) for n in range(10)))

DOWN = drop(failures=(ms(30), ms(530), ms(1530), ms(3600)))
