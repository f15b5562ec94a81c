"""A host's YAML file of venues, read with care: every mistake is a sentence that names venue and field."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Self, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.domain.drop import DropRule
from core.errors import BadInput
from platforms.house.engine.rules import Cancelling, HouseVenue, Shift, Table, TurnTime
from platforms.house.venue_files.plain_yaml import read_yaml
from platforms.house.venue_files.spelling import (
    Amount,
    ClosedDays,
    Minutes,
    Quarter,
    Seats,
    WallTime,
    Weekdays,
    Zone,
)

_MESSAGES = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such field",
    "model_type": "expected fields with values here",
    "tuple_type": "expected a list",
    "too_short": "it has to list at least one",
    "too_long": "it lists more than it may",
    "string_pattern_mismatch": "it is not written as it should be",
}

Count = Annotated[int, Field(ge=1, le=500)]
MOST_TABLES = 500
"""Of a venue: what is to be read whole at each look at its tables, and written in one go."""
Words = Annotated[str, Field(min_length=1, max_length=64)]


def read_venues(text: str, file: str) -> tuple[HouseVenue, ...]:
    """The venues of a file's text; `file` is its name, for the sentence. Raises `BadInput`."""
    raw = read_yaml(text, file)
    try:
        return tuple(entry.venue() for entry in _File.model_validate(raw).venues)
    except ValidationError as error:
        raise BadInput(file, _sentence(raw, error)) from None


def _sentence(raw: object, error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    message = _MESSAGES.get(first["type"], first["msg"].removeprefix("Value error, ")).rstrip(".")
    match first["loc"]:
        case ("venues", int(index), "turn", int(size), *_):
            where = f"In venue {_name(raw, index)}, turn for {size}"
        case ("venues", int(index), *path):
            field = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
            where = (
                f"In venue {_name(raw, index)}, {field.lstrip('.')}" if path else f"Venue {_name(raw, index)}"
            )
        case path:
            where = ".".join(str(part) for part in path) or "The file"
    return f"{where}: {message}."


def _name(raw: object, index: int) -> str:
    """What the host will know the venue by: its id, its name, or its place in the file."""
    entries = cast("dict[str, list[object]]", raw)["venues"]
    match entries[index]:
        case {"id": str(name)} | {"name": str(name)}:
            return f"“{name}”"
        case _:
            return f"number {index + 1}"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Drop(_Entry):
    days_ahead: Annotated[int, Field(ge=0, le=365)]
    at: WallTime
    zone: Zone | None = None


class _Shift(_Entry):
    name: Annotated[str, Field(max_length=64)] = ""
    days: Weekdays = frozenset(range(7))
    first: Quarter
    last: Quarter
    every: Minutes = 30

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"its last seating, {self.last:%H:%M}, is before its first, {self.first:%H:%M}")
        return self


class _Tables(_Entry):
    name: Words
    count: Count = 1
    seating: Annotated[str, Field(max_length=64)] = ""
    seats: Seats

    def tables(self) -> Iterable[Table]:
        for n in range(self.count):
            yield Table(
                name=self.name if self.count == 1 else f"{self.name}{n + 1}",
                seating=self.seating.strip(),
                seats_min=self.seats[0],
                seats_max=self.seats[1],
            )


class _Party(_Entry):
    min: Count = 1
    max: Count


class _Cancelling(_Entry):
    free_until_hours: Annotated[int, Field(ge=0, le=24 * 60)]
    late_fee: Amount | None = None


