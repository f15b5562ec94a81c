"""Interactions: each may be answered once and in time, and goes on by its token afterwards."""

import asyncio
import time
from dataclasses import dataclass, field

from tests.doubles.discord_http.world import (
    APPLICATION,
    GUILD,
    MEMBER_MAY,
    Message,
    Refusal,
    World,
    channel,
    member,
    private_channel,
    user,
)

COMMAND, COMPONENT, TYPING, FORM = 2, 3, 4, 5


@dataclass(kw_only=True)
class Interaction:
    """Something a person did, and all that was answered to them alone."""

    id: int
    token: str
    type: int
    sent_at: float
    within: float = 3.0
    answer: dict | None = None
    answered_at: float | None = None
    said: list[dict] = field(default_factory=list)
    deleted: bool = False
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def words(self) -> list[str]:
        """What was said to this person alone."""
        return [one.get("content") or "" for one in self.said]


class Interactions:
    """Makes them and takes their answers."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_token: dict[str, Interaction] = {}

    def command(self, who: int, name: str, options: dict | None = None, **where) -> tuple[Interaction, dict]:
        filled = [{"name": key, "type": 3, "value": value} for key, value in (options or {}).items()]
        data = {"id": "1", "name": name, "type": 1, "options": filled}
        return self._made(COMMAND, who, data, **where)

    def typing(self, who: int, name: str, option: str, value: str, **where) -> tuple[Interaction, dict]:
        focused = {"name": option, "type": 3, "value": value, "focused": True}
        data = {"id": "1", "name": name, "type": 1, "options": [focused]}
        return self._made(TYPING, who, data, **where)

    def tap(self, who: int, message: Message, custom_id: str, values=None) -> tuple[Interaction, dict]:
        data = {"custom_id": custom_id, "component_type": 2}
        if values is not None:
            data |= {"component_type": 3, "values": values}
        interaction, payload = self._made(COMPONENT, who, data, channel_id=message.channel)
        return interaction, payload | {"message": message.wire()}

    def form(self, who: int, custom_id: str, words: str, **where) -> tuple[Interaction, dict]:
        typed = {"type": 4, "custom_id": "words", "value": words}
        data = {"custom_id": custom_id, "components": [{"type": 18, "id": 1, "component": typed}]}
        return self._made(FORM, who, data, **where)

    def callback(self, token: str, body: dict) -> dict:
        interaction = self._by_token.get(token)
        if interaction is None or time.monotonic() - interaction.sent_at > interaction.within:
            raise Refusal(404, 10062, "Unknown interaction")
        if interaction.answer is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        interaction.answer = body
        interaction.answered_at = time.monotonic()
        interaction.acknowledged.set()
        if body["type"] != 5 and interaction.type != COMPONENT:
            interaction.finished.set()
        return {"interaction": {"id": str(interaction.id), "type": interaction.type}}

    def say(self, token: str, body: dict) -> dict:
        """A follow-up, or the deferred answer filled in."""
        interaction = self._known(token)
        interaction.said.append(body)
        interaction.finished.set()
        message = Message(id=self._world.new_id(), channel=0, body=body)
        return message.wire() | {"webhook_id": str(APPLICATION)}

    def delete(self, token: str) -> None:
        interaction = self._known(token)
        interaction.deleted = True
        interaction.finished.set()

    def forget(self, token: str) -> None:
        """Its fifteen minutes are over."""
        del self._by_token[token]

    def _known(self, token: str) -> Interaction:
        interaction = self._by_token.get(token)
        if interaction is None:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        return interaction

    def _made(self, type_: int, who: int, data: dict, **where) -> tuple[Interaction, dict]:
        id_ = self._world.new_id()
        made = Interaction(id=id_, token=f"secret-{id_}", type=type_, sent_at=time.monotonic())
        self._by_token[made.token] = made
        payload = {
            "id": str(made.id),
            "application_id": str(APPLICATION),
            "type": type_,
            "token": made.token,
            "version": 1,
            "data": data,
            "locale": "en-US",
            "entitlements": [],
            "attachment_size_limit": 10_485_760,
            **_where(who, **where),
        }
        return made, payload


def _where(
    who: int,
    *,
    channel_id: int | None = 600,
    private: bool = False,
    guild_id: int = GUILD,
    may: str = MEMBER_MAY,
) -> dict:
    if private or channel_id is None or channel_id > 10_000:
        id_ = private_channel(who)
        return {
            "user": user(who),
            "channel": channel(id_, private=True),
            "channel_id": str(id_),
            "context": 1,
            "app_permissions": may,
            "authorizing_integration_owners": {"1": str(who)},
        }
    return {
        "member": member(who),
        "guild_id": str(guild_id),
        "guild": {"id": str(guild_id), "locale": "en-US", "features": []},
        "channel": channel(channel_id),
        "channel_id": str(channel_id),
        "context": 0,
        "app_permissions": may,
        "authorizing_integration_owners": {"0": str(guild_id)},
    }
