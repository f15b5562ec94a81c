"""What a token says of itself, read without asking whether it is genuine: that is the platform's business."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

_LOOKS_LIKE = re.compile(r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*")
_REFRESHES = re.compile(r"refresh[\w-]*[\"']?\s*[:=]\s*[\"']?$", re.IGNORECASE)


def expiry(token: str) -> datetime | None:
    """The instant (UTC) at which it ends; None where it does not say."""
    ends = _claims(token).get("exp")
    if isinstance(ends, bool) or not isinstance(ends, (int, float)):
        return None
    try:
        return datetime.fromtimestamp(ends, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def pair_in(pasted: str) -> tuple[str | None, str | None]:
    """The token in use and the one that renews it, from whatever a guest copied: headers, cookies, storage.

    The renewing one is told by its name; without names, it is the one that lives longest.
    """
    found = {match.group(): match.start() for match in _LOOKS_LIKE.finditer(pasted)}
    named = [token for token, at in found.items() if _REFRESHES.search(pasted[max(0, at - 60) : at])]
    others = [token for token in found if token not in named]
    if not named and len(others) > 1:
        never = datetime.min.replace(tzinfo=UTC)
        others.sort(key=lambda token: expiry(token) or never)
        if expiry(others[-1]) != expiry(others[0]):
            named = [others.pop()]
    return (others[0] if others else None), (named[0] if named else None)


def _claims(token: str) -> Mapping[str, object]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims: object = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError):
        return {}
    return cast("dict[str, object]", claims) if isinstance(claims, dict) else {}