class _Venue(_Entry):
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    name: Annotated[str, Field(min_length=1, max_length=128)]
    zone: Zone
    address: Annotated[str, Field(max_length=256)] = ""
    url: Annotated[str, Field(max_length=512, pattern=r"^https?://")] | None = None
    horizon_days: Annotated[int, Field(ge=1, le=365)] = 60
    drop: _Drop | None = None
    shifts: Annotated[tuple[_Shift, ...], Field(min_length=1, max_length=50)]
    tables: Annotated[tuple[_Tables, ...], Field(max_length=200)] = ()
    parties_per_slot: Count | None = None
    turn: dict[Count, Minutes] = {}
    party: _Party | None = None
    closed: ClosedDays = frozenset()
    cancellation: _Cancelling | None = None
    hold_minutes: Annotated[int, Field(ge=1, le=60)] = 5

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if trouble := next(iter(self._troubles()), None):
            raise ValueError(trouble)
        return self

    def _troubles(self) -> Iterable[str]:
        if bool(self.tables) == bool(self.parties_per_slot):
            yield "it needs either tables or parties_per_slot, and not both"
        count = sum(entry.count for entry in self.tables) + (self.parties_per_slot or 0)
        if count > MOST_TABLES:
            yield f"it has {count} tables, and {MOST_TABLES} are the most that a venue may have"
            return
        if self.parties_per_slot and self.party is None:
            yield "with parties_per_slot it needs party.max, the largest party that you take"
        if self.parties_per_slot and self.turn:
            yield "turn goes with tables; with parties_per_slot a party stays for one interval of the shift"
        if self.tables and not self.turn:
            yield "it needs turn, the minutes that a party keeps its table, such as {2: 90, 4: 120}"
        if self.drop is not None and self.drop.days_ahead > self.horizon_days:
            yield f"drop.days_ahead is {self.drop.days_ahead}, beyond horizon_days, {self.horizon_days}"
        named = Counter(table.name for entry in self.tables for table in entry.tables())
        for name, times in named.items():
            if times > 1:
                yield f"there are {times} tables named {name}"
        yield from self._troubles_of_sizes()
        yield from self._troubles_of_shifts()

    def _troubles_of_sizes(self) -> Iterable[str]:
        least, most = self._sizes()
        if least > most:
            yield f"party.min is {least}, above party.max, {most}"
        if self.tables:
            for size in range(least, most + 1):
                if not any(entry.seats[0] <= size <= entry.seats[1] for entry in self.tables):
                    yield f"no table seats a party of {size}, and parties of {least} to {most} are taken"
            if self.turn and max(self.turn) < most:
                yield f"turn says nothing of parties of {max(self.turn) + 1} to {most}"

    def _troubles_of_shifts(self) -> Iterable[str]:
        for n, one in enumerate(self.shifts):
            for other in self.shifts[n + 1 :]:
                if one.days & other.days and one.first <= other.last and other.first <= one.last:
                    yield (
                        f"shifts {one.name or n + 1} and {other.name or n + 2} overlap"
                        f" ({one.first:%H:%M}-{one.last:%H:%M}, {other.first:%H:%M}-{other.last:%H:%M})"
                    )

    def _sizes(self) -> tuple[int, int]:
        if self.party is not None:
            return self.party.min, self.party.max
        seats = [entry.seats for entry in self.tables] or [(1, 1)]
        return min(least for least, _ in seats), max(most for _, most in seats)

    def venue(self) -> HouseVenue:
        least, most = self._sizes()
        places = range(1, (self.parties_per_slot or 0) + 1)
        return HouseVenue(
            id=self.id,
            name=self.name.strip(),
            zone=self.zone,
            address=self.address,
            url=self.url,
            party_min=least,
            party_max=most,
            horizon_days=self.horizon_days,
            drop=None
            if self.drop is None
            else DropRule(days_ahead=self.drop.days_ahead, at=self.drop.at, zone=self.drop.zone or self.zone),
            shifts=tuple(
                Shift(
                    name=shift.name,
                    weekdays=shift.days,
                    first=shift.first,
                    last=shift.last,
                    every=timedelta(minutes=shift.every),
                )
                for shift in self.shifts
            ),
            tables=tuple(table for entry in self.tables for table in entry.tables())
            or tuple(Table(name=f"place {n}", seats_min=least, seats_max=most) for n in places),
            turns=tuple(
                TurnTime(up_to=size, lasts=timedelta(minutes=minutes))
                for size, minutes in sorted(self.turn.items())
            ),
            closed=self.closed,
            cancelling=None
            if self.cancellation is None
            else Cancelling(
                free_until_before=timedelta(hours=self.cancellation.free_until_hours),
                late_fee=self.cancellation.late_fee,
            ),
            hold_for=timedelta(minutes=self.hold_minutes),
        )


class _File(_Entry):
    venues: Annotated[tuple[_Venue, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _no_twins(self) -> Self:
        for venue_id, times in Counter(venue.id for venue in self.venues).items():
            if times > 1:
                raise ValueError(f"there are {times} venues with the id {venue_id}")
        return self
