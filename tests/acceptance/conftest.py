"""Whole processes in this one, and what they leave behind in it put right."""

import gc
import sys
from contextlib import AsyncExitStack

import pytest
from pydantic import SecretStr

from bot.bootstrap import Fourtop, fourtop
from bot.platforms import PLATFORMS, keeps_venues
from core.platform_spec import as_set
from core.runtime.settings import Settings
from tests.acceptance.friends import DiscordFriends, PageFriends, TelegramFriends
from tests.acceptance.venue import Alcove
from tests.settings import settings_of


@pytest.fixture(autouse=True)
def _as_before():
    """A process of its own need not put these back."""
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)
    gc.unfreeze()


@pytest.fixture
async def telegram():
    friends = TelegramFriends()
    await friends.arrive()
    yield friends
    await friends.leave()


@pytest.fixture
async def discord():
    friends = DiscordFriends()
    await friends.arrive()
    yield friends
    await friends.leave()


@pytest.fixture
def settings(tmp_path, telegram, discord):
    """Every network on, each pointed at its double; the Anns are admins."""
    return settings_of(
        data_dir=tmp_path,
        admins=(("telegram", telegram.account("ann")), ("discord", discord.account("ann")), ("web", "ann")),
        telegram_token=SecretStr(telegram.world.token),
        telegram_api_url=telegram.api.url,
        discord_token=SecretStr(discord.double.token),
        discord_api_url=discord.double.api_url,
        http_port=0,
    )


class Run:
    """Starts Fourtop, with a page for its friends, and stops it."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self.stop = stack.aclose

    async def __call__(self, settings: Settings, venue: Alcove) -> tuple[Fourtop, PageFriends]:
        built = await self._stack.enter_async_context(fourtop(settings, platforms=as_set(PLATFORMS)))
        _, own = keeps_venues()
        await own.add(built.database, venue.file, file="the test", clock=built.clock)
        page = PageFriends()
        await page.arrive(built.http.url, built.page_token)
        self._stack.push_async_callback(page.leave)
        return built, page


@pytest.fixture
async def run(telegram, discord):
    """`await run(settings, venue)`: a process, with its friends at the page; it ends before the networks do."""
    async with AsyncExitStack() as stack:
        yield Run(stack)
