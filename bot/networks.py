"""The front-ends that are on, by name, as the rest of the chat side asks of them."""

from collections.abc import Mapping

from bot.conversation.ports import FrontEnd


class Networks:
    """Doors into private chats, and private chats that need no door."""

    def __init__(self, frontends: Mapping[str, FrontEnd]) -> None:
        self._frontends = frontends

    def door(self, frontend: str, payload: str) -> str | None:
        """A link that opens a private chat with the bot there."""
        known = self._frontends.get(frontend)
        return None if known is None else known.door(payload)

    def private_chat(self, frontend: str, account_id: str) -> str | None:
        """Where somebody can be written to who never opened a private chat."""
        known = self._frontends.get(frontend)
        return None if known is None else known.private_chat(account_id)
