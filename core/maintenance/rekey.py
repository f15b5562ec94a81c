"""Everything that is sealed, sealed anew with the key in use."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from core.accounts import sealing as pairs
from core.errors import Locked
from core.persistence import accounts, inbox
from core.persistence.accounts import Strongbox
from core.persistence.inbox import Noted
from core.security import sealed_input
from core.security.secret import Secret
from core.security.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """How many accounts, and words not acted on yet, the keys at hand open, and how many things they do not."""

    accounts: int
    words: int
    locked: int


def reseal(tx: Connection, vault: Vault) -> Sealed:
    """All in one transaction: whoever is killed leaves each thing sealed with a key that is still there."""
    for box, pair in _accounts(tx, vault):
        if pair is not None:
            sealed = vault.seal(pair.reveal(), _purpose(box))
            accounts.seal_anew(tx, box.account.id, version=box.version, sealed=sealed)
    for noted, words in _words(tx, vault):
        if words is not None:
            sealed = sealed_input.seal(
                vault, words.reveal(), frontend=noted.frontend, event_id=noted.event_id
            )
            inbox.note_anew(tx, noted.id, before=noted.heard, heard=sealed)
    return what_opens(tx, vault)


def what_opens(tx: Connection, vault: Vault) -> Sealed:
    """Try every lock."""
    pairs_found = [pair for _, pair in _accounts(tx, vault)]
    words_found = [words for _, words in _words(tx, vault)]
    return Sealed(
        accounts=len(pairs_found) - pairs_found.count(None),
        words=len(words_found) - words_found.count(None),
        locked=(pairs_found + words_found).count(None),
    )


def _accounts(tx: Connection, vault: Vault) -> Iterator[tuple[Strongbox, Secret | None]]:
    for box in accounts.strongboxes(tx):
        try:
            yield box, vault.open(box.sealed, _purpose(box))
        except Locked:
            yield box, None


def _words(tx: Connection, vault: Vault) -> Iterator[tuple[Noted, Secret | None]]:
    for noted in inbox.unhandled(tx):
        try:
            yield (
                noted,
                sealed_input.unseal(vault, noted.heard, frontend=noted.frontend, event_id=noted.event_id),
            )
        except Locked:
            yield noted, None


def _purpose(box: Strongbox) -> str:
    return pairs.purpose(box.account.platform, box.account.external_id)
