"""What goes wrong at the platform, one family a name, each different with every seed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

from platforms.resy.lookalike import RIVALS, Contest, Fault, Storm, each_way, let_in
from tests.faults.resy.evening import ON, TIMES, ResyEvening

Wrong = Callable[[ResyEvening, Random], None]

_AFTER = (
    Fault.TEXT_500_AFTER_COMMIT,
    Fault.TIMEOUT_504_AFTER_COMMIT,
    Fault.CUT_AFTER_COMMIT,
    Fault.CUT_IN_BODY,
    Fault.HANG_AFTER_COMMIT,
    Fault.GARBAGE_AFTER_COMMIT,
    Fault.CUT_JSON,
    Fault.EMPTY_BODY,
)


def _at_book(*faults: Fault) -> Wrong:
    """The booking call fails like this, once or twice, the first one or a later one."""

    def wrong(evening: ResyEvening, luck: Random) -> None:
        for _ in range(luck.choice((1, 1, 2))):
            evening.world.faults.next("book", luck.choice(faults), skip=luck.choice((0, 0, 0, 1)))
        _somebody_else(evening, luck)

    return wrong


def _storm(evening: ResyEvening, luck: Random) -> None:
    every = ("find", "details", "book", "reservations")
    storm = Storm(
        probability=luck.uniform(0.2, 0.9),
        around=timedelta(seconds=luck.choice((2, 10, 30))),
        endpoints=tuple(luck.sample(every, luck.randint(1, 4))),
        faults=tuple(luck.sample((Fault.TEXT_500, Fault.HTML_503, Fault.HTML_504, *_AFTER[:2]), 2)),
        delay=timedelta(seconds=luck.choice((0, 0, 1, 8))),
    )
    _turn(evening, storm=storm)
    _somebody_else(evening, luck)


def _too_fast(evening: ResyEvening, luck: Random) -> None:
    for endpoint in ("find", "details", "book", "reservations"):
        if luck.random() < 0.6:
            fault = luck.choice((Fault.TOO_MANY, Fault.TOO_MANY_RETRY_AFTER))
            evening.world.faults.next(endpoint, fault, times=luck.randint(1, 3), skip=luck.randint(0, 2))


def _token(evening: ResyEvening, luck: Random) -> None:
    """The token ends between finding and booking; now and then nothing renews it."""
    evening.world.faults.next(
        luck.choice(("details", "book", "reservations")), Fault.TOKEN_EXPIRED, times=luck.randint(1, 2)
    )
    if luck.random() < 0.3:
        evening.world.accounts.drop_all(evening.ann.id, renewers=True)
    elif luck.random() < 0.3:
        evening.world.faults.next("refresh", luck.choice((Fault.HTML_504, Fault.CUT, Fault.TEXT_500)))
    _somebody_else(evening, luck)


def _account(evening: ResyEvening, luck: Random) -> None:
    """The answer to a booking call is lost, it is listed late, and then the account is of no use any more."""
    evening.world.faults.next("book", luck.choice(_AFTER))
    _turn(evening, stale_reservations=timedelta(seconds=luck.uniform(10, 25)))
    gone = luck.choice((Fault.TOKEN_EXPIRED, Fault.PAYMENT_402))
    evening.world.faults.next(luck.choice(("details", "book")), gone, times=2, skip=1)
    if gone is Fault.TOKEN_EXPIRED:
        evening.world.faults.next("refresh", Fault.UNAUTHORIZED_401, times=2)


def the_first_dies(evening: ResyEvening, luck: Random) -> None:
    """Ann's call books, its answer is lost, and while that is listed late her account dies: at a look for it, or at
    her next call.
    """
    evening.world.faults.next("book", luck.choice(_AFTER))
    _turn(evening, stale_reservations=timedelta(seconds=luck.uniform(10, 50)))
    if luck.random() < 0.5:
        evening.world.faults.next("reservations", Fault.TOKEN_EXPIRED, times=2, skip=luck.randint(0, 2))
    else:
        evening.world.faults.next(luck.choice(("details", "book")), Fault.TOKEN_EXPIRED, times=2, skip=1)
    evening.world.faults.next("refresh", Fault.UNAUTHORIZED_401, times=2)


def _garbage(evening: ResyEvening, luck: Random) -> None:
    faults = (Fault.GARBAGE, Fault.CUT_JSON, Fault.EMPTY_BODY, Fault.EMPTY_500, Fault.HTML_403)
    for endpoint in ("find", "details", "book", "reservations", "venue", "config"):
        if luck.random() < 0.5:
            evening.world.faults.next(
                endpoint, luck.choice(faults), times=luck.randint(1, 2), skip=luck.randint(0, 1)
            )


def _stale(evening: ResyEvening, luck: Random) -> None:
    """Lists that lag: tables that are gone are shown, and reservations that stand are not."""
    _turn(
        evening,
        stale_find=timedelta(seconds=luck.uniform(0, 20)),
        stale_reservations=timedelta(seconds=luck.uniform(0, 25)),
    )
    if luck.random() < 0.6:
        evening.world.faults.next("book", luck.choice(_AFTER))
    _rivals(evening, luck)


def _late(evening: ResyEvening, luck: Random) -> None:
    _turn(evening, drop_offset=timedelta(seconds=luck.choice((2, 30, 120))))
    _somebody_else(evening, luck)


def _early(evening: ResyEvening, luck: Random) -> None:
    _turn(evening, drop_offset=timedelta(milliseconds=-luck.choice((50, 300, 1000))))
    _somebody_else(evening, luck)


def _everything(evening: ResyEvening, luck: Random) -> None:
    for name in luck.sample(sorted(FAMILIES.keys() - {"everything at once"}), 3):
        FAMILIES[name](evening, luck)


def _somebody_else(evening: ResyEvening, luck: Random) -> None:
    if luck.random() < 0.5:
        _rivals(evening, luck)
    if luck.random() < 0.5:
        latency = each_way(luck.choice((5, 20, 150)), jitter=luck.choice((0, 30)))
        _turn(evening, latency=latency)


def _rivals(evening: ResyEvening, luck: Random) -> None:
    letters = luck.sample(sorted(RIVALS), luck.randint(1, 4))
    rivals = tuple(RIVALS[letter] for letter in letters)
    let_in(
        evening.world, Contest(venue_id=evening.venue.id, day=ON, rivals=rivals, times=TIMES, party_size=2)
    )


def _turn(evening: ResyEvening, **knobs: object) -> None:
    evening.world.knobs = replace(evening.world.knobs, **knobs)


FAMILIES: Mapping[str, Wrong] = {
    "504 after commit": _at_book(Fault.TIMEOUT_504_AFTER_COMMIT),
    "cut after commit": _at_book(Fault.CUT_AFTER_COMMIT, Fault.CUT_IN_BODY),
    "hang after commit": _at_book(Fault.HANG_AFTER_COMMIT),
    "lost before commit": _at_book(Fault.CUT, Fault.HANG, Fault.TEXT_500, Fault.HTML_504, Fault.GARBAGE),
    "storm of 500": _storm,
    "429": _too_fast,
    "token ends": _token,
    "account dies": _account,
    "garbage": _garbage,
    "stale lists": _stale,
    "late drop": _late,
    "early drop": _early,
    "everything at once": _everything,
}
