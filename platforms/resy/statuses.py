"""What each status means at each endpoint: the one table that everything else asks."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from core.errors import PlatformDown

PLATFORM = "resy"


class Endpoint(StrEnum):
    """The calls by name."""

    SIGN_IN = "sign_in"
    REFRESH = "refresh"
    USER = "user"
    CITIES = "cities"
    SEARCH = "search"
    VENUE = "venue"
    CONFIG = "config"
    CALENDAR = "calendar"
    FIND = "find"
    DETAILS = "details"
    BOOK = "book"
    RESERVATIONS = "reservations"
    CANCEL = "cancel"
    SPECIAL_REQUEST = "special_request"
    NOTIFY = "notify"
    FAVOURITES = "favourites"
    GEOIP = "geoip"


class Meaning(StrEnum):
    """What an answer comes to."""

    FINE = "fine"
    SIGN_IN = "sign_in"
    """The token, or the API key where none was sent, opens nothing."""
    CARD = "card"
    """A card is needed and none was given."""
    FORBIDDEN = "forbidden"
    """Refused with a sentence, or by a page that wants to see a person."""
    GONE = "gone"
    """There is no such venue, slot or reservation (any more)."""
    CLOSED = "closed"
    """The account is."""
    IN_THE_WAY = "in_the_way"
    """Something that exists stands against it: another reservation at book, the venue's policy at cancel."""
    MALFORMED = "malformed"
    """Not to be sent again as it is."""
    TOO_FAST = "too_fast"
    DOWN = "down"
    """Nothing is known: not even, of a call that changes something, whether it was carried out."""


_MEANINGS: Mapping[int, Meaning] = {
    302: Meaning.SIGN_IN,  # to the web's login page
    400: Meaning.MALFORMED,
    401: Meaning.SIGN_IN,
    402: Meaning.CARD,
    403: Meaning.FORBIDDEN,
    404: Meaning.GONE,
    405: Meaning.MALFORMED,
    409: Meaning.CLOSED,
    410: Meaning.GONE,
    412: Meaning.IN_THE_WAY,
    415: Meaning.MALFORMED,
    419: Meaning.SIGN_IN,
    422: Meaning.MALFORMED,
    429: Meaning.TOO_FAST,
    500: Meaning.DOWN,
    502: Meaning.DOWN,
    503: Meaning.DOWN,
    504: Meaning.DOWN,
}

_MEANINGS_AT: Mapping[tuple[Endpoint, int], Meaning] = {
    (Endpoint.VENUE, 400): Meaning.GONE,
    (Endpoint.CONFIG, 400): Meaning.GONE,
    (Endpoint.CALENDAR, 400): Meaning.GONE,
    (Endpoint.FIND, 400): Meaning.GONE,  # a venue id that is no longer one
    (Endpoint.DETAILS, 400): Meaning.GONE,  # a slot's token that is no longer one
    (Endpoint.DETAILS, 412): Meaning.GONE,
    (Endpoint.BOOK, 400): Meaning.GONE,  # a book token that is no longer one
    (Endpoint.BOOK, 408): Meaning.DOWN,  # somebody on the way was tired of waiting, whatever the server did
    (Endpoint.CANCEL, 409): Meaning.IN_THE_WAY,
    (Endpoint.NOTIFY, 400): Meaning.FORBIDDEN,  # a day too far away, or times that the venue does not offer
    (Endpoint.SIGN_IN, 400): Meaning.SIGN_IN,
    (Endpoint.SIGN_IN, 412): Meaning.SIGN_IN,
    (Endpoint.SIGN_IN, 422): Meaning.SIGN_IN,
    (Endpoint.REFRESH, 400): Meaning.SIGN_IN,
    (Endpoint.REFRESH, 404): Meaning.SIGN_IN,
}

_POLLING = timedelta(seconds=60)
_ONE_MORE = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(hours=1)
_PERSON = timedelta(minutes=30)


def meaning_of(endpoint: Endpoint, status: int) -> Meaning:
    """The table, and by its class what is not in it."""
    if 200 <= status < 300:
        return Meaning.FINE
    known = _MEANINGS_AT.get((endpoint, status)) or _MEANINGS.get(status)
    if known is not None:
        return known
    if (
        300 <= status < 400
    ):  # none but the login page's is known; at book it may be the way to what was booked
        return Meaning.DOWN if endpoint is Endpoint.BOOK else Meaning.SIGN_IN
    return Meaning.MALFORMED if 400 <= status < 500 else Meaning.DOWN


def wait_of(endpoint: Endpoint, meaning: Meaning, retry_after: str) -> timedelta | None:
    """How long to leave the platform alone; `retry_after` is the header, where there was one.

    Nobody has seen that header there yet. Without it, a minute where we poll, and two seconds on the way to a
    booking, where one more try is all there is.
    """
    if retry_after.isascii() and retry_after.isdigit():
        return min(timedelta(seconds=int(retry_after[:6])), _LONGEST_WAIT)
    if meaning is not Meaning.TOO_FAST:
        return None
    return _ONE_MORE if endpoint in {Endpoint.DETAILS, Endpoint.BOOK, Endpoint.CANCEL} else _POLLING


class Rejected(Exception):
    """An answer that says no; `message` is the platform's own sentence, empty where it had none (HTML, text)."""

    def __init__(
        self, endpoint: Endpoint, meaning: Meaning, *, status: int, message: str, content: bytes = b""
    ) -> None:
        super().__init__(f"HTTP {status} from {endpoint}: {message or meaning}")
        self.endpoint = endpoint
        self.meaning = meaning
        self.status = status
        self.message = message
        self.content = content

    @property
    def down(self) -> PlatformDown:
        """What is left to say where nobody knows better."""
        wants_person = self.meaning is Meaning.FORBIDDEN and not self.message
        reason = f"{self} (it wants to see a person)" if wants_person else str(self)
        return PlatformDown(PLATFORM, reason, retry_after=_PERSON if wants_person else None)
