"""What is in the fake Discord: people, a server with channels, messages, commands, and what it refuses."""

from dataclasses import dataclass, field
from itertools import count

EPOCH_MS = 1_420_070_400_000
APPLICATION = 900
GUILD = 500
MEMBER_MAY = str((1 << 10) | (1 << 11) | (1 << 14) | (1 << 38))
_EPHEMERAL, _LOADING = 1 << 6, 1 << 7


class Refusal(Exception):
    """Discord's own error body."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message}


@dataclass(kw_only=True)
class Message:
    id: int
    channel: int
    body: dict
    files: tuple[str, ...] = ()
    edits: int = 0

    @property
    def custom_ids(self) -> list[str]:
        rows = self.body.get("components") or []
        return [control["custom_id"] for row in rows for control in row["components"]]

    def wire(self) -> dict:
        return {
            "id": str(self.id),
            "channel_id": str(self.channel),
            "author": user(APPLICATION, "fourtop", bot=True),
            "content": self.body.get("content") or "",
            "timestamp": "2026-12-01T12:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": self.body.get("embeds") or [],
            "components": self.body.get("components") or [],
            "pinned": False,
            "type": 0,
            "flags": self.body.get("flags", 0),
        }


@dataclass(kw_only=True)
class World:
    """Ids grow from 1000; a private channel's id is the person's with a one in front."""

    channels: set[int] = field(default_factory=lambda: {600, 601})
    closed_to: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    commands: list[dict] = field(default_factory=list)
    _nonces: dict[tuple[int, str], Message] = field(default_factory=dict)
    _ids: count = field(default_factory=lambda: count(1_000_000_000))

    def new_id(self) -> int:
        return next(self._ids)

    def in_channel(self, channel: int) -> list[Message]:
        return [message for message in self.messages.values() if message.channel == channel]

    def open_private(self, account: int) -> dict:
        channel = private_channel(account)
        self.channels.add(channel)
        return {"id": str(channel), "type": 1, "last_message_id": None, "recipients": [user(account)]}

    def post(self, channel: int, body: dict, files: tuple[str, ...]) -> Message:
        if channel not in self.channels:
            raise Refusal(404, 10003, "Unknown Channel")
        if channel - 10_000 in self.closed_to:
            raise Refusal(403, 50007, "Cannot send messages to this user")
        check(body, files)
        known = self._nonces.get((channel, body.get("nonce", "")))
        if known is not None and body.get("enforce_nonce"):
            return known
        message = Message(id=self.new_id(), channel=channel, body=body, files=files)
        self.messages[message.id] = message
        if "nonce" in body:
            if len(body["nonce"]) > 25:
                raise Refusal(400, 50035, "nonce: Must be 25 or fewer in length.")
            self._nonces[channel, body["nonce"]] = message
        return message

    def edit(self, message_id: int, body: dict) -> Message:
        message = self.messages.get(message_id)
        if message is None:
            raise Refusal(404, 10008, "Unknown Message")
        after = message.body | body
        check(after, message.files)
        message.body = after
        message.edits += 1
        return message


def check(body: dict, files: tuple[str, ...] = ()) -> None:
    """Refuse what Discord refuses."""
    content, embeds, components = body.get("content"), body.get("embeds") or [], body.get("components") or []
    if not (content or embeds or components or files):
        raise Refusal(400, 50006, "Cannot send an empty message")
    if len(content or "") > 2000:
        raise Refusal(400, 50035, "content: Must be 2000 or fewer in length.")
    sizes = [len(embed.get("description") or "") for embed in embeds]
    footers = [len((embed.get("footer") or {}).get("text") or "") for embed in embeds]
    if any(size > 4096 for size in sizes) or sum(sizes) + sum(footers) > 6000:
        raise Refusal(400, 50035, "embeds: too long")
    if len(components) > 5 or any(not 1 <= len(row["components"]) <= 5 for row in components):
        raise Refusal(400, 50035, "components: too many")
    ids = [control["custom_id"] for row in components for control in row["components"]]
    if len(set(ids)) < len(ids) or any(not 1 <= len(one) <= 100 for one in ids):
        raise Refusal(400, 50035, "custom_id: duplicated or too long")


def private_channel(account: int) -> int:
    return account + 10_000


def user(account: int, name: str | None = None, *, bot: bool = False) -> dict:
    name = name or f"guest{account}"
    return {
        "id": str(account),
        "username": name,
        "discriminator": "0",
        "global_name": name.title(),
        "avatar": None,
        "bot": bot,
    }


def member(account: int) -> dict:
    return {
        "user": user(account),
        "roles": [],
        "joined_at": "2026-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "permissions": MEMBER_MAY,
    }


def channel(channel_id: int, *, private: bool = False) -> dict:
    if private:
        return {"id": str(channel_id), "type": 1, "last_message_id": None, "recipients": []}
    return {
        "id": str(channel_id),
        "type": 0,
        "name": f"table-{channel_id}",
        "position": 0,
        "permissions": MEMBER_MAY,
    }


def guild(channels: set[int]) -> dict:
    return {
        "id": str(GUILD),
        "name": "Supper club",
        "owner_id": "1",
        "member_count": 3,
        "large": False,
        "roles": [],
        "emojis": [],
        "features": [],
        "members": [],
        "presences": [],
        "voice_states": [],
        "threads": [],
        "channels": [
            channel(one) | {"permission_overwrites": []} for one in sorted(channels) if one < 10_000
        ],
    }
