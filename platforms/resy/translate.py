"""Between the domain and Resy's JSON; pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

from core.domain.account import CardOnFile
from core.domain.reservation import Reservation
from core.domain.slot import Slot
from core.domain.venue import Venue, VenueRef
from platforms.resy import costs, links
from platforms.resy.schemas.accounts import CardJson, UserJson
from platforms.resy.schemas.reservations import ReservationJson
from platforms.resy.schemas.slots import FindJson, NotifyOptionJson, SlotJson
from platforms.resy.schemas.venues import HitJson
from platforms.resy.statuses import PLATFORM
from platforms.resy.venue_cache import CachedVenue

_ALIKE = 0.75
_DINNER, _LUNCH, _BREAKFAST = 2, 3, 5
_STEP = timedelta(minutes=30)


def venue_of(venue: CachedVenue) -> Venue:
    """The horizon is given only where the rule is not known: with a rule, every day comes out some time."""
    return Venue(
        ref=venue.ref,
        name=venue.name,
        zone=venue.zone,
        address=venue.address,
        locality=venue.locality,
        url=links.page(venue.home),
        seatings=venue.seatings,
        party_min=venue.party_min,
        party_max=venue.party_max,
        horizon_days=venue.lead_days if venue.rule is None else None,
        drop=venue.rule,
    )


def venue_of_hit(hit: HitJson, zone: str) -> Venue | None:
    """What a search says of a venue; None for one that can't be booked here."""
    city = hit.location.url_slug or hit.location.code
    if hit.is_tock_inventory or not city or not hit.url_slug:
        return None
    ref = VenueRef(platform=PLATFORM, id=f"{city}/{hit.url_slug}")
    town = hit.locality or hit.location.name
    return Venue(
        ref=ref,
        name=hit.name,
        zone=zone,
        address=", ".join(dict.fromkeys(filter(None, (hit.neighborhood, town)))),
        locality=town,
        url=links.page(ref),
        party_min=max(1, hit.min_party_size or 1),
        party_max=hit.max_party_size or 20,
    )


def meant(hits: Sequence[HitJson], words: str) -> list[HitJson]:
    """The hits that answer to the words: a search there always brings its neighbours, too.

    Every word has to begin one of the name's, or of the place's; where none is named so, a name may be misspelt.
    """
    wanted = _words(words)
    named = [hit for hit in hits if _answers(hit, wanted)]
    return named or [hit for hit in hits if _alike(hit.name, words)]


def slots_of(found: FindJson, venue: CachedVenue, *, on: date, party_size: int) -> tuple[Slot, ...]:
    """What an ordinary account can book, in order of time.

    Left out: what has no token (Tock's), what is for holders of some card, what does not seat the party, and the
    same token again. That a slot is "not visible" means nothing. Both ways to be empty are: no slots, and no venue.
    """
    zone = ZoneInfo(venue.zone)
    slots: dict[str, Slot] = {}
    for one in found.results.venues:
        currency = one.venue.currency.code or venue.currency
        for slot in one.slots:
            if slot.config.token is None or not slot.config.token or slot.config.token in slots:
                continue
            if slot.is_global_dining_access or (
                slot.exclusive is not None and slot.exclusive.is_eligible is False
            ):
                continue
            starts_at = slot.date.start.replace(tzinfo=zone)
            if starts_at.date() != on or not _seats(slot, party_size):
                continue
            slots[slot.config.token] = Slot(
                venue=venue.ref,
                token=slot.config.token,
                starts_at=starts_at,
                party_size=party_size,
                seating=slot.config.type,
                terms=costs.of_slot(slot.payment, starts_at, currency),
            )
    return tuple(sorted(slots.values(), key=lambda slot: slot.starts_at))


