"""Seals what must not lie about in clear, and opens it again. Nothing here prints a key or a value."""

import base64
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import Locked
from core.security.secret import Secret

_FORM = "v1"
_NONCE = 12
_TAG = 16


class Vault:
    """AES-256-GCM with a key derived from each of the host's: the first one seals, all of them open.

    What is sealed says which key did it, by a name from which the key cannot be found, and is bound to its
    purpose: what was sealed for one row does not open for another.
    """

    __slots__ = ("_ciphers", "_first")

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys` are 32 bytes each, the one in use first."""
        self._ciphers = {_name(key): AESGCM(_derived(key, b"seal", 32)) for key in keys}
        self._first = next(iter(self._ciphers))

    def seal(self, text: str, purpose: str) -> str:
        """ASCII text that opens only here, and only for this purpose."""
        nonce = os.urandom(_NONCE)
        sealed = self._ciphers[self._first].encrypt(nonce, text.encode(), purpose.encode())
        return f"{_FORM}.{self._first}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, purpose: str) -> Secret:
        """What was sealed. Raises `Locked` when no key opens it, or it was sealed for something else."""
        _, name, body = _parts(sealed)
        cipher = self._ciphers.get(name)
        try:
            raw = base64.urlsafe_b64decode(body)
            if cipher is None or len(raw) < _NONCE + _TAG:
                raise Locked(purpose)
            return Secret(cipher.decrypt(raw[:_NONCE], raw[_NONCE:], purpose.encode()).decode())
        except (InvalidTag, ValueError):
            raise Locked(purpose) from None


def is_sealed(text: str) -> bool:
    """Whether text has the form of something sealed; JSON, for one, has not."""
    return _parts(text)[0] == _FORM


def _parts(sealed: str) -> tuple[str, str, str]:
    form, _, rest = sealed.partition(".")
    name, _, body = rest.partition(".")
    return (form, name, body) if form == _FORM else ("", "", "")


def _name(key: bytes) -> str:
    return _derived(key, b"name", 4).hex()


def _derived(key: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"fourtop vault: " + purpose).derive(key)
