"""The methods the double knows, and what may be said to each.

Telegram ignores parameters it does not know. The double refuses them: a misspelt one is a bug of ours.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from tests.doubles.botapi.refusal import Refusal, bad_request


class Kind(Enum):
    INTEGER = auto()
    STRING = auto()
    BOOLEAN = auto()
    JSON = auto()
    FILE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    name: str
    media_type: str
    content: bytes


I, S, B, J, F = Kind.INTEGER, Kind.STRING, Kind.BOOLEAN, Kind.JSON, Kind.FILE  # noqa: E741

_SENDING = {"message_thread_id": I, "disable_notification": B, "reply_parameters": J, "reply_markup": J}

METHODS: dict[str, dict[str, Kind]] = {
    "getMe": {},
    "getUpdates": {"offset": I, "limit": I, "timeout": I, "allowed_updates": J},
    "setWebhook": {
        "url!": S,
        "max_connections": I,
        "allowed_updates": J,
        "drop_pending_updates": B,
        "secret_token": S,
    },
    "deleteWebhook": {"drop_pending_updates": B},
    "getWebhookInfo": {},
    "setMyCommands": {"commands!": J, "scope": J, "language_code": S},
    "getMyCommands": {"scope": J, "language_code": S},
    "deleteMyCommands": {"scope": J, "language_code": S},
    "sendMessage": {"chat_id!": I, "text!": S, "entities": J, "link_preview_options": J, **_SENDING},
    "sendDocument": {"chat_id!": I, "document!": F, "caption": S, "caption_entities": J, **_SENDING},
    "sendPhoto": {"chat_id!": I, "photo!": F, "caption": S, "caption_entities": J, **_SENDING},
    "editMessageText": {
        "chat_id!": I,
        "message_id!": I,
        "text!": S,
        "entities": J,
        "link_preview_options": J,
        "reply_markup": J,
    },
    "deleteMessage": {"chat_id!": I, "message_id!": I},
    "answerCallbackQuery": {"callback_query_id!": S, "text": S, "show_alert": B, "cache_time": I},
}
"""Parameters by method; `!` marks those that must be there."""

_BY_LOWER_CASE = {name.lower(): name for name in METHODS}


def method_named(name: str) -> str:
    """Telegram does not mind the case of a method's name."""
    try:
        return _BY_LOWER_CASE[name.lower()]
    except KeyError:
        raise Refusal(404, "Not Found") from None


def read(method: str, given: Mapping[str, object]) -> dict[str, object]:
    """The parameters with their types. Raises `Refusal`."""
    known = {name.rstrip("!"): kind for name, kind in METHODS[method].items()}
    for name in given:
        if name not in known:
            raise bad_request(f"the double knows no parameter {name} of {method}")
    for name in METHODS[method]:
        if name.endswith("!") and given.get(name[:-1]) in (None, ""):
            if name == "text!":
                raise bad_request("message text is empty")
            raise bad_request(f"parameter {name[:-1]} is required")
    return {name: _typed(name, value, known[name]) for name, value in given.items()}


def _typed(name: str, value: object, kind: Kind) -> object:
    try:
        match kind, value:
            case Kind.INTEGER, bool():
                raise ValueError
            case Kind.INTEGER, int() | str():
                return int(value)
            case Kind.BOOLEAN, bool():
                return value
            case Kind.BOOLEAN, str():
                return {"true": True, "false": False, "1": True, "0": False}[value.lower()]
            case Kind.JSON, str():
                return json.loads(value)
            case Kind.JSON, dict() | list():
                return value
            case Kind.STRING, str():
                return value
            case Kind.STRING, int():
                return str(value)
            case Kind.FILE, Upload():
                return value
    except (ValueError, KeyError):
        pass
    raise bad_request(f"can't parse {name}")
