"""Addresses of the platform's own pages, read and written; pure."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from core.domain.venue import VenueRef
from platforms.resy.statuses import PLATFORM

ACCOUNT_PAGE = "https://resy.com/account"

_HOSTS = frozenset({"resy.com", "www.resy.com", "widgets.resy.com"})
_PLACE = re.compile(
    r"^/cities/([\w-]+)/(?:venues/)?(?!(?:venues|search|lists?|collections?|events|map)/?$)([\w-]+)/?$"
)
_VENUE_IDS = ("venueid", "venue_id")
_MOST_SEATS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What an address says: `ref` may name the city by its old code, or the venue by its number."""

    ref: VenueRef
    on: date | None = None
    party_size: int | None = None


def read(url: str) -> Pasted | None:
    """Old and new pages of venues, and widgets with a venue's number; None for any other address."""
    address = url.strip().strip("<>").rstrip(".,;!)")
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or host not in _HOSTS:
        return None
    # The widgets keep their place, and its questions, behind the #.
    fragment = parts.fragment.partition("?")
    said = {
        name.casefold(): values[-1]
        for query in (fragment[2], parts.query)
        for name, values in parse_qs(query, max_num_fields=50).items()
    }
    place = _PLACE.match(unquote(parts.path))
    if place is not None:
        venue = f"{place.group(1)}/{place.group(2)}".lower()
    else:
        venue = next((said[name] for name in _VENUE_IDS if said.get(name, "").isdecimal()), "")
    if not venue or not venue.isascii() or len(venue) > 200:
        return None
    return Pasted(
        ref=VenueRef(platform=PLATFORM, id=venue),
        on=_day(said.get("date", "")),
        party_size=_size(said.get("seats") or said.get("party_size") or said.get("num_seats") or ""),
    )


def page(ref: VenueRef, *, on: date | None = None, party_size: int | None = None) -> str:
    """A venue's page, at a day and for a party."""
    city, slash, slug = ref.id.partition("/")
    asked = {} if on is None else {"date": on.isoformat()}
    if party_size is not None:
        asked["seats"] = str(party_size)
    if not slash:
        return f"https://widgets.resy.com/?{urlencode({'venueId': city} | asked)}"
    address = f"https://resy.com/cities/{quote(city)}/venues/{quote(slug)}"
    return f"{address}?{urlencode(asked)}" if asked else address


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _size(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal()):
        return None
    size = int(text[:4])
    return size if 1 <= size <= _MOST_SEATS else None
