"""Tables that a platform confirmed and did not list yet: looked for until it does."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from core.clock import Clock
from core.domain.booking import Booker
from core.domain.fact import TableReadBack, TableUnlisted
from core.errors import FourtopError
from core.persistence import facts, guests, reservations
from core.persistence.database import Database
from core.persistence.reservations import Kept
from core.ports import Platform
from core.runtime.quiet_window import QuietWindow

log = logging.getLogger(__name__)

LOOKS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""After the booking. From the last one on, until the platform has answered, once in so long:"""
_THEN_EVERY = timedelta(minutes=15)
_GIVEN_UP_AFTER = timedelta(days=1)


class ReadBack:
    """Asks the platform for its list, marks what is on it, and records that a table is not."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        platforms: Mapping[str, Platform],
        quiet_window: QuietWindow,
    ) -> None:
        self._database = database
        self._clock = clock
        self._platforms = platforms
        self._quiet_window = quiet_window
        self._looked_at: dict[int, datetime] = {}
        self._told: set[int] = set()

    async def look(self) -> bool:
        """Look for the tables whose turn it is; whether anything was written."""
        now = self._clock.now()
        waiting = await self._database.read(
            lambda tx: reservations.not_read_back(tx, booked_after=now - _GIVEN_UP_AFTER, now=now)
        )
        written = False
        for kept in waiting:
            if kept.id not in self._told and self._is_due(kept, now):
                self._looked_at[kept.id] = now
                written = await self._look_for(kept) or written
        return written

    def _is_due(self, kept: Kept, now: datetime) -> bool:
        looked_at = self._looked_at.get(kept.id)
        since_booked = now - kept.booked_at
        last = LOOKS[-1]
        if since_booked >= last:
            turn = kept.booked_at + last + (since_booked - last) // _THEN_EVERY * _THEN_EVERY
        else:
            turns = [kept.booked_at + after for after in LOOKS if after <= since_booked]
            if not turns:
                return False
            turn = turns[-1]
        return looked_at is None or looked_at < turn

    async def _look_for(self, kept: Kept) -> bool:
        await self._quiet_window.passed()
        platform = self._platforms.get(kept.reservation.venue.platform)
        if platform is None:
            return False
        name = await self._database.read(lambda tx: guests.get(tx, kept.booker_id).name)
        booker = Booker(guest_id=kept.booker_id, name=name, account_id=kept.account_id)
        try:
            listed = await platform.reservations(booker=booker)
        except FourtopError as error:  # it says nothing about the table
            log.info("table %d could not be looked for: %s", kept.id, error)
            return False
        now = self._clock.now()
        if any(one.id == kept.reservation.id for one in listed):
            await self._database.write(lambda tx: _mark(tx, kept, now))
            return True
        if now - kept.booked_at < LOOKS[-1]:
            return False
        log.warning("table %d is not on its platform's list", kept.id)
        await self._database.write(lambda tx: _tell(tx, kept, now))
        self._told.add(kept.id)
        return True


def _mark(tx: Connection, kept: Kept, now: datetime) -> None:
    reservations.read_back(tx, kept.id)
    facts.record(tx, TableReadBack(plan_id=kept.plan_id, reservation_id=kept.id), now=now)


def _tell(tx: Connection, kept: Kept, now: datetime) -> None:
    still = reservations.get(tx, kept.id)
    if still is not None and still.reservation.state is kept.reservation.state:
        facts.record(tx, TableUnlisted(plan_id=kept.plan_id, reservation_id=kept.id), now=now)
