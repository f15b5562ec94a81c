"""A bot in front of a Bot API that can be stopped, and be told to refuse."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.frontends.telegram.frontend import TelegramFrontEnd
from tests.doubles.botapi.server import BotApi
from tests.doubles.botapi.world import World
from tests.fakes.clock import FakeClock
from tests.fakes.ears import ScriptedEars


@dataclass(slots=True)
class Scene:
    """A world with Ann in a group, and a bot that may be started and killed."""

    world: World
    api: BotApi
    clock: FakeClock
    ears: ScriptedEars

    @asynccontextmanager
    async def bot(self, *, token=None, ears=None, commands=(), **more):
        frontend = TelegramFrontEnd(
            token=token or self.world.token, api_url=self.api.url, clock=self.clock, commands=commands, **more
        )
        running = asyncio.create_task(frontend.run(ears or self.ears))
        try:
            yield frontend
            assert not running.done()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await frontend.aclose()

    async def time_passes_until(self, condition):
        """Let pauses end one after the other until something has happened."""

        async def passing():
            while not condition():
                await asyncio.sleep(0.002)
                await self.clock.advance(timedelta(seconds=5))

        await asyncio.wait_for(passing(), 10)


@pytest.fixture
async def scene():
    clock = FakeClock()
    world = World(clock=clock)
    async with BotApi(world) as api:
        yield Scene(world, api, clock, ScriptedEars())


@pytest.fixture
def ann(scene):
    return scene.world.person("Ann")


@pytest.fixture
def group(scene, ann):
    return scene.world.group("Friends", [ann])
