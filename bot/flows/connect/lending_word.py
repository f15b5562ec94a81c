"""A guest's own tap on "Use mine", as a link brings it to `/connect`: made by us, and of use to that guest alone."""

import hashlib
import hmac

_LENGTH = 16
"""A link brings 64 letters at most, of which the platform and the plan need half; nobody tries 2 ** 64 of them."""


def lending_word(secret: bytes, guest_id: int, plan_id: str) -> str:
    """It says that this guest may lend to this plan, and has tapped so: given to who does, and made by nobody else."""
    said = f"lends:{guest_id}:{plan_id}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:_LENGTH]


def is_lending_word(word: str, secret: bytes, guest_id: int, plan_id: str) -> bool:
    return hmac.compare_digest(word.encode(), lending_word(secret, guest_id, plan_id).encode())
