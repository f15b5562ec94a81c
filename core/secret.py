"""The key that everything secret hangs on: given by the host, or made at the first start."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from core.errors import BadInput

_NAME = "secret.key"


class Secret:
    """A value that nothing prints: it is read with `reveal`, where it is used."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a secret does not leave the process by itself")


def secret_key(given: str | None, data_dir: Path) -> bytes:
    """32 bytes from the host's words, or from a file in the data folder that is made when absent (mode 0600).

    Raises `BadInput` when the folder cannot be written.
    """
    if given is not None:
        return hashlib.sha256(given.encode()).digest()
    path = data_dir / _NAME
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return bytes.fromhex(path.read_text().strip())
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        return bytes.fromhex(path.read_text().strip())
    except OSError as error:
        raise BadInput("FOURTOP_DATA_DIR", f"{data_dir} can't be used: {error.strerror}.") from None
    except ValueError:
        raise BadInput(str(path), "this is not a key that Fourtop made; put the old one back.") from None


def derived(secret: bytes, purpose: str) -> str:
    """A lesser secret or a name for one purpose, in hex; the key cannot be found from it."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).hexdigest()
