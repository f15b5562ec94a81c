"""Who holds a key to one of our HTTP interfaces: how keys are made, and known again."""

import hashlib
import secrets
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection

from core.clock import Clock
from core.domain.api_key import ApiKey, KeyScope
from core.persistence import api_keys
from core.persistence.database import Database, DatabaseAway
from core.security.secret import Secret

KEPT_FOR = timedelta(seconds=1)
"""As long as a key that was looked up is not looked up again: one that is revoked opens nothing after that."""

_MARK = "fourtop_"
_BYTES = 32
_MOST_KEPT = 1000


def make(tx: Connection, *, name: str, scope: KeyScope, now: datetime) -> Secret | None:
    """A new key, to be shown once; None where one of that name is in use."""
    # From so many random bytes that nobody guesses it: a plain digest is as good as a slow one.
    key = Secret(f"{_MARK}{secrets.token_urlsafe(_BYTES)}")
    return key if api_keys.add(tx, name=name, digest=_digest(key.reveal()), scope=scope, now=now) else None


class ApiKeys:
    """The keys of this install, as requests bring them.

    One is found by its digest, so how long that takes tells nothing of any key that there is.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[ApiKey, datetime]] = {}

    async def holder(self, authorization: str) -> ApiKey | None:
        """The key in an `Authorization: Bearer …`, where it is one that opens something.

        Raises what the database does when it is away.
        """
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() != "bearer" or not given.strip():
            return None
        digest, now = _digest(given.strip()), self._clock.now()
        known = self._known.get(digest)
        if known is not None and known[1] <= now < known[1] + KEPT_FOR:
            return known[0]
        found = await self._database.read(lambda tx: api_keys.of_digest(tx, digest))
        if found is None:
            self._known.pop(digest, None)
            return None
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[digest] = (found, now)
        await self._note_use(found, now)
        return found

    async def _note_use(self, key: ApiKey, now: datetime) -> None:
        """Write down the day, once a day: more would be a diary of the key's holder."""
        day = datetime.combine(now.date(), time(), UTC)
        if key.last_used_at is None or key.last_used_at < day:
            with suppress(DatabaseAway):  # a full disk keeps nobody from looking
                await self._database.write(lambda tx: api_keys.used(tx, key.id, at=day))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
