"""`fourtop backup`: a copy of the database, made while Fourtop runs, from which it can be started again."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from core.errors import BadInput
from core.persistence.backup import Backup, back_up
from core.persistence.database_url import VARIABLE, file_of, without_password
from core.runtime.settings import Settings
from core.security.keys import found_keys

_MIB = 1024 * 1024


async def make_backup(settings: Settings, file: str, *, force: bool) -> list[str]:
    """What was made, and what is not in it, in sentences. Raises `BadInput`."""
    url = settings.database()
    database = file_of(url)
    if database is None:
        raise BadInput(VARIABLE, _not_ours(url, file))
    made = await back_up(database, Path(file), force=force)
    return list(_told(settings, made))


def _told(settings: Settings, made: Backup) -> Iterator[str]:
    tables = f"tables {made.tables}" if made.tables else "no tables yet"
    yield f"{made.path}: {made.size / _MIB:.1f} MiB, {tables}, whole and checked."
    try:
        keys = found_keys(settings)
    except BadInput as error:
        yield f"The secret key is not in it, and there is something wrong with that: {error.where}: {error.why}"
        return
    if keys is None:
        yield "The secret key is not in it: there is none yet, the first start makes it."
        return
    where = ", ".join(dict.fromkeys(key.where for key in (keys.first, *keys.old)))
    yield f"The secret key is not in it, without which connected accounts do not open: {where}. Keep a copy apart."


def _not_ours(url: str, file: str) -> str:
    """What to do where the database is not a file."""
    if url.startswith("sqlite"):
        return "The database is not a file: there is nothing to keep."
    command = shlex.join(["pg_dump", "--format=custom", f"--file={file}", without_password(url)])
    return (
        f"PostgreSQL has a way of its own, beside a running Fourtop too: {command} (it asks for the password, "
        "or reads it from ~/.pgpass)."
    )
