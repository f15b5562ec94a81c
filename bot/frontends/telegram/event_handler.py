"""From updates to the ears: written down first, then acted on person by person, every tap answered in time."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Protocol

from bot.conversation.lanes import goes_first, lane_of
from bot.conversation.ports import Ears, Reply
from bot.frontends.telegram.fair_queue import FairQueue
from bot.frontends.telegram.markup import TOAST_LIMIT, clipped
from bot.frontends.telegram.updates import Json, Me, Tap, Update, read_update
from bot.wording.telegram import UNSEEN
from core.clock import Clock
from core.runtime.quiet_window import QuietWindow

PATIENCE = timedelta(seconds=0.8)
"""How long a tap waits for words to be answered with; people see a spinner until then."""

_NOTHING = Reply()


class Responder(Protocol):
    """How people are answered. None of these raises for what Telegram answers."""

    async def answer_tap(self, callback_id: str, words: str) -> None: ...

    async def turn_page(self, tap: Tap, ears: Ears) -> bool:
        """Show the page the tap asks for; False if the card is gone."""
        ...

    async def reply(self, update: Update, words: str) -> None:
        """Say it in the chat: to a message, or to a tap that was answered without waiting any longer."""
        ...


class TelegramEventHandler:
    """What is done with updates, however they came. `take` returns when they cannot be lost any more."""

    def __init__(
        self,
        *,
        ears: Ears,
        responder: Responder,
        me: Me,
        commands: frozenset[str],
        clock: Clock,
        quiet_window: QuietWindow,
    ) -> None:
        self._ears = ears
        self._responder = responder
        self._me = me
        self._commands = commands
        self._clock = clock
        self._quiet_window = quiet_window
        self._answering: set[asyncio.Task[None]] = set()
        self.queue = FairQueue()

    async def take(self, raw: Sequence[Json]) -> None:
        """Note a batch, and act on it in the background. Raises what `Ears.note` raises."""
        now = self._clock.now()
        updates = [
            update
            for one in raw
            if (update := read_update(one, me=self._me, commands=self._commands, now=now))
        ]
        answers = {update.id: self._answered(update.tap) for update in updates if update.tap}
        try:
            noted = [update.heard for update in updates if update.heard and not _is_page(update)]
            fresh = {heard.id for heard in await self._ears.note(noted)} if noted else set[str]()
        except BaseException:
            for answer in answers.values():
                answer.cancel()
            raise
        for update in updates:
            self._act_on(update, answers.get(update.id), fresh=str(update.id) in fresh)

    async def finish(self, *, within: float) -> None:
        """Let what is under way end, the answers to taps last."""
        await self.queue.drain(within=within * 0.75)
        if self._answering:
            await asyncio.wait(self._answering, timeout=within * 0.25)
        for task in tuple(self._answering):
            task.cancel()

    def _act_on(self, update: Update, answer: "asyncio.Future[Reply] | None", *, fresh: bool) -> None:
        if update.heard and (fresh or _is_page(update)):
            event = update.heard.event
            self.queue.put(lane_of(event), lambda: self._hear(update, answer), first=goes_first(event))
        elif answer and not answer.done():
            answer.set_result(_NOTHING)

    async def _hear(self, update: Update, answer: "asyncio.Future[Reply] | None") -> None:
        await self._quiet_window.passed()
        said = _NOTHING
        in_time = False
        try:
            said = await self._act(update)
        finally:
            if answer and not answer.done():
                in_time = True
                answer.set_result(said)
        if said.toast and not in_time:
            await self._responder.reply(update, said.toast.plain(now=self._clock.now()))

    async def _act(self, update: Update) -> Reply:
        heard = update.heard
        if heard is None:
            return _NOTHING
        if _is_page(update) and update.tap:
            if await self._responder.turn_page(update.tap, self._ears):
                return _NOTHING
            await self._ears.note([heard])
        return await self._ears.hear(heard)

    def _answered(self, tap: Tap) -> "asyncio.Future[Reply]":
        """Have the tap answered, with what the future brings or, when that is late, with nothing."""
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._background(self._answer(tap, answer))
        return answer

    async def _answer(self, tap: Tap, answer: "asyncio.Future[Reply]") -> None:
        words = ""
        if tap.unseen:
            words = UNSEEN
        else:
            patience = asyncio.ensure_future(self._clock.sleep(PATIENCE))
            await asyncio.wait({answer, patience}, return_when=asyncio.FIRST_COMPLETED)
            patience.cancel()
            answer.cancel()  # from here on, what there is to say is said in the chat
            if answer.done() and not answer.cancelled() and (toast := answer.result().toast):
                words = clipped(toast.plain(now=self._clock.now()), TOAST_LIMIT)
        await self._responder.answer_tap(tap.callback_id, words)

    def _background(self, work: "Awaitable[None]") -> None:
        task = asyncio.ensure_future(work)
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)


def _is_page(update: Update) -> bool:
    return update.tap is not None and update.tap.carried.page is not None
