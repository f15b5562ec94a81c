"""The order in which something done on Discord is answered: acknowledged first, thought about later.

Discord drops an interaction that is not acknowledged within three seconds, and never sends one again: so the
acknowledgement does not wait for the event to be written down, as it does elsewhere; both go out together.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import discord
from discord import InteractionType, MessageType

from bot.conversation.messages import Card, Event, Heard, Left, Place, Said
from bot.conversation.ports import Ears, Reply
from bot.frontends.discord.components import Tag
from bot.frontends.discord.interaction import Interaction, person_of
from bot.frontends.discord.message_body import toast_words
from bot.frontends.discord.receipts import NETWORK_ERRORS
from bot.wording.common import SOMETHING_BROKE
from bot.wording.discord import CANNOT_WRITE_HERE
from bot.wording.text import Text, lines
from core.clock import Clock

log = logging.getLogger(__name__)

_SUGGEST_WITHIN = 2.5

Turn = Callable[[Place, Card, str, str, int], Awaitable[object]]


class DiscordEventHandler:
    """Reports to `ears` and answers; `turn(place, card, dialogue_id, message_id, page)` shows a page."""

    def __init__(self, ears: Ears, clock: Clock, turn: Turn) -> None:
        self._ears = ears
        self._clock = clock
        self._turn = turn

    async def interaction(self, done: Interaction) -> None:
        """Answer one interaction. Never raises."""
        match done.type, done.tag:
            case InteractionType.autocomplete, _:
                await done.suggest(await self._suggested(done))
            case InteractionType.component, Tag(meaning="ft-type", dialogue_id=dialogue_id):
                await done.open_form(str(Tag(meaning="ft-said", dialogue_id=dialogue_id)))
            case (
                (
                    InteractionType.application_command
                    | InteractionType.component
                    | InteractionType.modal_submit
                ),
                _,
            ):
                acknowledging = asyncio.create_task(done.acknowledge())
                toast = await self._act(done)
                if await acknowledging:
                    await done.finish(toast)
            case _:
                pass  # a kind that Discord adds one day

    async def message(self, message: discord.Message) -> None:
        """Hear a private message; those of servers are not for us, and their words do not even come."""
        ordinary = message.type in {MessageType.default, MessageType.reply}
        if message.guild or message.author.bot or message.webhook_id or not ordinary or not message.content:
            return
        said = Said(
            person=person_of(message.author),
            place=Place(frontend="discord", chat_id=str(message.channel.id), private=True),
            text=message.content,
            reply_to=str(message.reference.message_id) if message.reference else None,
            message_id=str(message.id),
        )
        if toast := await self._hear([(str(message.id), said)]):
            await _reply(message, toast)

    async def left(self, *chat_ids: int) -> None:
        """The bot lost these channels: Discord gives no id for that, so each gets one here."""
        at = self._clock.now().timestamp()
        places = [Place(frontend="discord", chat_id=str(id_), private=False) for id_ in chat_ids]
        await self._hear([(f"left:{place.chat_id}:{at}", Left(place=place)) for place in places])

    async def _hear(self, events: Sequence[tuple[str, Event]]) -> Text | None:
        """Report what needs no acknowledgement, with an id each. What is to be said to it, if anything."""
        now = self._clock.now()
        heard = [Heard(frontend="discord", id=id_, at=now, event=event) for id_, event in events]
        toast: Text | None = None
        for fresh in await self._ears.note(heard):
            toast = (await self._ears.hear(fresh)).toast
        return toast

    async def _act(self, done: Interaction) -> Text | None:
        try:
            if done.tag is not None and done.tag.meaning == "ft-page" and await self._turned(done, done.tag):
                return None
            event = done.event()
            if event is None:
                return None
            heard = Heard(frontend="discord", id=done.id, at=self._clock.now(), event=event)
            fresh = await self._ears.note([heard])
            answer = await self._ears.hear(heard) if any(one.id == heard.id for one in fresh) else Reply()
        except Exception:  # the person waits for an answer whatever broke
            log.exception("an interaction was not understood")
            return SOMETHING_BROKE
        return answer.toast if done.writable else lines(CANNOT_WRITE_HERE, answer.toast or Text())

    async def _turned(self, done: Interaction, tag: Tag) -> bool:
        card = await self._ears.current_card(tag.dialogue_id, place=done.place)
        if card is None or not tag.ref.isdigit():
            return False
        await self._turn(done.place, card, tag.dialogue_id, done.message_id, int(tag.ref))
        return True

    async def _suggested(self, done: Interaction) -> Sequence[str]:
        try:
            async with asyncio.timeout(_SUGGEST_WITHIN):
                return await self._ears.suggest_venues(done.person, done.being_typed)
        except Exception:  # a list of suggestions can do without
            log.warning("no venues could be suggested in time", exc_info=True)
            return []


async def _reply(message: discord.Message, toast: Text) -> None:
    """Say something to a private message; there is no other way to answer one."""
    answered = message.to_reference(fail_if_not_exists=False)
    try:
        await message.channel.send(
            toast_words(toast), reference=answered, mention_author=False, suppress_embeds=True
        )
    except (discord.DiscordException, *NETWORK_ERRORS) as error:
        log.info("a reply came to nothing: %s", type(error).__name__)
