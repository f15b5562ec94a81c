"""A host's file of venues into the inventory."""

from datetime import datetime
from importlib.resources import files

from sqlalchemy import Connection

from core.errors import BadInput
from platforms.house.engine import venues
from platforms.house.engine.rules import HouseVenue
from platforms.house.venue_files.venue_file import read_venues


def import_venues(tx: Connection, text: str, *, file: str, now: datetime) -> tuple[HouseVenue, ...]:
    """Make the venues of a YAML text (`file` is its name) what they say, all of them or none.

    May be repeated: rules are replaced, reservations stay, and venues that are not in the file stay too.
    Raises `BadInput`, also for a table that is gone from the file while somebody is still to sit at it.
    """
    read = read_venues(text, file)
    for venue in read:
        if kept := venues.save(tx, venue, now=now):
            names = ", ".join(kept)
            raise BadInput(
                file,
                f"In venue “{venue.id}”, tables: {names} cannot be taken away while somebody is to sit there."
                " Leave it in the file until then, or cancel those reservations first.",
            )
    return read


def samples() -> str:
    """The YAML of the sample venues."""
    return files("platforms.house").joinpath("samples.yaml").read_text(encoding="utf-8")
