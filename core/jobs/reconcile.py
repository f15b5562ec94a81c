"""What became of a booking call whose answer was lost.

The platform's list of reservations is asked, never `book` a second time.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.clock import Clock
from core.domain.booking import Booked, Booker
from core.domain.drop import instant_of
from core.domain.job_state import JobState
from core.domain.outcome import GaveUp, Reason
from core.domain.plan import Plan, Wish
from core.domain.reservation import Reservation, ReservationState
from core.domain.step import Step, StepKind
from core.errors import PlatformDown, SignInNeeded
from core.jobs.steps import Recorder
from core.ports import Platform

AT_FIRST = (timedelta(0), timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=10))
"""Pauses before each asking. The call may still be on its way at the first, and a reservation may be listed late:
only when the last one has found nothing is it worth trying on."""

AT_LAST = (timedelta(seconds=20), timedelta(seconds=40))
"""The same, before friends are told that there is no table: nothing else is to be done meanwhile."""

MAY_BE_LATE_BY = sum(AT_LAST, timedelta(0))
"""So long a call that was not answered may still turn out to have booked: nobody else's account books meanwhile."""

_BACKOFF = timedelta(seconds=1)
_LONGEST_BACKOFF = timedelta(seconds=30)


async def look_up(
    *,
    plan: Plan,
    platform: Platform,
    booker: Booker,
    clock: Clock,
    recorder: Recorder,
    is_anothers: Callable[[Reservation], Awaitable[bool]],
    locked_out: Callable[[], Awaitable[None]],
    pauses: Sequence[timedelta] = AT_FIRST,
) -> Booked | GaveUp:
    """`Booked`; `NOT_FOUND` once it said so often enough; `NEVER_ANSWERED` if the evening came first.

    `is_anothers` tells whether a reservation without a key is known to be another plan's; `locked_out` is called
    once if the account can't be asked any more: its guest has to sign in, and is waited for.
    """
    left, backoff, end, told = list(pauses), _BACKOFF, _over_at(plan), False
    while left:
        await clock.sleep(left[0])
        try:
            reservations = await platform.reservations(booker=booker)
        except Exception as error:  # noqa: BLE001 - whatever broke, the platform has not answered yet
            wish = error.retry_after if isinstance(error, PlatformDown) else None
            recorder.add(StepKind.PLATFORM_DOWN, why=str(error)[:200])
            if isinstance(error, SignInNeeded) and not told:
                told = True
                await locked_out()
            if clock.now() >= end:
                return GaveUp(reason=Reason.NEVER_ANSWERED)
            await clock.sleep(wish or backoff)
            backoff = min(backoff * 2, _LONGEST_BACKOFF)
            continue
        found = await _ours(reservations, plan, is_anothers)
        recorder.add(StepKind.LOOKED_UP, listed=len(reservations), found=found is not None)
        if found is not None:
            return Booked(reservation=found)
        if clock.now() >= end:
            return GaveUp(reason=Reason.NEVER_ANSWERED)
        left.pop(0)
    return GaveUp(reason=Reason.NOT_FOUND)


def looked_up_at(steps: Sequence[Step]) -> datetime | None:
    """When it was last asked in vain what became of a call; None when no call's answer was lost."""
    return max((step.at for step in steps if step.kind is StepKind.LOOKED_UP), default=None)


def unanswered_at(steps: Sequence[Step]) -> datetime | None:
    """When a call was last left without an answer, or found to be; None when every one was answered."""
    return max((step.at for step in steps if _is_unanswered(step)), default=None)


def _is_unanswered(step: Step) -> bool:
    woken_unsure = step.kind is StepKind.WOKEN and step.detail.get("state") == JobState.UNSURE
    return step.kind is StepKind.UNKNOWN or woken_unsure


async def _ours(
    reservations: Sequence[Reservation], plan: Plan, is_anothers: Callable[[Reservation], Awaitable[bool]]
) -> Reservation | None:
    live = [each for each in reservations if each.state is ReservationState.BOOKED]
    for each in live:
        if each.key == plan.id:
            return each
    for each in live:
        if each.key is None and _answers(each, plan) and not await is_anothers(each):
            return each
    return None


def _answers(reservation: Reservation, plan: Plan) -> bool:
    """Whether this is the table that was wished for."""
    wish, local = plan.wish, reservation.starts_at
    return (
        reservation.venue == wish.venue
        and reservation.party_size == wish.party_size
        and local.date() == wish.on
        and local.time() in wish.times
    )


def _over_at(plan: Plan) -> datetime:
    """From here on the platform's list of upcoming reservations proves nothing."""
    return first_time_of(plan.wish, plan.zone)


def first_time_of(wish: Wish, zone: str) -> datetime:
    """The earliest instant (UTC) the friends would sit down."""
    return instant_of(wish.on, min(wish.times), ZoneInfo(zone))
