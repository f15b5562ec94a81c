from collections.abc import AsyncIterator

import pytest

from core.security.secret import Secret
from platforms.resy.client import ResyClient
from platforms.resy.lookalike import LookAlike
from tests.fakes.clock import FakeClock
from tests.fakes.server import serving
from tests.platforms.resy.scene import KEY, Resy, Scripted, resy_before

TOKEN = Secret("the-token")


@pytest.fixture
async def resy() -> AsyncIterator[Resy]:
    clock = FakeClock()
    async with resy_before(LookAlike(clock), clock) as scene:
        yield scene


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def client(scripted: Scripted, clock: FakeClock) -> AsyncIterator[ResyClient]:
    async with serving(scripted) as url:
        client = ResyClient(url, KEY, clock)
        yield client
        await client.aclose()
