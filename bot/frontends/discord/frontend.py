"""Discord: hears slash commands, taps, forms and private messages; shows cards as messages edited in place.

A place is a channel (a thread is a channel of its own). A private chat goes by its channel too; one that
has not been opened yet goes by `user:<account id>`: the first sending answers with the channel (`ChatMoved`).
"""

import asyncio
import contextlib
import io
import json
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import cast

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler
from discord.http import Route
from starlette.routing import BaseRoute

from bot.commands import CommandSpec
from bot.conversation.messages import Card, File, Notice, Person, Place, Said
from bot.conversation.ports import Ears, FrontEndState, Later, Pace, Receipt, Refused
from bot.frontends.discord.commands import published, same
from bot.frontends.discord.components import Json
from bot.frontends.discord.connection_state import ConnectionState
from bot.frontends.discord.event_handler import DiscordEventHandler
from bot.frontends.discord.interaction import Kind, left
from bot.frontends.discord.message_body import toast_words, typing_hint
from bot.frontends.discord.receipts import AFTER_REFUSED, SOON, receipt
from bot.frontends.discord.sender import DiscordSender
from bot.wording.discord import TYPE_LABEL, TYPE_TITLE
from bot.wording.text import Text
from core.clock import Clock

_log = logging.getLogger(__name__)

_API_URL = "https://discord.com/api/v10"
_GATEWAY_URL = "wss://gateway.discord.gg/"
_REQUEST = aiohttp.ClientTimeout(total=15)
_NETWORK = (aiohttp.ClientError, OSError, TimeoutError)
_AUTHENTICATION_FAILED = 4004
_LONGEST_TYPED = 4000
_KINDS: dict[discord.InteractionType, Kind] = {
    discord.InteractionType.application_command: "command",
    discord.InteractionType.component: "component",
    discord.InteractionType.modal_submit: "form",
    discord.InteractionType.autocomplete: "typing",
}


