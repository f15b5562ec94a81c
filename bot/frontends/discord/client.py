"""discord.py's side: sharded from the start, with no more events and no more memory than needed."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Sequence
from datetime import timedelta

import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler

from bot.commands import CommandSpec
from bot.frontends.discord.commands import publish
from bot.frontends.discord.connection_state import ConnectionState
from bot.frontends.discord.event_handler import DiscordEventHandler
from bot.frontends.discord.interaction import Interaction
from bot.frontends.discord.receipts import NETWORK_ERRORS
from core.clock import Clock

log = logging.getLogger(__name__)

_AUTHENTICATION_FAILED = 4004


class DiscordClient(discord.AutoShardedClient):
    """One life of the connection; hands on what comes by it. With `elsewhere`, the gateway is where it was set to."""

    def __init__(
        self,
        connection: ConnectionState,
        handler: DiscordEventHandler,
        commands: Sequence[CommandSpec],
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
        self._connection_state = connection
        self._handler = handler
        self._commands = commands
        self._clock = clock
        self._elsewhere = elsewhere
        self._busy: set[asyncio.Task[None]] = set()
        self._identified_again = 0

    async def stay_connected(self, token: str) -> None:
        """Be connected, through any number of reconnections, until this client is of no more use."""
        connection = self._connection_state
        connection.down("Connecting to Discord.")
        # In a task of its own: discord.py swallows a cancellation that meets it while it identifies anew.
        started = asyncio.create_task(self.start(token))
        try:
            await asyncio.shield(started)
        except discord.LoginFailure:
            connection.refuse()
        except discord.ConnectionClosed as error:
            if error.code == _AUTHENTICATION_FAILED:
                connection.refuse()
            connection.down(f"Discord closed the connection (code {error.code}); trying again.")
        except NETWORK_ERRORS as error:
            connection.down(f"Discord can't be reached ({type(error).__name__}); trying again.")
        except discord.HTTPException as error:
            connection.down(f"Discord answers with an error ({error.status}); trying again.")
        except Exception as error:  # whatever it is, the other networks go on
            log.exception("Discord's client broke")
            connection.down(f"Discord's client broke ({type(error).__name__}); starting it again.")
        finally:
            await self.shut()
            started.cancel()
            await asyncio.wait({started}, timeout=0.3)
            await _close_forgotten()

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
        await publish(self, self._commands)

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
        self._connection_state.shard_up(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        self._identified_again = 0
        self._connection_state.shard_up(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        self._connection_state.shard_down(shard_id)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        self._busy.add(task)
        try:
            await self._handler.interaction(Interaction(interaction))
        finally:
            self._busy.discard(task)

    async def on_message(self, message: discord.Message) -> None:
        await self._handler.message(message)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        channels = [*guild.text_channels, *guild.voice_channels, *guild.stage_channels, *guild.threads]
        await self._handler.left(*(channel.id for channel in channels))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._handler.left(channel.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._handler.left(payload.thread_id)


async def _close_forgotten() -> None:
    """Close connections that were given up while they were made: discord.py has lost sight of them."""
    here = asyncio.get_running_loop()
    for heart in threading.enumerate():
        if isinstance(heart, KeepAliveHandler) and heart.ws.loop is here:
            heart.stop()
            with contextlib.suppress(*NETWORK_ERRORS):
                await asyncio.wait_for(heart.ws.socket.close(), timeout=0.3)