def reservation_of(row: ReservationJson, ref: VenueRef, zone: str) -> Reservation | None:
    """A reservation, with local times in the venue's zone; None for a row that does not say when it is."""
    tz = ZoneInfo(zone)
    if row.day is not None and row.time_slot is not None:
        starts_at = datetime.combine(row.day, row.time_slot.replace(tzinfo=None), tz)
    elif row.when is not None:
        starts_at = (row.when if row.when.tzinfo is not None else row.when.replace(tzinfo=UTC)).astimezone(tz)
    else:
        return None
    return Reservation(
        venue=ref,
        id=row.reservation_id,
        confirmation=row.reservation_id,
        starts_at=starts_at,
        party_size=row.num_seats,
        seating=row.config.type if row.config is not None else "",
        terms=costs.of_reservation(row),
    )


def over(row: ReservationJson) -> bool:
    """Whether it is a thing of the past, whatever list it is on."""
    return row.status is not None and bool(row.status.finished or row.status.no_show)


def cards_of(cards: Sequence[CardJson] | None) -> tuple[CardOnFile, ...]:
    return tuple(
        CardOnFile(
            last_digits="".join(filter(str.isdigit, card.display))[-4:],
            brand=card.type or card.provider_name,
            is_default=card.is_default,
        )
        for card in cards or ()
    )


def card_to_use(cards: Sequence[CardJson] | None) -> int | None:
    """The default one, else the first."""
    chosen = next((card for card in cards or () if card.is_default), None) or next(iter(cards or ()), None)
    return None if chosen is None else chosen.id


def card_of_user(user: UserJson) -> int | None:
    return card_to_use(user.payment_methods) or user.payment_method_id


def holder_of(user: UserJson) -> str:
    return f"{user.first_name} {user.last_name}".strip()


def notify_options(found: FindJson) -> Sequence[NotifyOptionJson]:
    """The windows in which a venue lets one ask to be told."""
    return [option for one in found.results.venues for option in one.venue.notify_options or ()]


def asking_window(options: Iterable[NotifyOptionJson], times: Sequence[time]) -> tuple[time, time, int]:
    """From when to when, and at which service, to be told of a table at one of the times: in the venue's steps."""
    first, last = min(times), max(times)
    chosen = next((one for one in options if _offers(one, first)), None)
    service = chosen.service_type_id if chosen is not None else _service(first)
    step = timedelta(minutes=chosen.step_minutes) if chosen is not None and chosen.step_minutes else _STEP
    opening = (
        chosen.min_request_datetime.time() if chosen is not None and chosen.min_request_datetime else time.min
    )
    closing = (
        chosen.max_request_datetime.time()
        if chosen is not None and chosen.max_request_datetime
        else time(23, 30)
    )
    start = max(_minutes(first) // step * step, _minutes(opening))
    end = min(max(-(-_minutes(last) // step) * step, start + step), _minutes(closing))
    return _time(min(start, end)), _time(end), service


def _seats(slot: SlotJson, party_size: int) -> bool:
    return (slot.size.min is None or slot.size.min <= party_size) and (
        slot.size.max is None or party_size <= slot.size.max
    )


def _offers(option: NotifyOptionJson, at: time) -> bool:
    opening, closing = option.min_request_datetime, option.max_request_datetime
    return opening is None or closing is None or opening.time() <= at <= closing.time()


def _service(at: time) -> int:
    if at >= time(15, 30):
        return _DINNER
    return _LUNCH if at >= time(11) else _BREAKFAST


def _minutes(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute)


def _time(since_midnight: timedelta) -> time:
    minutes = min(since_midnight // timedelta(minutes=1), 24 * 60 - 1)
    return time(minutes // 60, minutes % 60)


def _words(text: str) -> list[str]:
    """Without accents, case and marks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(
        r"\w+", "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("'", "")
    )


def _answers(hit: HitJson, wanted: Sequence[str]) -> bool:
    name = _words(hit.name)
    where = _words(f"{hit.neighborhood} {hit.locality} {hit.location.name} {hit.location.code}")
    of_name = [word for word in wanted if any(own.startswith(word) for own in name)]
    return bool(of_name) and all(
        word in of_name or any(own.startswith(word) for own in where) for word in wanted
    )


def _alike(name: str, words: str) -> bool:
    return SequenceMatcher(None, "".join(_words(name)), "".join(_words(words))).ratio() >= _ALIKE