class DiscordFrontEnd:
    """Discord, by the real discord.py over HTTP and its gateway.

    `api_url` and `gateway_url` point it elsewhere; without the latter the API says where the gateway is.
    """

    def __init__(
        self,
        *,
        token: str,
        commands: Sequence[CommandSpec],
        clock: Clock,
        api_url: str = _API_URL,
        gateway_url: str | None = None,
    ) -> None:
        self._token = token
        self._commands = commands
        self._clock = clock
        self._api_url = api_url.rstrip("/")
        self._gateway_url = gateway_url
        self._client: _Client | None = None
        self._condition = ConnectionState(clock)
        self._sending = DiscordSender(self._request)

    @property
    def name(self) -> str:
        return "discord"

    @property
    def pace(self) -> Pace:
        return Pace(per_chat_second=1.0, per_group_minute=60.0, per_second=45.0)

    @property
    def state(self) -> FrontEndState:
        return self._condition.state

    def private_chat(self, account_id: str) -> str | None:
        return f"user:{account_id}"

    def routes(self) -> Sequence[BaseRoute]:
        return ()

    def door(self, payload: str) -> str | None:
        user = self._client.user if self._client else None
        return f"https://discord.com/users/{user.id}" if user else None

    async def show(
        self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None, key: str
    ) -> Receipt:
        return await self._sending.show(place, card, dialogue_id=dialogue_id, message_id=message_id, key=key)

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        return await self._sending.tell(place, notice, key=key)

    async def erase(self, place: Place, message_id: str) -> Receipt:
        del place, message_id
        return Refused(reason="Discord lets nobody delete what somebody else wrote in a private chat")

    async def run(self, ears: Ears) -> None:
        while not self._condition.refused:
            client = self.client(ears)
            await self._connected(client)
            if not self._condition.refused:
                await self._condition.pause()
        # There is nothing to do until the host acts.
        await asyncio.get_running_loop().create_future()

    def client(self, ears: Ears) -> "_Client":
        """A client that reports to `ears` and by which this front-end sends; nothing has connected it yet."""
        Route.BASE = self._api_url
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._gateway_url or _GATEWAY_URL)
        # At its debug level discord.py writes down the tokens of interactions.
        logging.getLogger("discord").setLevel(logging.INFO)
        hearing = DiscordEventHandler(ears, self._clock, self._sending.turn)
        elsewhere = self._gateway_url is not None
        self._client = _Client(self._condition, hearing, self._publish, self._clock, elsewhere=elsewhere)
        return self._client

    async def _publish(self, client: discord.Client) -> None:
        """Make the commands known, in one request, unless Discord has just these already."""
        assert client.application_id is not None
        try:
            theirs = await client.http.get_global_commands(client.application_id)
            ours = published(self._commands)
            if not same(ours, cast("Sequence[Json]", theirs)):
                await client.http.bulk_upsert_global_commands(client.application_id, ours)
                _log.info("%d commands were published to Discord", len(ours))
        except (discord.HTTPException, discord.RateLimited, *_NETWORK) as error:
            _log.warning("the commands could not be published to Discord: %s", error)

    async def _connected(self, client: "_Client") -> None:
        """Be connected, through any number of reconnections, until this client is of no more use."""
        down = self._condition.down
        down("Connecting to Discord.")
        # In a task of its own: discord.py swallows a cancellation that meets it while it identifies anew.
        started = asyncio.create_task(client.start(self._token))
        try:
            await asyncio.shield(started)
        except discord.LoginFailure:
            self._condition.refuse()
        except discord.ConnectionClosed as error:
            if error.code == _AUTHENTICATION_FAILED:
                self._condition.refuse()
            down(f"Discord closed the connection (code {error.code}); trying again.")
        except _NETWORK as error:
            down(f"Discord can't be reached ({type(error).__name__}); trying again.")
        except discord.HTTPException as error:
            down(f"Discord answers with an error ({error.status}); trying again.")
        except Exception as error:  # noqa: BLE001 - whatever it is, the other networks go on
            _log.exception("Discord's client broke")
            down(f"Discord's client broke ({type(error).__name__}); starting it again.")
        finally:
            await client.shut()
            started.cancel()
            await asyncio.wait({started}, timeout=0.3)
            await _close_forgotten()

    async def _request(
        self, method: str, path: str, body: Json, *, file: File | None = None, **parameters: str
    ) -> Json | Receipt:
        client = self._client
        if self._condition.refused:
            return Later(after=AFTER_REFUSED)
        if client is None or client.user is None or client.is_closed():
            return Later(after=SOON)
        route = Route(method, path, **parameters)
        try:
            if file is None:
                return cast("Json", await client.http.request(route, json=body, timeout=_REQUEST))
            part = discord.File(io.BytesIO(file.content), filename=file.name)
            form = [
                {"name": "payload_json", "value": json.dumps(body)},
                {
                    "name": "files[0]",
                    "value": part.fp,
                    "filename": part.filename,
                    "content_type": file.media_type,
                },
            ]
            return cast("Json", await client.http.request(route, files=[part], form=form, timeout=_REQUEST))
        except discord.RateLimited as error:
            return Later(after=timedelta(seconds=error.retry_after))
        except discord.HTTPException as error:
            if error.status == 401:
                self._condition.refuse()
                await client.shut()
            reason = f"{error.status} {error.code} {error.text}"
            wait = error.response.headers.get("Retry-After")
            return receipt(status=error.status, code=error.code, reason=reason, retry_after=wait)
        except _NETWORK:
            return Later(after=SOON)


async def _close_forgotten() -> None:
    """Close connections that were given up while they were made: discord.py has lost sight of them."""
    here = asyncio.get_running_loop()
    for heart in threading.enumerate():
        if isinstance(heart, KeepAliveHandler) and heart.ws.loop is here:
            heart.stop()
            with contextlib.suppress(*_NETWORK):
                await asyncio.wait_for(heart.ws.socket.close(), timeout=0.3)


