"""What became of a call to Telegram, in the words of the front-end port: the one table of its failures.

Sources: core.telegram.org/bots/api#making-requests; the sentences are those of the server's own source
(tdlib/telegram-bot-api, `Client::fail_query_with_error`) and come in changing case and with prefixes.
"""

from datetime import timedelta
from enum import StrEnum

from bot.conversation.ports import (
    ChatMoved,
    Delivered,
    Later,
    MessageGone,
    Receipt,
    Refused,
    Unreachable,
    Unsure,
)
from bot.frontends.telegram.http import Failure


class Doing(StrEnum):
    """An edit or an erasure may be repeated without harm, a sending may not."""

    SEND = "send"
    EDIT = "edit"
    ERASE = "erase"


SOON = timedelta(seconds=2)
TOKEN_REFUSED = timedelta(seconds=60)

_ELSEWHERE = MessageGone()
_TABLE: tuple[tuple[str, Receipt | None], ...] = (
    ("message is not modified", None),
    ("message to edit not found", _ELSEWHERE),
    ("message can't be edited", _ELSEWHERE),
    ("message_id_invalid", _ELSEWHERE),
    ("can't initiate conversation", Unreachable(reason="has not opened a chat with the bot yet")),
    ("bot was blocked by the user", Unreachable(reason="has blocked the bot")),
    ("user is deactivated", Unreachable(reason="the account was deleted")),
    ("bot was kicked", Unreachable(reason="the bot was removed from the chat")),
    ("bot is not a member", Unreachable(reason="the bot is not in the chat")),
    ("group chat was deactivated", Unreachable(reason="the group was deleted")),
    ("group chat was deleted", Unreachable(reason="the group was deleted")),
    ("chat not found", Unreachable(reason="there is no such chat")),
    ("peer_id_invalid", Unreachable(reason="there is no such chat")),
    ("can't send messages to bots", Unreachable(reason="is a bot")),
    ("can't send messages to the bot", Unreachable(reason="is a bot")),
    ("topic_closed", Unreachable(reason="the topic is closed")),
    ("topic_deleted", Unreachable(reason="the topic was deleted")),
    ("message thread not found", Unreachable(reason="the topic was deleted")),
    ("not enough rights", Unreachable(reason="the bot may not write in this chat")),
    ("have no rights to send", Unreachable(reason="the bot may not write in this chat")),
    ("chat_write_forbidden", Unreachable(reason="the bot may not write in this chat")),
    ("chat_restricted", Unreachable(reason="the bot may not write in this chat")),
)

_NOT_THERE = ("message to delete not found", "message_id_invalid")


def receipt(failure: Failure, *, doing: Doing, message_id: str | None = None) -> Receipt:
    """The receipt for a failed call; `message_id` is that of the message that was to be edited or erased."""
    if failure.migrate_to is not None:
        return ChatMoved(new_chat_id=failure.migrate_to)
    if failure.retry_after is not None:
        return Later(after=timedelta(seconds=max(failure.retry_after, 1)))
    match failure.status:
        case 400 | 403 if doing is Doing.ERASE:
            return _kept(failure, message_id)
        case 400 | 403:
            return _refusal(failure, message_id)
        case 401 | 404:
            return Later(after=TOKEN_REFUSED)
        case 0 | 502 | 504 if failure.sent and doing is Doing.SEND:
            return Unsure()
        case status if status in {0, 429} or status >= 500:
            return Later(after=SOON)
        case _:
            return Refused(reason=f"{failure.status}: {failure.description}")


def _refusal(failure: Failure, message_id: str | None) -> Receipt:
    words = failure.description.lower()
    for fragment, answer in _TABLE:
        if fragment in words:
            return Delivered(message_id=message_id or "") if answer is None else answer
    if failure.status == 403:
        return Unreachable(reason=failure.description)
    return Refused(reason=failure.description)


def _kept(failure: Failure, message_id: str | None) -> Receipt:
    """What is not there need not be erased; whatever else stands in the way, the chat itself may be well."""
    if any(fragment in failure.description.lower() for fragment in _NOT_THERE):
        return Delivered(message_id=message_id or "")
    return Refused(reason=failure.description)
