"""The evening for somebody at the page: a drop soon, and another one whenever one has passed."""

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.bootstrap import Fourtop
from bot.demo import stage, words
from bot.demo.contest import contest
from bot.demo.release import VENUE, Release, release_in
from bot.demo.rivals import USUAL, Race, Rival
from bot.demo.transcript import put
from core.persistence import guests

_ALONE = 3
"""So many releases may pass without a word from anybody; the next one waits for somebody to speak."""

_ENJOY = timedelta(seconds=10)
_GLANCE = timedelta(seconds=1)


async def play_by_hand(
    built: Fourtop, *, lead: timedelta, rivals: Sequence[Rival] = USUAL, pause: timedelta = _ENJOY
) -> int:
    """Play until cancelled, or until Fourtop stops by itself (1). A release comes `lead` after it is announced,
    the next announcement `pause` after the last rival is done.
    """
    release = release_in(lead, now=built.clock.now())
    await stage.arm(built, release)
    await stage.tell_group(built, words.greeting(release), key="welcome")
    url = built.page_token.address(built.http.url, panes=",".join(stage.FRIENDS))
    for line in words.welcome(url, release, rivals=len(rivals), lead=lead):
        put(line)
    releasing = asyncio.create_task(_release_again_and_again(built, release, rivals, lead=lead, pause=pause))
    showing = asyncio.create_task(_open_browser(url))
    stopping = asyncio.create_task(built.stopping.wait())
    try:
        await asyncio.wait({releasing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if releasing.done():
            releasing.result()
    finally:
        for task in (releasing, showing, stopping):
            task.cancel()
        await asyncio.gather(releasing, showing, stopping, return_exceptions=True)
    return 1


async def _release_again_and_again(
    built: Fourtop, release: Release, rivals: Sequence[Rival], *, lead: timedelta, pause: timedelta
) -> None:
    clock, alone, key = built.clock, 0, await stage.key_for_others(built)
    announced_at = clock.now()
    while True:
        race = Race(
            url=built.http.url, venue=VENUE, on=release.on, drop_at=release.drop_at, rivals=tuple(rivals)
        )
        async with contest(race, key) as others:
            takings = await others.takings()
        await clock.sleep_until(release.drop_at)
        put(f"  {words.clock(release.drop_at)}  {words.day(release)} was released.")
        for line in words.rivals_got(takings):
            put(f"  {line}")
        await clock.sleep(pause)
        alone = 0 if await _spoke_at(built) > announced_at else alone + 1
        while alone >= _ALONE and await _spoke_at(built) <= announced_at:
            await clock.sleep(_GLANCE)
        announced_at = clock.now()
        release = release_in(lead, now=announced_at, after=release.on)
        await stage.arm(built, release)
        await stage.tell_group(built, words.once_more(release), key=f"again:{release.on}")
        put()
        put(f"  Tables    {words.day(release)}, released at {words.clock(release.drop_at)}")
        put(f"  Type      {words.command(release)}")
        put()


async def _spoke_at(built: Fourtop) -> datetime:
    """When somebody last said or tapped something."""

    def look(tx: Connection) -> datetime:
        return max(guest.last_seen_at for guest in guests.page(tx, offset=0, limit=100).guests)

    return await built.database.read(look)


async def _open_browser(url: str) -> None:
    """Open the page where there is a screen; in a process of its own, for browsers print what they please."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    if sys.platform.startswith("linux") and not any(map(os.environ.get, screens)):
        return
    quiet = asyncio.subprocess.DEVNULL
    browser = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "webbrowser", url),
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        start_new_session=True,
    )
    await browser.wait()
