"""What people typed, sealed until it is acted on: it may be a password."""

from core.errors import Locked
from core.security.secret import Secret
from core.security.vault import Vault, is_sealed


def seal(vault: Vault, text: str, *, frontend: str, event_id: str) -> str:
    """For the inbox: it opens as this event only."""
    return vault.seal(text, _purpose(frontend, event_id))


def unseal(vault: Vault, kept: str, *, frontend: str, event_id: str) -> Secret:
    """What `seal` sealed, or the clear words of an earlier version. Raises `Locked`."""
    if not is_sealed(kept):
        if not kept.startswith("{"):
            raise Locked(_purpose(frontend, event_id))
        return Secret(kept)
    return vault.open(kept, _purpose(frontend, event_id))


def _purpose(frontend: str, event_id: str) -> str:
    return f"heard:{frontend}:{event_id}"
