"""A chat network in memory: what was shown where, and how often it was edited."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from starlette.routing import BaseRoute

from bot.conversation.messages import Card, File, Notice, Place
from bot.conversation.ports import Delivered, Ears, FrontEndState, MessageGone, Pace, Receipt, Refused
from bot.wording.text import Plain, Text


@dataclass(slots=True)
class FakeMessage:
    """A message of the bot's as people see it."""

    id: str
    place: Place
    text: Text
    card: Card | None = None
    dialogue_id: str | None = None
    file: File | None = None
    quiet: bool = False
    edits: int = 0


@dataclass(slots=True)
class FakeFrontEnd:
    """`bot.conversation.ports.FrontEnd`. `receipts` are given, in order, instead of delivering."""

    name: str = "fake"
    pace: Pace = Pace(per_chat_second=1000, per_group_minute=60_000, per_second=10_000)
    writes_unasked: bool = True
    up: bool = True
    messages: list[FakeMessage] = field(default_factory=list)
    receipts: deque[Receipt] = field(default_factory=deque)
    erases: bool = True
    typed: list[FakeMessage] = field(default_factory=list)
    """What people wrote."""
    erasures: list[tuple[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    sent_at: list[datetime] = field(default_factory=list)
    _ids: "count[int]" = field(default_factory=lambda: count(1))
    _typed_ids: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def state(self) -> FrontEndState:
        return FrontEndState(up=self.up, since=datetime(2026, 1, 1, tzinfo=UTC))

    def private_chat(self, account_id: str) -> str | None:
        return f"dm:{account_id}" if self.writes_unasked else None

    def routes(self) -> list[BaseRoute]:
        return []

    def door(self, payload: str) -> str | None:
        return f"https://fake.example/{payload}"

    async def run(self, ears: Ears) -> None:
        """Nothing comes in by itself."""

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        self.keys.append(key)
        if self.receipts:
            return self.receipts.popleft()
        if message_id is not None:
            known = next((one for one in self.messages if one.id == message_id), None)
            if known is None:
                return MessageGone()
            known.edits += known.card != card
            known.card, known.text = card, card.text
            return Delivered(message_id=message_id)
        return self._post(FakeMessage(f"m{next(self._ids)}", place, card.text, card, dialogue_id))

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        self.keys.append(key)
        if self.receipts:
            return self.receipts.popleft()
        return self._post(
            FakeMessage(f"m{next(self._ids)}", place, notice.text, file=notice.file, quiet=notice.quiet)
        )

    async def erase(self, place: Place, message_id: str) -> Receipt:
        self.erasures.append((place.chat_id, message_id))
        if self.receipts:
            return self.receipts.popleft()
        if not self.erases:
            return Refused(reason="this network lets nobody delete what others wrote")
        self.typed = [one for one in self.typed if one.id != message_id]
        return Delivered(message_id=message_id)

    def type(self, place: Place, text: str) -> str:
        """Somebody types a message; its id."""
        typed = FakeMessage(f"p{next(self._typed_ids)}", place, Text((Plain(text),)))
        self.typed.append(typed)
        return typed.id

    def delete(self, message_id: str) -> None:
        """Somebody deletes a message."""
        self.messages = [one for one in self.messages if one.id != message_id]

    def _post(self, message: FakeMessage) -> Receipt:
        self.messages.append(message)
        return Delivered(message_id=message.id)
