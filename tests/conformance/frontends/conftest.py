"""Each network's people, and an evening with them."""

from contextlib import AsyncExitStack

import pytest

from bot.conversation.declared import Declared
from bot.flows.registry import all_flows
from core.clock import SystemClock
from tests.commands import COMMANDS
from tests.conformance.frontends.days import Days, venues
from tests.conformance.frontends.evening import Evening
from tests.conformance.frontends.transcript import Acting
from tests.drivers.discord import DiscordDriver
from tests.drivers.fake import FakeDriver
from tests.drivers.port import Driver
from tests.drivers.telegram import TelegramDriver
from tests.drivers.web import WebDriver

NETWORKS = ("fake", "telegram", "discord", "web")


def driver_of(network: str, commands=COMMANDS) -> Driver:
    match network:
        case "fake":
            return FakeDriver()
        case "telegram":
            return TelegramDriver(clock=SystemClock(), commands=commands)
        case "discord":
            return DiscordDriver(clock=SystemClock(), commands=commands)
        case "web":
            return WebDriver(clock=SystemClock(), commands=commands)
    raise AssertionError(network)


@pytest.fixture
def days():
    """Days to plan for, as they are today."""
    return Days()


@pytest.fixture
async def gather(tmp_path):
    """`await gather("telegram")`: an evening on these networks, over at the end of the test."""
    async with AsyncExitStack() as stack:

        async def on(*networks: str, **more) -> Evening:
            flows = [*all_flows(), *more.get("flows", ())]
            commands = Declared(flow.spec for flow in flows).commands
            drivers = [driver_of(network, commands) for network in networks]
            return await stack.enter_async_context(Evening(tmp_path, *drivers, venues=venues(), **more))

        yield on


@pytest.fixture(params=NETWORKS)
async def network(request):
    return request.param


@pytest.fixture
async def evening(gather, network):
    """An evening on one network, each in turn."""
    return await gather(network)


@pytest.fixture
async def act(evening, network):
    """Acts a transcript out on that network."""
    return Acting(driver=evening.drivers[network]).act
