"""A chat network that outlives the bot's process: what people see, and what the bot has not acknowledged."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy.exc import OperationalError

from bot.conversation.messages import Card, Chose, Command, Event, Heard, Notice, Person, Place, Said
from bot.conversation.ports import Delivered, Ears, Receipt
from core.clock import Clock
from tests.expect import present
from tests.fakes.frontend import FakeFrontEnd, FakeMessage

GROUP = "friends"
_AT = datetime(2026, 1, 1, tzinfo=UTC)


class NothingThereError(Exception):
    """What somebody would tap or answer is not there (yet)."""


@dataclass(slots=True)
class Update:
    """Something a person did; `noted` once the bot has said that it cannot be lost any more."""

    heard: Heard
    noted: bool = False


@dataclass(slots=True)
class Network(FakeFrontEnd):
    """`tests.fakes.frontend.FakeFrontEnd` that shows a message with a known key only once.

    What was not acknowledged is handed to the next process that listens; with `forgetful` everything is.
    """

    forgetful: bool = False
    updates: list[Update] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    sendings: Counter[str] = field(default_factory=Counter)
    """How often each notice was handed to the network."""
    _made: dict[str, str] = field(default_factory=dict)
    _ears: Ears | None = None
    _clock: Clock | None = None
    _handing_over: set[asyncio.Task[None]] = field(default_factory=set)

    # The bot's side.

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        if message_id is None and key in self._made:
            return Delivered(message_id=self._made[key])
        receipt = await FakeFrontEnd.show(
            self, place, card, dialogue_id=dialogue_id, message_id=message_id, key=key
        )
        return self._remembered(key, receipt)

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        self.sendings[key] += 1
        if key in self._made:
            return Delivered(message_id=self._made[key])
        return self._remembered(key, await FakeFrontEnd.tell(self, place, notice, key=key))

    def listen(self, ears: Ears, clock: Clock) -> None:
        """A process asks for updates."""
        self._ears, self._clock, self.up = ears, clock, True
        self._hand_over([update for update in self.updates if self.forgetful or not update.noted])

    def copy(self) -> "Network":
        """What the network knows, without whoever listens."""
        other = Network(
            up=False,
            forgetful=self.forgetful,
            messages=deepcopy(self.messages),
            updates=deepcopy(self.updates),
        )
        other._made = dict(self._made)
        other._ids = count(len(self.messages) + 1)
        return other

    def hang_up(self) -> None:
        """The process that listened is gone."""
        self._ears, self.up = None, False

    def reach(self, ears: Ears, clock: Clock, update: Update) -> None:
        """Hand over one update, whatever came before it."""
        self._ears, self._clock, self.up = ears, clock, True
        self._hand_over([update])

    # The people's side.

    def say(self, who: str, text: str, *, on: str = "") -> None:
        """A command, or an answer to the newest card of the group, which says `on`."""
        person, place = self.person(who), self.place(who)
        if text.startswith("/"):
            name, _, words = text[1:].partition(" ")
            self.send(Command(person=person, place=place, name=name, words=words))
        else:
            card = self._newest_card()
            if card is None or on not in card.text.plain(now=_AT):
                raise NothingThereError(f"“{text}” to “{on}” in {self.texts(GROUP)}")
            self.send(Said(person=person, place=place, text=text, reply_to=card.id))

    def tap(self, who: str, label: str, *, on: str) -> None:
        """Tap the choice `label` of the newest card of the group, which says `on`."""
        card = self._newest_card()
        choices = (
            {} if card is None else {one.label.casefold(): one.ref for one in present(card.card).choices()}
        )
        if label.casefold() not in choices or on not in present(card).text.plain(now=_AT):
            raise NothingThereError(f"“{label}” of “{on}” in {self.texts(GROUP)}")
        place, dialogue_id, ref = self.place(who), present(card).dialogue_id or "", choices[label.casefold()]
        self.send(Chose(person=self.person(who), place=place, dialogue_id=dialogue_id, ref=ref))

    def send(self, event: Event, *, update_id: str | None = None) -> None:
        """Something a person did; the bot hears of it if it lives, or when it does again."""
        number = update_id or f"u{len(self.updates) + 1}"
        update = Update(Heard(frontend=self.name, id=number, at=_AT, event=event))
        self.updates.append(update)
        self._hand_over([update])

    def person(self, who: str) -> Person:
        return Person(frontend=self.name, account_id=who, name=who.title(), handle=who)

    def place(self, who: str, *, private: bool = False) -> Place:
        chat_id = f"dm:{who}" if private else GROUP
        return Place(frontend=self.name, chat_id=chat_id, private=private, title="Friends")

    def in_chat(self, chat_id: str) -> list[FakeMessage]:
        return [one for one in self.messages if one.place.chat_id == chat_id]

    def texts(self, chat_id: str) -> list[str]:
        """What a chat shows, oldest first."""
        return [one.text.plain(now=_AT) for one in self.in_chat(chat_id)]

    def _newest_card(self) -> FakeMessage | None:
        return next((one for one in reversed(self.in_chat(GROUP)) if one.card), None)

    def _hand_over(self, updates: list[Update]) -> None:
        if self._ears is not None and self._clock is not None and updates:
            task = asyncio.create_task(self._tell(self._ears, updates, self._clock), name="updates")
            self._handing_over.add(task)
            task.add_done_callback(self._handing_over.discard)

    async def _tell(self, ears: Ears, updates: list[Update], clock: Clock) -> None:
        for update in updates:
            fresh = await _noted(ears, update, clock)
            update.noted = True
            for heard in fresh:
                answer = await ears.hear(heard)
                if answer.toast is not None:
                    self.toasts.append(answer.toast.plain(now=_AT))

    def _remembered(self, key: str, receipt: Receipt) -> Receipt:
        if isinstance(receipt, Delivered):
            self._made.setdefault(key, receipt.message_id)
        return receipt


async def _noted(ears: Ears, update: Update, clock: Clock) -> Sequence[Heard]:
    """What is not acknowledged is handed over again."""
    while True:
        try:
            return await ears.note([update.heard])
        except OperationalError:
            await clock.sleep(timedelta(seconds=1))
