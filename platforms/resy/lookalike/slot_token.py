"""The `rgs://` word for a slot: not signed, not secret, the same each time."""

from dataclasses import dataclass
from datetime import date, time

from platforms.resy.lookalike.venue import Sitting, Venue

_SCHEME = "rgs://resy/"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotToken:
    """What stands in one."""

    venue_id: int
    template: int
    service: int
    day: date
    at: time
    party_size: int
    seating: str

    def __str__(self) -> str:
        place = f"{self.venue_id}/{self.template}/{self.service}"
        return f"{_SCHEME}{place}/{self.day}/{self.day}/{self.at:%H:%M:%S}/{self.party_size}/{self.seating}"

    def means(self, sitting: Sitting) -> bool:
        """Whether it is the word for this sitting."""
        ours = (self.template, self.service, self.at, self.seating)
        return ours == (sitting.template_id, sitting.service, sitting.at, sitting.seating)


def token_of(venue: Venue, day: date, sitting: Sitting, party_size: int) -> SlotToken:
    """The word for a sitting on a day for a party."""
    return SlotToken(
        venue_id=venue.id,
        template=sitting.template_id,
        service=sitting.service,
        day=day,
        at=sitting.at,
        party_size=party_size,
        seating=sitting.seating,
    )


def read(text: str) -> SlotToken | None:
    """What it says; None if it is not one."""
    parts = text.removeprefix(_SCHEME).split("/", 7)
    if not text.startswith(_SCHEME) or len(parts) != 8 or parts[3] != parts[4]:
        return None
    venue_id, template, service, day, _, at, party_size, seating = parts
    try:
        return SlotToken(
            venue_id=int(venue_id),
            template=int(template),
            service=int(service),
            day=date.fromisoformat(day),
            at=time.fromisoformat(at),
            party_size=int(party_size),
            seating=seating,
        )
    except ValueError:
        return None
