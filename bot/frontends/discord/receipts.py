"""What Discord's refusals mean for a message: one table.

Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

from collections.abc import Callable
from datetime import timedelta
from types import MappingProxyType

import aiohttp

from bot.conversation.ports import Later, MessageGone, Receipt, Refused, Unreachable

SOON = timedelta(seconds=5)
AFTER_REFUSED = timedelta(minutes=10)

NETWORK_ERRORS = (aiohttp.ClientError, OSError, TimeoutError)
"""What is raised where there was no answer at all."""

_Made = Callable[[str], Receipt]


def _gone(_: str) -> Receipt:
    return MessageGone()


def _shut(reason: str) -> Receipt:
    return Unreachable(reason=reason)


def _refused(reason: str) -> Receipt:
    return Refused(reason=reason)


def _later(after: timedelta) -> _Made:
    return lambda _: Later(after=after)


_CODES: MappingProxyType[int, _Made] = MappingProxyType(
    {
        10003: _shut,  # unknown channel: deleted, or the bot is not in its server any more
        10004: _shut,  # unknown guild
        10008: _gone,  # unknown message
        10013: _shut,  # unknown user
        20016: _later(SOON),  # slow mode
        20026: _later(timedelta(hours=1)),  # the bot is held back as spam
        20028: _later(SOON),  # write rate limit of the channel
        30046: _gone,  # too many edits of a message older than an hour: go on in a new one
        40003: _later(timedelta(minutes=10)),  # private chats opened too fast
        40005: _refused,  # too large
        50001: _shut,  # missing access
        50005: _gone,  # somebody else's message
        50006: _refused,  # empty message
        50007: _shut,  # the guest's private messages are closed
        50008: _shut,  # not a text channel
        50013: _shut,  # missing permissions
        50021: _gone,  # a system message
        50035: _refused,  # invalid form body
        50278: _shut,  # no server in common any more
        50083: _shut,  # archived thread
        160005: _shut,  # locked thread
        200000: _refused,  # the server's word filter
        200001: _refused,
    }
)


def receipt(*, status: int, code: int, reason: str, retry_after: str | None = None) -> Receipt:
    """The receipt for a refused request; `retry_after` is its header, in seconds.

    A send repeated after an answer was lost carries the nonce of the first one, and Discord gives back the
    message it has instead of a second: so a lost answer is `Later`, for sends as for edits, never `Unsure`.
    """
    known = _CODES.get(code)
    if known is not None:
        return known(reason)
    if status == 401:
        return Later(after=AFTER_REFUSED)
    if status == 429:
        return Later(after=timedelta(seconds=float(retry_after or 60)))
    if status >= 500 or status == 408:
        return Later(after=SOON)
    if status in {403, 404}:
        return _shut(reason)
    return _refused(reason)
