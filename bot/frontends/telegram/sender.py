"""Cards, notices and answers on their way to Telegram, and what became of them."""

import logging
from collections.abc import Awaitable

from telegram import Bot, Message

from bot.conversation.messages import Card, Chose, File, Notice, Place, Tone
from bot.conversation.ports import Delivered, Ears, MessageGone, Receipt, Refused
from bot.frontends.telegram.bot import plain_failures
from bot.frontends.telegram.http import CallFailed
from bot.frontends.telegram.keyboard import DataTooLong, Keyboard, Pages, keyboard, page_count
from bot.frontends.telegram.markup import CAPTION_LIMIT, Marked, marked, units
from bot.frontends.telegram.receipts import Doing, receipt
from bot.frontends.telegram.updates import NAME, Tap, Update
from bot.wording.telegram import may_type
from bot.wording.text import Mention, Plain, Text
from core.clock import Clock

log = logging.getLogger(__name__)

_SIGNS = {Tone.ASKING: "", Tone.WAITING: "⏳ ", Tone.TRYING: "🎯 ", Tone.GOOD: "✅ ", Tone.BAD: "❌ "}
_HALF_TOLD_KEPT = 1_000
_FILE_SECONDS = 30.0


class TelegramSender:
    """Shows cards, sends notices, turns pages, answers people.

    Which notice got its words but not yet its file is remembered in memory only: losing it says the words a
    second time.
    """

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._pages = Pages()
        self._half_told: dict[str, str] = {}

    async def show(self, place: Place, card: Card, *, dialogue_id: str, message_id: str | None) -> Receipt:
        page = self._pages.of(place.chat_id, message_id, card) if message_id else 0
        try:
            buttons = keyboard(card, dialogue_id=dialogue_id, page=page)
        except DataTooLong as error:
            return Refused(reason=str(error))
        words = self._card_words(card, private=place.private)
        if message_id is None:
            markup = buttons if buttons["inline_keyboard"] else None
            return await _receipt_of(self._send(place, words, keyboard=markup), doing=Doing.SEND)
        if not message_id.isdecimal():
            return MessageGone()
        editing = self._bot.edit_message_text(
            words.text,
            chat_id=_as_sent(place.chat_id),
            message_id=int(message_id),
            api_kwargs=_as_json(words, buttons),
        )
        return await _receipt_of(editing, doing=Doing.EDIT, message_id=message_id)

    async def tell(self, place: Place, notice: Notice, *, key: str) -> Receipt:
        words = marked(notice.text, now=self._clock.now())
        if notice.file is None:
            return await _receipt_of(self._send(place, words, quiet=notice.quiet), doing=Doing.SEND)
        caption = words if notice.text and units(words.text) <= CAPTION_LIMIT else None
        if notice.text and caption is None and key not in self._half_told:
            told = await _receipt_of(self._send(place, words, quiet=notice.quiet), doing=Doing.SEND)
            if not isinstance(told, Delivered):
                return told
            self._half_told[key] = told.message_id
            if len(self._half_told) > _HALF_TOLD_KEPT:
                del self._half_told[next(iter(self._half_told))]
        sending = self._send_file(place, notice.file, caption, quiet=notice.quiet)
        answer = await _receipt_of(sending, doing=Doing.SEND)
        if isinstance(answer, Delivered) and (first := self._half_told.pop(key, None)):
            return Delivered(message_id=first)
        return answer

    async def erase(self, place: Place, message_id: str) -> Receipt:
        if not message_id.isdecimal():
            return Refused(reason="Telegram has no such message")
        erasing = self._bot.delete_message(_as_sent(place.chat_id), int(message_id))
        return await _receipt_of(erasing, doing=Doing.ERASE, message_id=message_id)

    async def turn_page(self, tap: Tap, ears: Ears) -> bool:
        """Edit the tapped message to the page asked for; False if there is no card with pages any more."""
        place = Place(frontend=NAME, chat_id=tap.chat_id, private=not tap.chat_id.startswith("-"))
        card = await ears.current_card(tap.carried.dialogue_id, place=place)
        page = tap.carried.page
        if card is None or page is None or tap.message_id is None or page_count(card) == 1:
            return False
        self._pages.turn(tap.chat_id, tap.message_id, card, page)
        await self.show(place, card, dialogue_id=tap.carried.dialogue_id, message_id=tap.message_id)
        return True

    async def reply(self, update: Update, words: str) -> None:
        """Answer in the chat. Telegram has no way to show one person of a group something alone."""
        if update.heard is None:
            return
        event = update.heard.event
        addressed = Text((Plain(words),))
        if isinstance(event, Chose) and not event.place.private:
            addressed = Text((Mention(event.person.name, event.person.account_id), Plain(f": {words}")))
        text = marked(addressed, now=self._clock.now())
        try:
            async with plain_failures():
                await self._send(event.place, text, quiet=True, reply_to=update.message_id)
        except CallFailed as error:
            log.info("a reply could not be sent: %s", error)

    async def answer_tap(self, callback_id: str, words: str) -> None:
        """A late or second answer is refused by Telegram, and harmless."""
        try:
            async with plain_failures():
                await self._bot.answer_callback_query(callback_id, text=words or None)
        except CallFailed as error:
            log.info("a tap could not be answered: %s", error)

    def _card_words(self, card: Card, *, private: bool) -> Marked:
        hint = may_type(card.typing, private=private) if card.typing else ""
        now, sign = self._clock.now(), _SIGNS[card.tone]
        signed = not sign or sign.strip() in card.text.plain(now=now)
        text = card.text if signed else Text((Plain(sign),)) + card.text
        return marked(text, now=now, italic_end=hint)

    async def _send(
        self,
        place: Place,
        words: Marked,
        *,
        keyboard: Keyboard | None = None,
        quiet: bool = False,
        reply_to: str | None = None,
    ) -> Message:
        more = _as_json(words, keyboard)
        if reply_to:
            more["reply_parameters"] = {"message_id": int(reply_to), "allow_sending_without_reply": True}
        return await self._bot.send_message(
            _as_sent(place.chat_id),
            words.text,
            message_thread_id=_topic(place),
            disable_notification=quiet or None,
            api_kwargs=more,
        )

    async def _send_file(self, place: Place, file: File, caption: Marked | None, *, quiet: bool) -> Message:
        # A picture is shown in the chat; as a document it would have to be opened.
        send = self._bot.send_photo if file.is_picture else self._bot.send_document
        return await send(
            _as_sent(place.chat_id),
            file.content,
            filename=file.name,
            caption=caption.text if caption else None,
            message_thread_id=_topic(place),
            disable_notification=quiet or None,
            read_timeout=_FILE_SECONDS,
            api_kwargs={"caption_entities": list(caption.entities)} if caption and caption.entities else {},
        )


async def _receipt_of(
    call: Awaitable[Message | bool], *, doing: Doing, message_id: str | None = None
) -> Receipt:
    try:
        async with plain_failures():
            sent = await call
    except CallFailed as error:
        answer = receipt(error.failure, doing=doing, message_id=message_id)
        if isinstance(answer, Refused) and doing is not Doing.ERASE:
            log.error("Telegram refuses a message: %s", answer.reason)  # noqa: TRY400 - the answer says it all
        return answer
    return Delivered(message_id=message_id or (str(sent.message_id) if isinstance(sent, Message) else ""))


def _as_sent(chat_id: str) -> int | str:
    """A chat's id as Telegram wants it; a name stays one."""
    return int(chat_id) if chat_id.removeprefix("-").isdecimal() else chat_id


def _topic(place: Place) -> int | None:
    return int(place.thread_id) if place.thread_id else None


def _as_json(words: Marked, keyboard: Keyboard | None) -> dict[str, object]:
    """What goes with a message's words."""
    more: dict[str, object] = {"link_preview_options": {"is_disabled": True}}
    if words.entities:
        more["entities"] = list(words.entities)
    if keyboard is not None:
        more["reply_markup"] = keyboard
    return more
