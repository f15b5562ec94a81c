"""Transcripts on a network in memory, where every move has settled when it returns."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count

from bot.conversation.messages import Chose, Command, Event, Heard, Person, Place, Said
from bot.conversation.ports import Ears, Reply
from bot.wording.text import Text
from tests.drivers.port import Shown
from tests.fakes.clock import settle
from tests.fakes.frontend import FakeFrontEnd, FakeMessage

_AT = datetime(2026, 1, 1, tzinfo=UTC)


class FakeDriver:
    """`tests.drivers.port.Driver` over `FakeFrontEnd`."""

    def __init__(self, frontend: FakeFrontEnd | None = None) -> None:
        self.frontend = frontend or FakeFrontEnd()
        self.name = self.frontend.name
        self.said_toasts: dict[str, list[str]] = {}
        self._ids = count(1)
        self._ears: Ears | None = None

    async def start(self, ears: Ears) -> None:
        self._ears = ears

    async def stop(self) -> None:
        self._ears = None

    def account(self, who: str) -> str:
        return who

    def person(self, who: str) -> Person:
        return Person(frontend=self.name, account_id=who, name=who.title(), handle=who)

    def place(self, who: str, *, private: bool) -> Place:
        if private:
            return Place(frontend=self.name, chat_id=f"dm:{who}", private=True, title=who.title())
        return Place(frontend=self.name, chat_id="friends", private=False, title="Friends")

    async def say(self, who: str, text: str, *, private: bool = False) -> None:
        person, place = self.person(who), self.place(who, private=private)
        message_id = self.frontend.type(place, text)
        if text.startswith("/"):
            name, _, words = text[1:].partition(" ")
            typed = text if private else ""
            await self.hear(
                Command(
                    person=person, place=place, name=name, words=words, typed=typed, message_id=message_id
                )
            )
            return
        cards = [one for one in self.frontend.messages if one.card and one.place.chat_id == place.chat_id]
        reply_to = cards[-1].id if cards and not private else None
        await self.hear(Said(person=person, place=place, text=text, reply_to=reply_to, message_id=message_id))

    async def hide(self, who: str, text: str) -> None:
        await self.say(who, text, private=True)

    async def typed(self, who: str) -> Sequence[str]:
        return [words(one.text) for one in self.frontend.typed if one.place.chat_id == f"dm:{who}"]

    async def tap(self, who: str, label: str, *, private: bool = False) -> None:
        place = self.place(who, private=private)
        message, ref = self.button(label, place)
        dialogue_id = message.dialogue_id or ""
        await self.hear(Chose(person=self.person(who), place=place, dialogue_id=dialogue_id, ref=ref))

    def button(self, label: str, place: Place) -> tuple[FakeMessage, str]:
        """The newest message with such a choice, and what its button carries."""
        for message in reversed(self.frontend.messages):
            if message.card is None or message.place.chat_id != place.chat_id:
                continue
            for choice in message.card.choices():
                if label in choice.label:
                    return message, choice.ref
        shown = [one.card and [c.label for c in one.card.choices()] for one in self.frontend.messages[-3:]]
        raise AssertionError(f"no choice “{label}” in {shown}")

    async def hear(self, event: Event, *, event_id: str | None = None) -> Reply:
        """Bring an event in, and wait until everything it caused has settled."""
        assert self._ears is not None
        heard = Heard(frontend=self.name, id=event_id or f"e{next(self._ids)}", at=_AT, event=event)
        answer = Reply()
        for fresh in await self._ears.note([heard]):
            answer = await self._ears.hear(fresh)
        if answer.toast is not None and isinstance(event, Command | Said | Chose):
            self.said_toasts.setdefault(event.person.account_id, []).append(answer.toast.plain(now=_AT))
        await settle()
        return answer

    async def messages(self, *, private_of: str | None = None) -> Sequence[Shown]:
        chat = "friends" if private_of is None else f"dm:{private_of}"
        return [shown(one) for one in self.frontend.messages if one.place.chat_id == chat]

    async def toasts(self, who: str) -> Sequence[str]:
        return self.said_toasts.get(who, [])


def shown(message: FakeMessage) -> Shown:
    labels = tuple(choice.label for choice in message.card.choices()) if message.card else ()
    files = (message.file.name,) if message.file else ()
    pictures = files if message.file and message.file.is_picture else ()
    return Shown(
        id=message.id,
        text=words(message.text),
        labels=labels,
        files=files,
        pictures=pictures,
        edits=message.edits,
    )


def words(text: Text) -> str:
    return text.plain(now=_AT)
