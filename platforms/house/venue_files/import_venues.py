"""A host's file of venues into the inventory."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from importlib.resources import files

from sqlalchemy import Connection

from core.clock import Clock
from core.errors import BadInput
from core.persistence.database import Database
from platforms.house.engine import venues
from platforms.house.engine.rules import HouseVenue
from platforms.house.venue_files.venue_file import MOST_TABLES, read_venues


async def bring_in_venues(database: Database, text: str, *, file: str, clock: Clock) -> Sequence[HouseVenue]:
    """Make the venues of a YAML text (`file` is its name) what they say; `BadInput` is raised before any is changed.

    May be repeated: rules are replaced, reservations stay, and venues that are not in the file stay too. A long file
    is written in parts, so that a bot that runs goes on meanwhile: who books a table that the file takes away, in that
    very moment, stops the import where it is.
    """
    read = read_venues(text, file)
    await database.read(lambda tx: _refuse(tx, read, file=file, now=clock.now()))
    for part in _parts(read):
        await database.write(lambda tx, part=part: _put_in(tx, part, file=file, now=clock.now()))
    return read


def import_venues(tx: Connection, text: str, *, file: str, now: datetime) -> Sequence[HouseVenue]:
    """The same in one transaction, for few venues: all of them or none."""
    read = read_venues(text, file)
    _put_in(tx, read, file=file, now=now)
    return read


def _put_in(tx: Connection, read: Iterable[HouseVenue], *, file: str, now: datetime) -> None:
    for venue in read:
        if kept := venues.save(tx, venue, now=now):
            raise _taken(venue, kept, file)


def _refuse(tx: Connection, read: Iterable[HouseVenue], *, file: str, now: datetime) -> None:
    for venue in read:
        if kept := venues.expected_at_others(tx, venue, now=now):
            raise _taken(venue, kept, file)


def _taken(venue: HouseVenue, tables: Iterable[str], file: str) -> BadInput:
    return BadInput(
        file,
        f"In venue “{venue.id}”, tables: {', '.join(tables)} cannot be taken away while somebody is to sit there."
        " Leave it in the file until then, or cancel those reservations first.",
    )


def _parts(read: Sequence[HouseVenue]) -> Iterator[list[HouseVenue]]:
    """As many venues at once as have the tables of one large one."""
    part: list[HouseVenue] = []
    for venue in read:
        if part and sum(len(one.tables) for one in [*part, venue]) > MOST_TABLES:
            yield part
            part = []
        part.append(venue)
    yield part


def samples() -> str:
    """The YAML of the sample venues."""
    return files("platforms.house").joinpath("samples.yaml").read_text(encoding="utf-8")
