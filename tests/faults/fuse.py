"""A process's life in steps: each write, each message sent and each call to a platform is one before and one after."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from bot.conversation.messages import Card, Notice, Place
from bot.conversation.ports import Receipt
from core.domain.booking import BookAnswer
from core.domain.mandate import Mandate
from core.domain.slot import Slot
from core.persistence.database import Database, Work
from core.ports import Permit, Platform, at_will
from tests.fakes.relay import Relay
from tests.faults.network import Network

T = TypeVar("T")


class Fuse:
    """Burns down with every step that reaches outside the process; at its end nothing more happens."""

    def __init__(self, length: int | None = None) -> None:
        self._length = length
        self._last: str | None = None
        self.steps: list[str] = []
        """What has been passed, by name; the last one is where the process died."""

    @property
    def blown(self) -> bool:
        return self._length is not None and len(self.steps) >= self._length

    def shorten(self, left: int = 0) -> None:
        """Live for so many steps from now on; for none, this is the end."""
        self._length = len(self.steps) + left

    def end_at(self, name: str) -> None:
        """Live up to the next step that is called so."""
        self._last = name

    async def step(self, name: str) -> None:
        if not self.blown:
            self.steps.append(name)
            if name == self._last:
                self.shorten()
        await self.alive()

    async def alive(self) -> None:
        """Stand still for ever once the fuse is blown."""
        if self.blown:
            await asyncio.Future()


class MortalDatabase(Relay):
    """Dies before or after a commit."""

    def __init__(self, database: Database, fuse: Fuse) -> None:
        super().__init__(database)
        self._fuse = fuse

    async def read(self, work: Work[T]) -> T:
        await self._fuse.alive()
        return await self._database.read(work)

    async def write(self, work: Work[T]) -> T:
        await self._fuse.step(f"before {_name(work)}")
        answer = await self._database.write(work)
        await self._fuse.step(f"after {_name(work)}")
        return answer


class MortalFrontEnd:
    """Dies before a message has reached the network, or before the network's answer is heard."""

    def __init__(self, network: Network, fuse: Fuse) -> None:
        self._network = network
        self._fuse = fuse

    def __getattr__(self, name: str) -> object:
        return getattr(self._network, name)

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        await self._fuse.step(f"before a card is shown in {place.chat_id}")
        receipt = await self._network.show(
            place, card, dialogue_id=dialogue_id, message_id=message_id, key=key
        )
        await self._fuse.step(f"after a card was shown in {place.chat_id}")
        return receipt

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        await self._fuse.step(f"before {key} is told in {place.chat_id}")
        receipt = await self._network.tell(place, notice, key=key)
        await self._fuse.step(f"after {key} was told in {place.chat_id}")
        return receipt


class MortalPlatform:
    """Dies before a booking call has reached the platform, or before its answer is heard."""

    def __init__(self, platform: Platform, fuse: Fuse) -> None:
        self._platform = platform
        self._fuse = fuse

    def __getattr__(self, name: str) -> object:
        return getattr(self._platform, name)

    async def book(self, slot: Slot, *, mandate: Mandate, key: str, permit: Permit = at_will) -> BookAnswer:
        async def dying() -> None:
            await permit()
            await self._fuse.step("before the booking call")

        answer = await self._platform.book(slot, mandate=mandate, key=key, permit=dying)
        await self._fuse.step("after the booking call")
        return answer


def _name(work: Callable[[Connection], object]) -> str:
    """Who writes or, of a job, what: `Settled`."""
    for name, cell in zip(work.__code__.co_freevars, work.__closure__ or (), strict=True):
        if name == "change":
            return type(cell.cell_contents).__name__
    return work.__qualname__.replace(".<locals>", "").replace(".<lambda>", "")
