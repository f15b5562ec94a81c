"""Keys to the house, as a host makes them."""

from datetime import UTC, datetime

from core.domain.api_key import KeyScope, Verb
from core.domain.venue import VenueRef
from core.persistence.database import Database
from core.security.api_keys import make
from core.security.secret import Secret
from tests.expect import present

_THEN = datetime(2026, 1, 1, tzinfo=UTC)
EVERYTHING = (Verb.READ, Verb.BOOK, Verb.CANCEL)


async def a_key(
    database: Database, *verbs: Verb, name: str = "somebody", venues: tuple[str, ...] = ()
) -> Secret:
    """A new key; without verbs it is for everything but administration."""
    refs = tuple(VenueRef(platform="house", id=venue) for venue in venues)
    scope = KeyScope(verbs=verbs or EVERYTHING, venues=refs)
    return present(await database.write(lambda tx: make(tx, name=name, scope=scope, now=_THEN)))


def bearer(key: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {key.reveal()}"}
