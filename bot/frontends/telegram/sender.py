"""Cards and notices on their way to Telegram, and what became of them."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable
from typing import TypeVar

from bot.conversation.messages import Card, Chose, Notice, Place, Tone
from bot.conversation.ports import Delivered, Ears, MessageGone, Receipt, Refused
from bot.frontends.telegram.keyboard import DataTooLong, keyboard, page_count
from bot.frontends.telegram.line import CallFailed, Line, Spot
from bot.frontends.telegram.markup import CAPTION_LIMIT, Marked, marked, units
from bot.frontends.telegram.receipts import Doing, receipt
from bot.frontends.telegram.updates import NAME, Tap, Update
from bot.wording.telegram import may_type
from bot.wording.text import Mention, Plain, Text
from core.clock import Clock

_log = logging.getLogger(__name__)

_SIGNS = {Tone.ASKING: "", Tone.WAITING: "⏳ ", Tone.TRYING: "🎯 ", Tone.GOOD: "✅ ", Tone.BAD: "❌ "}
_REMEMBERED = 1_000

K = TypeVar("K")
V = TypeVar("V")


class TelegramSender:
    """Shows cards, sends notices, turns pages.

    Which page of a card is open, and which notice got its words but not yet its file, is remembered in memory
    only: losing it shows page one, or the words a second time.
    """

    def __init__(self, *, line: Line, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._open_pages: OrderedDict[tuple[str, str], tuple[int, tuple[str, ...]]] = OrderedDict()
        self._half_told: OrderedDict[str, str] = OrderedDict()

    async def show(self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None) -> Receipt:
        page = self._open_page(place.chat_id, message_id, card) if message_id else 0
        try:
            buttons = keyboard(card, dialogue_id=dialogue_id, page=page)
        except DataTooLong as error:
            return Refused(reason=str(error))
        words = self._card_words(card, private=place.private)
        if message_id is None:
            spot = Spot(chat_id=place.chat_id, thread_id=place.thread_id)
            markup = buttons if buttons["inline_keyboard"] else None
            return await _receipt_of(self._line.send(spot, words, keyboard=markup), doing=Doing.SEND)
        if not message_id.isdecimal():
            return MessageGone()
        edit = self._line.edit(place.chat_id, message_id, words, keyboard=buttons)
        return await _receipt_of(edit, doing=Doing.EDIT, message_id=message_id)

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        spot = Spot(chat_id=place.chat_id, thread_id=place.thread_id)
        words = marked(notice.text, now=self._clock.now())
        if notice.file is None:
            return await _receipt_of(self._line.send(spot, words, quiet=notice.quiet), doing=Doing.SEND)
        caption = words if notice.text and units(words.text) <= CAPTION_LIMIT else None
        if notice.text and caption is None and key not in self._half_told:
            told = await _receipt_of(self._line.send(spot, words, quiet=notice.quiet), doing=Doing.SEND)
            if not isinstance(told, Delivered):
                return told
            _remember(self._half_told, key, told.message_id)
        sending = self._line.send_file(spot, notice.file, caption, quiet=notice.quiet)
        answer = await _receipt_of(sending, doing=Doing.SEND)
        if isinstance(answer, Delivered) and (first := self._half_told.pop(key, None)):
            return Delivered(message_id=first)
        return answer

    async def erase(self, place: Place, message_id: str) -> Receipt:
        if not message_id.isdecimal():
            return Refused(reason="Telegram has no such message")
        erasing = self._line.erase(place.chat_id, message_id)
        return await _receipt_of(erasing, doing=Doing.ERASE, message_id=message_id)

    async def turn_page(self, tap: Tap, ears: Ears) -> bool:
        """Edit the tapped message to the page asked for; False if there is no card with pages any more."""
        place = Place(frontend=NAME, chat_id=tap.chat_id, private=not tap.chat_id.startswith("-"))
        card = await ears.current_card(tap.carried.dialogue_id, place=place)
        page = tap.carried.page
        if card is None or page is None or tap.message_id is None or page_count(card) == 1:
            return False
        _remember(self._open_pages, (tap.chat_id, tap.message_id), (page, _values(card)))
        await self.show(place, card, dialogue_id=tap.carried.dialogue_id, message_id=tap.message_id)
        return True

    async def reply(self, update: Update, words: str) -> None:
        """Answer in the chat. Telegram has no way to show one person of a group something alone."""
        if update.heard is None:
            return
        event = update.heard.event
        spot = Spot(chat_id=event.place.chat_id, thread_id=event.place.thread_id)
        addressed = Text((Plain(words),))
        if isinstance(event, Chose) and not event.place.private:
            addressed = Text((Mention(event.person.name, event.person.account_id), Plain(f": {words}")))
        text = marked(addressed, now=self._clock.now())
        try:
            await self._line.send(spot, text, quiet=True, reply_to=update.message_id)
        except CallFailed as error:
            _log.info("a reply could not be sent: %s", error)

    async def answer_tap(self, callback_id: str, words: str) -> None:
        """A late or second answer is refused by Telegram, and harmless."""
        try:
            await self._line.answer_tap(callback_id, words)
        except CallFailed as error:
            _log.info("a tap could not be answered: %s", error)

    def _card_words(self, card: Card, *, private: bool) -> Marked:
        hint = may_type(card.typing, private=private) if card.typing else ""
        now, sign = self._clock.now(), _SIGNS[card.tone]
        signed = not sign or sign.strip() in card.text.plain(now=now)
        text = card.text if signed else Text((Plain(sign),)) + card.text
        return marked(text, now=now, italic_end=hint)

    def _open_page(self, chat_id: str, message_id: str, card: Card) -> int:
        """The page that is open on the message, as long as the options are the same ones."""
        page, values = self._open_pages.get((chat_id, message_id), (0, ()))
        return page if page and values == _values(card) else 0


async def _receipt_of(call: Awaitable[str | None], *, doing: Doing, message_id: str | None = None) -> Receipt:
    try:
        sent = await call
    except CallFailed as error:
        answer = receipt(error.failure, doing=doing, message_id=message_id)
        if isinstance(answer, Refused) and doing is not Doing.ERASE:
            _log.error("Telegram refuses a message: %s", answer.reason)
        return answer
    return Delivered(message_id=sent or message_id or "")


def _values(card: Card) -> tuple[str, ...]:
    return tuple(choice.value for choice in card.options)


def _remember(memory: OrderedDict[K, V], key: K, value: V) -> None:
    memory[key] = value
    memory.move_to_end(key)
    while len(memory) > _REMEMBERED:
        memory.popitem(last=False)