class _Client(discord.AutoShardedClient):
    """discord.py's side of it: sharded from the start, with no more events and no more memory than needed."""

    def __init__(
        self,
        condition: ConnectionState,
        hearing: DiscordEventHandler,
        publish: Callable[[discord.Client], Awaitable[None]],
        clock: Clock,
        *,
        elsewhere: bool,
    ) -> None:
        # The text of private messages comes without the privileged intent for message content.
        super().__init__(
            intents=discord.Intents(guilds=True, dm_messages=True),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
        )
        self._condition = condition
        self._hearing = hearing
        self._publish = publish
        self._clock = clock
        self._elsewhere = elsewhere
        self._busy: set[asyncio.Task[None]] = set()
        self._identified_again = 0

    async def shut(self) -> None:
        """Let go within two seconds; what is being answered goes first."""
        if self._busy:
            await asyncio.wait(self._busy, timeout=0.8)
        closing = asyncio.create_task(self.close())
        await asyncio.wait({closing}, timeout=0.8)
        if not closing.done():
            closing.cancel()
            await self.http.close()

    async def setup_hook(self) -> None:
        await self._publish(self)

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        # Where it begins is also where it identifies anew, once a session is gone.
        if not self._elsewhere:
            DiscordWebSocket.DEFAULT_GATEWAY = gateway
        await super().launch_shard(DiscordWebSocket.DEFAULT_GATEWAY, shard_id, initial=initial)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        # One IDENTIFY in 5 s and a thousand a day: a gateway that keeps refusing is asked ever less often.
        if not initial:
            self._identified_again += 1
            await self._clock.sleep(timedelta(seconds=min(5 * 2 ** (self._identified_again - 1), 300)))

    async def on_shard_connect(self, shard_id: int) -> None:
        self._condition.shard_up(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._identified_again = 0
        self._condition.shard_up(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._condition.shard_down(shard_id)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        kind = _KINDS.get(interaction.type)
        task = asyncio.current_task()
        if kind is None or task is None:
            return
        self._busy.add(task)
        try:
            await self._hearing.interaction(_Done(interaction, kind))
        finally:
            self._busy.discard(task)

    async def on_message(self, message: discord.Message) -> None:
        ordinary = message.type in {discord.MessageType.default, discord.MessageType.reply}
        if message.guild or message.author.bot or message.webhook_id or not ordinary or not message.content:
            return
        place = Place(frontend="discord", chat_id=str(message.channel.id), private=True)
        reply_to = str(message.reference.message_id) if message.reference else None
        said = Said(
            person=_person(message.author),
            place=place,
            text=message.content,
            reply_to=reply_to,
            message_id=str(message.id),
        )
        if toast := await self._hearing.events([(str(message.id), said)]):
            await _replied(message, toast)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        channels = [*guild.text_channels, *guild.voice_channels, *guild.stage_channels, *guild.threads]
        await self._left(*(channel.id for channel in channels))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._left(channel.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._left(payload.thread_id)

    async def _left(self, *chat_ids: int) -> None:
        await self._hearing.events(left(chat_ids, at=self._clock.now().timestamp()))


class _Done:
    """What somebody did, as `Hearing` takes it. An answer too late (10062) or too many (40060) is let go."""

    def __init__(self, interaction: discord.Interaction, kind: Kind) -> None:
        self._interaction = interaction
        self.kind: Kind = kind
        self.id = str(interaction.id)
        self.data = cast("Json", interaction.data or {})
        self.person = _person(interaction.user)
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
        there = self._interaction
        if self.kind != "command" or there.guild_id is None:
            return self.kind != "command" or self.place.private
        may, thread = there.app_permissions, isinstance(there.channel, discord.Thread)
        sends = may.send_messages_in_threads if thread else may.send_messages
        member = there.client.get_guild(there.guild_id) is not None
        return member and may.view_channel and may.embed_links and sends

    async def acknowledge(self) -> bool:
        return await self._answered(self._interaction.response.defer(ephemeral=True))

    async def finish(self, toast: Text | None) -> None:
        words = toast_words(toast) if toast else ""
        if self.kind != "command":
            if words:
                await self._answered(self._interaction.followup.send(words, ephemeral=True))
        elif words:
            await self._answered(self._interaction.edit_original_response(content=words))
        else:
            await self._answered(self._interaction.delete_original_response())

    async def open_form(self, custom_id: str) -> None:
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
        choices = [discord.app_commands.Choice(name=name, value=name) for name in names]
        await self._answered(self._interaction.response.autocomplete(choices))

    async def _answered(self, answer: Awaitable[object]) -> bool:
        try:
            await answer
        except (discord.DiscordException, *_NETWORK) as error:
            _log.info("an answer to a %s came to nothing: %s", self.kind, type(error).__name__)
            return False
        return True


async def _replied(message: discord.Message, toast: Text) -> None:
    """Say something to a private message; there is no other way to answer one."""
    answered = message.to_reference(fail_if_not_exists=False)
    try:
        await message.channel.send(
            toast_words(toast), reference=answered, mention_author=False, suppress_embeds=True
        )
    except (discord.DiscordException, *_NETWORK) as error:
        _log.info("a reply came to nothing: %s", type(error).__name__)


def _person(user: discord.User | discord.Member) -> Person:
    return Person(frontend="discord", account_id=str(user.id), name=user.display_name, handle=user.name)
