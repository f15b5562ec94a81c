"""A day, an hour and minutes before a drop: is everything as it was when the plan was armed?"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.account import Account, AccountState
from core.domain.booking import Booker
from core.domain.bracket import Bracket
from core.domain.drop import instant_of
from core.domain.job import due_of_drop
from core.domain.outcome import NothingYet, Outcome
from core.domain.plan import Plan
from core.domain.reservation import Reservation, ReservationState
from core.domain.slot import Availability
from core.domain.step import PreflightMade, Step, TroubleTold
from core.domain.trouble import Trouble
from core.domain.venue import Venue
from core.drops.terms_seen import terms_seen
from core.errors import FourtopError, SignInNeeded, VenueGone
from core.jobs.brief import Brief
from core.jobs.engine import JobEngine
from core.jobs.leased_job import LeasedJob
from core.jobs.store import Troubled
from core.jobs.traffic import Recently
from core.ports import Platform
from core.powers.accounts import Accounts, SignedIn
from core.powers.clock import TellsTime

log = logging.getLogger(__name__)

_MINUTE = timedelta(minutes=1)
_CLOCK_OFF = timedelta(seconds=4)
_AROUND = timedelta(hours=2)
"""A reservation of the same account this near to a wanted time stands in its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Troubles to be told, the drop's new moment if it moved, and whether wanted tables are open already."""

    troubles: tuple[Troubled, ...] = ()
    moved_to: datetime | None = None
    open_now: bool = False


def was_made(steps: Iterable[Step], stage: timedelta, drop_at: datetime) -> bool:
    """Whether the stage's preflight was made for this drop, and written down."""
    return any(
        isinstance(step.what, PreflightMade | TroubleTold)
        and step.what.stage_min == stage // _MINUTE
        and step.at >= drop_at - stage
        for step in steps
    )


