"""What has to be seen to now and then: tokens that end, tables that a platform has not listed yet."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from core import unit
from core.accounts.expiry import Expiry
from core.accounts.keeper import AccountKeeper
from core.clock import Clock
from core.jobs.wake import Alarm
from core.persistence.database import Database
from core.plans.read_back import ReadBack
from core.ports import Platform
from core.runtime.bell import Bell
from core.runtime.quiet_window import QuietWindow

ACCOUNTS_EVERY = timedelta(hours=1)
TABLES_EVERY = timedelta(minutes=1)


class Maintenance:
    """Looks at the start, and then every so often; one look of a kind at a time."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        wallet: AccountKeeper,
        platforms: Mapping[str, Platform],
        alarm: Alarm,
        quiet_window: QuietWindow,
        bell: Bell,
    ) -> None:
        self._expiry = Expiry(database=database, clock=clock, wallet=wallet, platforms=platforms)
        self._read_back = ReadBack(
            database=database, clock=clock, platforms=platforms, quiet_window=quiet_window
        )
        self._alarm = alarm
        self._quiet_window = quiet_window
        self._bell = bell
        self._looking: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        """Begin, on the running loop."""
        for name, period, look in (
            ("accounts", ACCOUNTS_EVERY, self.look_at_accounts),
            ("tables", TABLES_EVERY, self.look_at_tables),
        ):
            self._begin(name, look)
            self._alarm.every(
                f"maintenance: {name}", period, lambda name=name, look=look: self._begin(name, look)
            )

    async def stop(self) -> None:
        """Leave off; a renewal that is out comes back to the wallet all the same."""
        for task in self._looking.values():
            task.cancel()
        await asyncio.gather(*self._looking.values(), return_exceptions=True)

    async def look_at_accounts(self) -> None:
        """Renew what is near its end, and tell of what can't be renewed."""
        await self._quiet_window.passed()
        await self._expiry.look()
        self._bell.ring()

    async def look_at_tables(self) -> None:
        """Read back what was booked and not yet listed."""
        if await self._read_back.look():
            self._bell.ring()

    def _begin(self, name: str, look: Callable[[], Awaitable[None]]) -> None:
        if name not in self._looking or self._looking[name].done():
            self._looking[name] = asyncio.create_task(_carried_out(name, look), name=f"maintenance: {name}")


async def _carried_out(name: str, look: Callable[[], Awaitable[None]]) -> None:
    """What comes to nothing is tried again by the next one. What asked nobody anything is not worth a line."""
    with unit.begin("maintenance", level=logging.DEBUG, look=name) as looking:
        try:
            await look()
        except Exception as error:  # noqa: BLE001 - logged with the look
            looking.failed(error, broken=True)
        if looking.counted["requests"]:
            looking.level = logging.INFO
