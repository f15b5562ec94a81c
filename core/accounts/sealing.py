"""What opens an account, as it is sealed into its row; and what is to be remembered until it is opened."""

import json
from datetime import datetime

from core.powers.accounts import Credentials
from core.security.secret import Secret
from core.security.vault import Vault


def purpose(platform: str, external_id: str) -> str:
    """What an account's credentials are sealed for: that account, and no other row."""
    return f"account:{platform}:{external_id}"


def seal(vault: Vault, credentials: Credentials, of: str) -> str:
    """Both tokens and their ends in one piece: they are kept together or not at all."""
    pair = {
        "token": credentials.token.reveal(),
        "expires_at": _written(credentials.expires_at),
        "refresh": None if credentials.refresh is None else credentials.refresh.reveal(),
        "refresh_expires_at": _written(credentials.refresh_expires_at),
    }
    return vault.seal(json.dumps(pair), of)


def unseal(vault: Vault, sealed: str, of: str) -> Credentials:
    """What `seal` sealed. Raises `Locked`."""
    pair: dict[str, str | None] = json.loads(vault.open(sealed, of).reveal())
    refresh = pair["refresh"]
    return Credentials(
        token=Secret(pair["token"] or ""),
        expires_at=_read(pair["expires_at"]),
        refresh=None if refresh is None else Secret(refresh),
        refresh_expires_at=_read(pair["refresh_expires_at"]),
    )


def seal_step(vault: Vault, state: Secret, *, dialogue_id: str) -> str:
    """What a platform wants to be given again as a sign-in goes on: it opens in that dialogue only."""
    return vault.seal(state.reveal(), _step(dialogue_id))


def unseal_step(vault: Vault, sealed: str, *, dialogue_id: str) -> Secret:
    """What `seal_step` sealed. Raises `Locked`."""
    return vault.open(sealed, _step(dialogue_id))


def _step(dialogue_id: str) -> str:
    return f"sign-in:{dialogue_id}"


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _read(at: str | None) -> datetime | None:
    return None if at is None else datetime.fromisoformat(at)