async def preflight(
    leased: LeasedJob, brief: Brief, engine: JobEngine, *, drop_at: datetime, stage: timedelta
) -> Outcome | None:
    """Look whether all is well, tell of what is not, follow a drop that has moved, and book what is open already.

    None: there is nothing but to wait for the drop. Trouble never keeps the attempt from being made.
    """
    platform, turns = engine.platform_of(brief), engine.traffic.turns
    look = _Look(
        plan=brief.plan,
        platform=platform,
        bookers=brief.bookers,
        accounts=brief.accounts,
        drop_at=drop_at,
        until=leased.job.until,
        now=engine.clock.now(),
        recently=engine.traffic.recently,
    )
    async with turns[platform.name]:
        findings = await look.run()
    gone = (Troubled(trouble=Trouble.CHAT_GONE),) if brief.chat_is_dead else ()
    for found in (*gone, *findings.troubles):
        await leased.tell(found, stage=stage)
    if not gone and not findings.troubles:
        leased.recorder.add(PreflightMade(stage_min=stage // _MINUTE))
    if findings.moved_to is not None:
        await leased.rearm(findings.moved_to)
        next_at = due_of_drop(findings.moved_to, engine.clock.now(), plan_id=brief.plan.id)
        return NothingYet(again_at=next_at)
    if not findings.open_now or not brief.bookers or brief.first is not None:
        return None
    outcome = await engine.attempt(leased, brief).look()
    if outcome is None:
        await leased.stand_down()
    return outcome


@dataclass(slots=True, kw_only=True)
class _Look:
    """Looks at all that a drop needs."""

    plan: Plan
    platform: Platform
    bookers: tuple[Booker, ...]
    accounts: tuple[Account, ...] | None
    drop_at: datetime
    until: datetime
    now: datetime
    recently: Recently

    async def run(self) -> Findings:
        """Everything that can be found out now, politely: what was asked a moment ago is not asked again."""
        wish = self.plan.wish
        troubles: list[Troubled] = []
        try:
            venue = await self.recently.ask(("venue", wish.venue), lambda: self.platform.venue(wish.venue))
            listed = await self._slots()
        except VenueGone:
            return Findings(troubles=(Troubled(trouble=Trouble.VENUE_GONE),))
        except Exception as error:  # what breaks here may well work at the drop
            log.warning("The preflight at %s came to nothing.", wish.venue, exc_info=error)
            return Findings(troubles=(Troubled(trouble=Trouble.PLATFORM_DOWN),))
        if isinstance(self.platform, TellsTime) and await self._clock_is_off(self.platform):
            troubles.append(Troubled(trouble=Trouble.CLOCK_OFF))
        if isinstance(self.platform, Accounts) and self.accounts is not None:
            troubles.extend(await self._of_accounts(self.platform, venue, listed))
        if wish.rank(listed.slots):
            return Findings(troubles=tuple(troubles), open_now=True)
        moved_to = None if venue.drop is None else venue.drop.drop_of(wish.on)
        if moved_to is None or moved_to == self.drop_at:
            return Findings(troubles=tuple(troubles))
        # A drop that has passed and left nothing on the list may still be late: keep the moment that was armed.
        troubles.append(Troubled(trouble=Trouble.DROP_MOVED))
        return Findings(troubles=tuple(troubles), moved_to=moved_to if moved_to > self.now else None)

    async def _clock_is_off(self, platform: TellsTime) -> bool:
        """Whether our clock is further from the platform's than is measured, and made up for, at the drop."""
        try:
            reading = await self.recently.ask(("clock", self.platform.name), platform.read_clock)
        except FourtopError as error:
            log.warning("The clock of %s could not be read.", self.platform.name, exc_info=error)
            return False
        if reading is None:
            return False
        read = Bracket.of(sent_at=reading.sent_at, answered_at=reading.answered_at, shown=reading.shown)
        return read.low > _CLOCK_OFF or read.high < -_CLOCK_OFF

    async def _slots(self) -> Availability:
        wish = self.plan.wish
        return await self.recently.ask(
            ("slots", wish.venue, wish.on, wish.party_size),
            lambda: self.platform.slots(wish.venue, on=wish.on, party_size=wish.party_size),
        )

    async def _of_accounts(self, power: Accounts, venue: Venue, listed: Availability) -> list[Troubled]:
        assert self.accounts is not None
        if not self.accounts:
            return [Troubled(trouble=Trouble.NOT_CONNECTED)]
        dead = [each for each in self.accounts if each.state is not AccountState.CONNECTED]
        troubles = [Troubled(trouble=Trouble.SIGN_IN, account_id=each.id) for each in dead]
        for booker in self.bookers:
            assert booker.account_id is not None
            try:
                troubles.extend(await self._of_account(power, booker, booker.account_id, venue, listed))
            except SignInNeeded:
                troubles.append(Troubled(trouble=Trouble.SIGN_IN, account_id=booker.account_id))
            except FourtopError as error:
                log.warning("Account %d could not be looked at.", booker.account_id, exc_info=error)
        return troubles

    async def _of_account(
        self, power: Accounts, booker: Booker, account_id: int, venue: Venue, listed: Availability
    ) -> list[Troubled]:
        signed_in = await self.recently.ask(("account", account_id), lambda: power.look_at(account_id))
        if _ends_before(signed_in, self.until):
            return [Troubled(trouble=Trouble.SIGN_IN, account_id=account_id)]
        if not signed_in.cards and await self._card_needed(venue, listed):
            return [Troubled(trouble=Trouble.NO_CARD, account_id=account_id)]
        held = await self.recently.ask(
            ("reservations", account_id), lambda: self.platform.reservations(booker=booker)
        )
        for reservation in held:
            if self._in_the_way(reservation):
                return [
                    Troubled(
                        trouble=Trouble.CONFLICT,
                        account_id=account_id,
                        about=await self._named(reservation, venue),
                    )
                ]
        return []

    async def _card_needed(self, venue: Venue, listed: Availability) -> bool:
        """By the day's own terms or, before it is released, those of another day."""
        terms = [slot.terms for slot in listed.slots]
        if not terms:
            wish = self.plan.wish
            seen = await self.recently.ask(
                ("terms", venue.ref, wish.on, wish.party_size),
                lambda: terms_seen(self.platform, venue, wish.on, wish.party_size, self.now),
            )
            terms = [] if seen is None else [seen.terms]
        return any(each.card_needed or each.late_fee or each.deposit for each in terms)

    def _in_the_way(self, held: Reservation) -> bool:
        wish, zone = self.plan.wish, ZoneInfo(self.plan.zone)
        if held.state is not ReservationState.BOOKED or held.key == self.plan.id:
            return False
        if held.venue == wish.venue and held.starts_at.astimezone(zone).date() == wish.on:
            return True
        return any(abs(held.starts_at - instant_of(wish.on, at, zone)) < _AROUND for at in wish.times)

    async def _named(self, held: Reservation, venue: Venue) -> str:
        name = venue.name
        if held.venue != venue.ref:
            try:
                name = (await self.platform.venue(held.venue)).name
            except FourtopError:
                name = held.venue.id
        return f"{name}, {held.starts_at:%a} {held.starts_at.day} {held.starts_at:%b %H:%M}"


def _ends_before(signed_in: SignedIn, at: datetime) -> bool:
    """Whether nothing opens the account at `at`, unless its guest signs in again."""
    pair = signed_in.credentials
    if pair.expires_at is None or pair.expires_at > at:
        return False
    return pair.refresh is None or (pair.refresh_expires_at is not None and pair.refresh_expires_at <= at)
