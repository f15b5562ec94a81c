"""A vault with a key that stays the same, and the real keeper of accounts with it."""

from core.accounts import AccountKeeper
from core.clock import Clock
from core.persistence.database import Database
from core.vault import Vault

KEY = b"v" * 32


def vault() -> Vault:
    return Vault([KEY])


def keeper(database: Database, clock: Clock) -> AccountKeeper:
    return AccountKeeper(database=database, vault=vault(), clock=clock)
