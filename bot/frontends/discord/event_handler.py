"""The order in which something done on Discord is answered: acknowledged first, thought about later.

Discord drops an interaction that is not acknowledged within three seconds, and never sends one again: so the
acknowledgement does not wait for the event to be written down, as it does elsewhere; both go out together.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from bot.conversation.messages import Card, Event, Heard, Person, Place
from bot.conversation.ports import Ears, Reply
from bot.frontends.discord.commands import being_typed, options_of, suggestions
from bot.frontends.discord.components import Tag, read_tag
from bot.frontends.discord.interaction import Kind, event_of, private_place
from bot.wording.common import SOMETHING_BROKE
from bot.wording.discord import CANNOT_WRITE_HERE
from bot.wording.text import Text, lines
from core.clock import Clock

_log = logging.getLogger(__name__)

_SUGGEST_WITHIN = 2.5

Turn = Callable[[Place, Card, str, str, int], Awaitable[object]]


class Interaction(Protocol):
    """What somebody did, and the ways to answer it. Answering never raises: it may be too late for it."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def data(self) -> Mapping[str, object]: ...
    @property
    def person(self) -> Person: ...
    @property
    def place(self) -> Place: ...
    @property
    def message_id(self) -> str:
        """The message a tapped control is on; empty for a command."""
        ...

    @property
    def writable(self) -> bool:
        """Whether the bot can post where this was done."""
        ...

    async def acknowledge(self) -> bool:
        """Stop the client's waiting; False when that came too late."""
        ...

    async def finish(self, toast: Text | None) -> None:
        """Say `toast` to this person alone, or take away the sign that an answer is on its way."""
        ...

    async def open_form(self, custom_id: str) -> None:
        """Ask for words in a form; has to be the first answer."""
        ...

    async def suggest(self, names: Sequence[str]) -> None: ...


class DiscordEventHandler:
    """Reports to `ears` and answers; `turn(place, card, dialogue_id, message_id, page)` shows a page."""

    def __init__(self, ears: Ears, clock: Clock, turn: Turn) -> None:
        self._ears = ears
        self._clock = clock
        self._turn = turn

    async def interaction(self, done: Interaction) -> None:
        """Answer one interaction. Never raises."""
        tag = read_tag(str(done.data.get("custom_id", "")))
        match done.kind, tag:
            case "typing", _:
                await done.suggest(await self._suggested(done))
            case "component", Tag(meaning="ft-type", dialogue_id=dialogue_id):
                await done.open_form(str(Tag(meaning="ft-said", dialogue_id=dialogue_id)))
            case _:
                acknowledging = asyncio.create_task(done.acknowledge())
                toast = await self._act(done, tag)
                if await acknowledging:
                    await done.finish(toast)

    async def events(self, events: Sequence[tuple[str, Event]]) -> Text | None:
        """Report what nobody waits for, such as messages: pairs of the network's id and the event.

        What is to be said to it, if anything.
        """
        now = self._clock.now()
        heard = [Heard(frontend="discord", id=id_, at=now, event=event) for id_, event in events]
        toast: Text | None = None
        for fresh in await self._ears.note(heard):
            toast = (await self._ears.hear(fresh)).toast
        return toast

    async def _act(self, done: Interaction, tag: Tag | None) -> Text | None:
        try:
            if tag is not None and tag.meaning == "ft-page" and await self._turned(done, tag):
                return None
            # Where only the guest has installed Fourtop it can't post: what was asked goes on in private.
            place = done.place if done.writable else private_place(done.person.account_id)
            event = event_of(done.kind, done.data, person=done.person, place=place)
            if event is None:
                return None
            heard = Heard(frontend="discord", id=done.id, at=self._clock.now(), event=event)
            fresh = await self._ears.note([heard])
            answer = await self._ears.hear(heard) if any(one.id == heard.id for one in fresh) else Reply()
        except Exception:  # noqa: BLE001 - the person waits for an answer whatever broke
            _log.exception("an interaction was not understood")
            return SOMETHING_BROKE
        return answer.toast if done.writable else lines(CANNOT_WRITE_HERE, answer.toast or Text())

    async def _turned(self, done: Interaction, tag: Tag) -> bool:
        card = await self._ears.current_card(tag.dialogue_id, place=done.place)
        if card is None or not tag.ref.isdigit():
            return False
        await self._turn(done.place, card, tag.dialogue_id, done.message_id, int(tag.ref))
        return True

    async def _suggested(self, done: Interaction) -> Sequence[str]:
        words = being_typed(options_of(done.data))
        try:
            async with asyncio.timeout(_SUGGEST_WITHIN):
                return suggestions(await self._ears.suggest_venues(done.person, words))
        except Exception:  # noqa: BLE001 - a list of suggestions can do without
            _log.warning("no venues could be suggested in time", exc_info=True)
            return []
