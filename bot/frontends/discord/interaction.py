"""One interaction on Discord: what somebody did, and the ways to answer it."""

import logging
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import cast

import discord
from discord import InteractionType

from bot.conversation.messages import Chose, Command, Event, Person, Place, Said
from bot.frontends.discord.commands import being_typed, options_of, suggestions, words_of
from bot.frontends.discord.components import Tag, read_tag
from bot.frontends.discord.message_body import toast_words, typing_hint
from bot.frontends.discord.receipts import NETWORK_ERRORS
from bot.wording.discord import TYPE_LABEL, TYPE_TITLE
from bot.wording.text import Text

log = logging.getLogger(__name__)

_LONGEST_TYPED = 4000
_PRIVATE_PREFIX = "user:"
_STALE = "page"

Json = Mapping[str, object]


class Interaction:
    """Answering never raises: an answer too late (10062) or too many (40060) is let go."""

    def __init__(self, interaction: discord.Interaction) -> None:
        self._interaction = interaction
        self._data = cast("Json", interaction.data or {})
        self.id = str(interaction.id)
        self.type = interaction.type
        self.tag = read_tag(str(self._data.get("custom_id", "")))
        self.person = person_of(interaction.user)
        # The message a tapped control is on; empty for a command.
        self.message_id = str(interaction.message.id) if interaction.message else ""
        guild, channel = interaction.guild, interaction.channel
        self.place = Place(
            frontend="discord",
            chat_id=str(interaction.channel_id),
            private=isinstance(channel, discord.DMChannel) and not interaction.context.private_channel,
            title=" #".join(filter(None, (guild and guild.name, getattr(channel, "name", "")))),
        )

    @property
    def writable(self) -> bool:
        """Whether the bot can post where this was done."""
        there = self._interaction
        if not self._is_command or there.guild_id is None:
            return not self._is_command or self.place.private
        may, thread = there.app_permissions, isinstance(there.channel, discord.Thread)
        sends = may.send_messages_in_threads if thread else may.send_messages
        member = there.client.get_guild(there.guild_id) is not None
        return member and may.view_channel and may.embed_links and sends

    @property
    def being_typed(self) -> str:
        """The words that suggestions are asked for."""
        return being_typed(options_of(self._data))

    def event(self) -> Event | None:
        """What it says, or None for a control that is not ours."""
        person, data = self.person, self._data
        # Where only the guest has installed Fourtop it can't post: what was asked goes on in private.
        place = (
            self.place
            if self.writable
            else Place(frontend="discord", chat_id=private_chat(person.account_id), private=True)
        )
        if self._is_command:
            name, words = str(data.get("name", "")).lower(), words_of(options_of(data))
            return Command(person=person, place=place, name=name, words=words, whispered=True)
        match self.tag:
            case Tag(meaning="ft-said", dialogue_id=dialogue_id):
                return Said(person=person, place=place, text=_written(data), dialogue_id=dialogue_id)
            case Tag(meaning="ft", dialogue_id=dialogue_id, ref=ref):
                return Chose(person=person, place=place, dialogue_id=dialogue_id, ref=ref)
            case Tag(meaning="ft-pick", dialogue_id=dialogue_id):
                values = cast("list[str]", data.get("values") or [""])
                return Chose(person=person, place=place, dialogue_id=dialogue_id, ref=values[0])
            case Tag(meaning="ft-page", dialogue_id=dialogue_id):
                # Its card is gone, or there would be another page: the conversation says what has become of it.
                return Chose(person=person, place=place, dialogue_id=dialogue_id, ref=_STALE)
            case _:
                return None

    async def acknowledge(self) -> bool:
        """Stop the client's waiting; False when that came too late."""
        return await self._answered(self._interaction.response.defer(ephemeral=True))

    async def finish(self, toast: Text | None) -> None:
        """Say `toast` to this person alone, or take away the sign that an answer is on its way."""
        words = toast_words(toast) if toast else ""
        if not self._is_command:
            if words:
                await self._answered(self._interaction.followup.send(words, ephemeral=True))
        elif words:
            await self._answered(self._interaction.edit_original_response(content=words))
        else:
            await self._answered(self._interaction.delete_original_response())

    async def open_form(self, custom_id: str) -> None:
        """Ask for words in a form; has to be the first answer."""
        message = self._interaction.message
        footers = [embed.footer.text or "" for embed in message.embeds] if message else []
        field = discord.ui.TextInput[discord.ui.Modal](
            custom_id="words", max_length=_LONGEST_TYPED, placeholder=typing_hint(footers)
        )
        form = discord.ui.Modal(title=TYPE_TITLE, custom_id=custom_id)
        form.add_item(discord.ui.Label(text=TYPE_LABEL, component=field))
        # Nothing in memory waits for it: what is typed comes back as an event, after a restart too.
        form.stop()
        await self._answered(self._interaction.response.send_modal(form))

    async def suggest(self, names: Sequence[str]) -> None:
        choices = [discord.app_commands.Choice(name=name, value=name) for name in suggestions(names)]
        await self._answered(self._interaction.response.autocomplete(choices))

    @property
    def _is_command(self) -> bool:
        return self.type is InteractionType.application_command

    async def _answered(self, answer: Awaitable[object]) -> bool:
        try:
            await answer
        except (discord.DiscordException, *NETWORK_ERRORS) as error:
            log.info("an answer to a %s came to nothing: %s", self.type.name, type(error).__name__)
            return False
        return True


def person_of(user: discord.User | discord.Member) -> Person:
    return Person(frontend="discord", account_id=str(user.id), name=user.display_name, handle=user.name)


def private_chat(account_id: str) -> str:
    """The private chat with somebody whose channel is unknown; the first sending learns it (`ChatMoved`)."""
    return f"{_PRIVATE_PREFIX}{account_id}"


def account_of(place: Place) -> str | None:
    """Whose private chat this is, for a place that is not known by its channel yet."""
    return place.chat_id.removeprefix(_PRIVATE_PREFIX) if place.chat_id.startswith(_PRIVATE_PREFIX) else None


def _written(data: Json) -> str:
    """What was typed into a form, whichever way its one field is wrapped."""
    for part in cast("Iterable[Json]", data.get("components") or ()):
        if "value" in part:
            return str(part["value"])
        inner = part.get("component")
        below = cast("Json", {"components": [inner]}) if inner else part
        if text := _written(below):
            return text
    return ""
