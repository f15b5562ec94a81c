"""`fourtop keys`: the keys with which others use this install over HTTP."""

from collections.abc import Sequence

from bot.platforms import keeps_venues
from bot.store import open_store
from core.clock import Clock, SystemClock
from core.domain.api_key import ApiKey, KeyScope, Verb
from core.domain.venue import VenueRef
from core.errors import BadInput
from core.persistence import api_keys
from core.persistence.database import Database
from core.runtime.settings import Settings
from core.security.api_keys import make

USUAL = (Verb.READ, Verb.BOOK, Verb.CANCEL)
"""What another Fourtop needs to book here."""

_LONGEST_NAME = 64


async def add_key(
    settings: Settings, name: str, *, verbs: Sequence[str], venues: Sequence[str]
) -> Sequence[str]:
    """Make a key; its only showing. Raises `BadInput` for a name that is in use, and a venue that is none."""
    name, clock = " ".join(name.split()), SystemClock()
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise BadInput("NAME", f"say who has the key, in 1 to {_LONGEST_NAME} letters.")
    database = open_store(settings)
    try:
        chosen = tuple(verb for verb in Verb if verb in verbs) or USUAL
        scope = KeyScope(verbs=chosen, venues=await _own(database, venues, clock))
        key = await database.write(lambda tx: make(tx, name=name, scope=scope, now=clock.now()))
    finally:
        await database.aclose()
    if key is None:
        raise BadInput("NAME", f"“{name}” has a key already; `fourtop keys revoke` takes it back.")
    return [key.reveal(), f"“{name}” may {_reach(scope)}. The key is shown this once: only a digest is kept."]


async def list_keys(settings: Settings) -> Sequence[str]:
    """One line a key, those that were revoked included."""
    database = open_store(settings)
    try:
        keys = await database.read(api_keys.all_keys)
    finally:
        await database.aclose()
    return [_line(key) for key in keys] or ["No key was made. See `fourtop keys add --help`."]


async def revoke_key(settings: Settings, name: str) -> str:
    """Have a key open nothing any more. Raises `BadInput` where none of that name is in use."""
    now, database = SystemClock().now(), open_store(settings)
    try:
        found = await database.write(lambda tx: api_keys.revoke(tx, name, now=now))
    finally:
        await database.aclose()
    if not found:
        raise BadInput("NAME", f"“{name}” has no key that is in use; `fourtop keys` lists them.")
    return f"The key of “{name}” opens nothing any more, within a second where Fourtop runs."


async def _own(database: Database, names: Sequence[str], clock: Clock) -> tuple[VenueRef, ...]:
    """Venues of our own by their ids, `luna` or `house:luna`."""
    spec, own = keeps_venues()
    wanted = {name.removeprefix(f"{spec.name}:") for name in names}
    there = {venue.ref.id: venue.ref for venue in await own.all(database, clock)} if wanted else {}
    if missing := sorted(wanted - there.keys()):
        raise BadInput("--venue", f"there is no venue “{missing[0]}”; `fourtop venue list` shows all.")
    return tuple(there[name] for name in sorted(wanted))


def _line(key: ApiKey) -> str:
    used = "never used" if key.last_used_at is None else f"last used {key.last_used_at:%Y-%m-%d}"
    revoked = "" if key.revoked_at is None else f", REVOKED {key.revoked_at:%Y-%m-%d}"
    return f"{key.name}: may {_reach(key.scope)}; made {key.made_at:%Y-%m-%d}, {used}{revoked}"


def _reach(scope: KeyScope) -> str:
    where = ", ".join(venue.id for venue in scope.venues) or "every venue"
    return f"{', '.join(scope.verbs)} at {where}"
