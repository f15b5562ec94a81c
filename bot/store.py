"""The database that the settings name."""

from sqlalchemy import Connection

from core.errors import BadInput
from core.persistence import migrate, names
from core.persistence.database import Database
from core.persistence.database_url import file_of
from core.persistence.open_database import open_database
from core.runtime.settings import Settings
from core.security.keys import KeyRing
from core.security.secret import derived


def open_store(settings: Settings) -> Database:
    """The database with its tables up to date. Raises `BadInput` for one that can't be opened."""
    database = opened(settings)
    migrate.upgrade(database.engine)
    return database


def opened(settings: Settings) -> Database:
    """The database as it is, its folder made where it is missing."""
    url = settings.database()
    if (file := file_of(url)) is not None:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput("FOURTOP_DATA_DIR", f"{file.parent} can't be made: {error.strerror}.") from None
    return open_database(url)


def install_name(tx: Connection, keys: KeyRing, platform: str) -> str:
    """As whom a platform may know this install's bookings: from the key that was there first, and kept from then."""
    first = keys.old[0] if keys.old else keys.first
    return names.kept(tx, platform, derived(first.value, platform)[:12])
