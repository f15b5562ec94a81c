"""How "no" and "not now" travel over HTTP: one table, read one way by the server, the other by the client."""

from collections.abc import Mapping
from datetime import timedelta

from core.domain.booking import Unknown
from core.domain.slot import Cause
from core.errors import CancelRefused, FourtopError, PlatformDown, VenueGone
from platforms.house.engine.booking_request import NoTable
from platforms.house.engine.rules import PLATFORM
from platforms.house.http.guard import NoKey, OutOfScope
from platforms.house.http.schemas import Problem

NO_TABLE = "no_table"
VENUE_GONE = "venue_gone"
CANCEL_REFUSED = "cancel_refused"
BAD_REQUEST = "bad_request"
NOT_ALLOWED = "not_allowed"
OUT_OF_SCOPE = "out_of_scope"
UNSURE = "unsure"
DOWN = "down"

STATUS: Mapping[str, int] = {
    NO_TABLE: 409,
    VENUE_GONE: 404,
    CANCEL_REFUSED: 403,
    BAD_REQUEST: 422,
    NOT_ALLOWED: 401,
    OUT_OF_SCOPE: 403,
    UNSURE: 500,
    DOWN: 503,
}
"""The status of each code. From 500 up, a booking may have been made; below, it was not."""


_NO_KEY = (
    "A key is needed, as `Authorization: Bearer …`: whoever runs this makes one with `fourtop keys add`."
)


class BadRequest(Exception):
    """The request is not understood; the message is a sentence for whoever wrote the client."""


def trouble_of(why: FourtopError | BadRequest | NoKey | OutOfScope | NoTable | Unknown) -> Problem:
    """What the server answers instead of what was asked for."""
    match why:
        case NoTable(cause=cause):
            return Problem(code=NO_TABLE, message=f"There is no such table: {cause}.", cause=cause)
        case Unknown():
            return Problem(code=UNSURE, message="The booking may or may not have been made: look it up.")
        case VenueGone(venue=venue):
            return Problem(code=VENUE_GONE, message=f"There is no venue {venue}.")
        case CancelRefused(reason=reason):
            return Problem(code=CANCEL_REFUSED, message=reason)
        case NoKey():
            return Problem(code=NOT_ALLOWED, message=_NO_KEY)
        case OutOfScope():
            return Problem(code=OUT_OF_SCOPE, message=str(why))
        case BadRequest():
            return Problem(code=BAD_REQUEST, message=str(why))
        case FourtopError():
            return Problem(code=DOWN, message="The inventory does not answer.")


def meaning_of(
    status: int, trouble: Problem, *, venue: str, retry_after: timedelta | None
) -> FourtopError | NoTable:
    """What an answer from 300 up means to the client; `venue` is the one that was asked about."""
    match trouble.code:
        case "no_table":
            return NoTable(cause=trouble.cause or Cause.FULL)
        case "venue_gone":
            return VenueGone(venue)
        case "cancel_refused":
            return CancelRefused(trouble.message)
        case _:
            reason = f"HTTP {status}: {trouble.message or 'an answer that is not ours'}"
            return PlatformDown(PLATFORM, reason, retry_after=retry_after)
