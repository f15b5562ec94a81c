"""A digest of what somebody saw when they tapped: a button that confirms carries it."""

import hashlib

from pydantic_core import to_json

_LONG_ENOUGH = 10


def digest(*what: object) -> str:
    """The same for the same values, kept and read again or not, and for no others as far as anybody can tell: a few
    letters and digits.
    """
    return hashlib.sha256(to_json(what)).hexdigest()[:_LONG_ENOUGH]
