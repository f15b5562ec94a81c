"""The keys that everything secret hangs on: the one in use, and those before it."""

import hashlib
import re
from dataclasses import dataclass, field

from core.errors import BadInput
from core.runtime.settings import PREFIX, Settings, hard_to_guess
from core.security.key_file import KeyFile

GIVEN = f"{PREFIX}SECRET_KEY"
GIVEN_BEFORE = f"{PREFIX}OLD_SECRET_KEYS"

_FROM_A_FILE = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """32 bytes, and where the host has them: a variable or a file."""

    where: str
    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """The key that seals, and the old ones, which only open.

    `copied` are given ones read as what a key file holds: hosts copy a key from there into a variable.
    """

    first: Key
    old: tuple[Key, ...] = ()
    copied: tuple[Key, ...] = ()

    def values(self) -> list[bytes]:
        """All of them, the one in use first."""
        return [key.value for key in (self.first, *self.old, *self.copied)]


def key_ring(settings: Settings) -> KeyRing:
    """The keys of this install; one is made where none was given or made before. Raises `BadInput`, for a key in use
    that can be guessed, too: one that is old may be what it is.
    """
    if settings.secret_key is None:
        KeyFile(settings.data_dir).make()
    try:
        hard_to_guess(settings.secret_key)
    except ValueError as error:
        raise BadInput(
            GIVEN,
            f"{error} Or leave it out: one is made and kept. Put this one into {GIVEN_BEFORE} if it was in use.",
        ) from None
    found = found_keys(settings)
    assert found is not None
    return found


def found_keys(settings: Settings) -> KeyRing | None:
    """The keys as they are; None at an install that never ran. Raises `BadInput`."""
    file = KeyFile(settings.data_dir)
    given = () if settings.secret_key is None else ((GIVEN, settings.secret_key),)
    before = ((f"{GIVEN_BEFORE}, number {n}", key) for n, key in enumerate(settings.old_secret_keys, 1))
    words = [(where, key.get_secret_value()) for where, key in (*given, *before)]
    stated = [Key(where=where, value=hashlib.sha256(key.encode()).digest()) for where, key in words]
    copied = [
        Key(where=where, value=bytes.fromhex(key)) for where, key in words if _FROM_A_FILE.fullmatch(key)
    ]
    made = file.key()
    own = [] if made is None else [Key(where=str(file.path), value=made)]
    beside = [Key(where=str(file.old_path), value=key) for key in file.old_keys()]
    # A host who moves the key out of the file, or into it, has both for a while.
    ring = [*stated, *own, *beside] if given else [*own, *stated, *beside]
    if not given and not own:
        return None
    return KeyRing(first=ring[0], old=tuple(ring[1:]), copied=tuple(copied))
