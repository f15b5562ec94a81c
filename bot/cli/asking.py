"""How the doctor and the start block look at things: one GET a question, and each platform's own check."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from core.clock import Clock
from core.health import Asked, Checkup, Finding, Health
from core.platform_spec import PlatformAsSet

log = logging.getLogger(__name__)


class Asking:
    """Asks servers, and remembers in `answers` what they said."""

    def __init__(self, session: aiohttp.ClientSession, clock: Clock) -> None:
        self.answers: list[Asked] = []
        self._session = session
        self._clock = clock

    async def ask(self, url: str, headers: Mapping[str, str]) -> Asked:
        """One GET; what does not answer in time has no status."""
        answer = await self._ask(url, headers)
        self.answers.append(answer)
        return answer

    async def _ask(self, url: str, headers: Mapping[str, str]) -> Asked:
        before = self._clock.now()
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                offset = _offset(response.headers.get("Date"), before, self._clock.now)
                return Asked(status=response.status, offset=offset)
        except (TimeoutError, aiohttp.ClientError, ValueError):
            return Asked(status=None)


@asynccontextmanager
async def asking(clock: Clock, *, patience: timedelta) -> AsyncGenerator[Asking]:
    """For as long as things are looked at; each answer is waited for so long."""
    timeout = aiohttp.ClientTimeout(total=patience.total_seconds())
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield Asking(session, clock)


async def look_at(platforms: Sequence[PlatformAsSet], checkup: Checkup) -> Sequence[Finding]:
    """What the platforms say of themselves, in their order; one whose check breaks is a finding, too."""
    found = await asyncio.gather(*(_of(one, checkup) for one in platforms))
    return [finding for findings in found for finding in findings]


async def _of(platform: PlatformAsSet, checkup: Checkup) -> Sequence[Finding]:
    try:
        return await platform.health(checkup)
    except Exception as error:
        name, kind = platform.spec.name, type(error).__name__
        log.exception("looking at %s broke", name)
        advice = "The log says more."
        return [Finding(what=name, health=Health.BAD, words=f"its check broke: {kind}.", advice=advice)]


def _offset(date: str | None, before: datetime, now: Callable[[], datetime]) -> timedelta | None:
    if date is None:
        return None
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return None
    ours = before + (now() - before) / 2
    return theirs + timedelta(seconds=0.5) - ours  # the header shows whole seconds
