"""Who may use the inventory over HTTP: whoever has a key, as far as it reaches."""

from core.domain.api_key import KeyScope, Verb
from core.domain.venue import VenueRef
from core.errors import PlatformDown
from core.persistence.database import DatabaseAway
from core.security.api_keys import ApiKeys
from platforms.house.engine.rules import PLATFORM


class NoKey(Exception):
    """There is no key, or one that opens nothing."""


class OutOfScope(Exception):
    """The key does not reach that far; the message is a sentence for its holder."""


class Guard:
    """Asks for a key, wherever a call comes from: that it comes from this machine says nothing of who makes it."""

    def __init__(self, keys: ApiKeys) -> None:
        self._keys = keys

    async def scope(self, authorization: str) -> KeyScope:
        """How far the caller may go. Raises `NoKey`, and `PlatformDown` when keys can't be looked up."""
        try:
            holder = await self._keys.holder(authorization)
        except DatabaseAway as error:
            raise PlatformDown(PLATFORM, f"its database failed: {error}") from error
        if holder is None:
            raise NoKey
        return holder.scope


def check(scope: KeyScope, verb: Verb, venue_id: str | None = None) -> None:
    """Raises `OutOfScope` unless that may be done, at that venue where it is at one."""
    if not scope.allows(verb):
        raise OutOfScope(f"This key is not one to {verb.value} with.")
    if venue_id is not None and not scope.covers(VenueRef(platform=PLATFORM, id=venue_id)):
        raise OutOfScope("This key is for other venues.")
