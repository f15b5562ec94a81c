"""Values that nothing prints, and what is derived from one."""

import hashlib
import hmac


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


def derived(secret: bytes, purpose: str) -> str:
    """A lesser secret or a name for one purpose, in hex; the key cannot be found from it."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).hexdigest()
