"""Write the migration to what the tables in the code have become: `python -m migrations "add tips"`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from core.persistence.migrate import MIGRATIONS, configuration, head, upgrade
from core.persistence.sqlite_database import SqliteDatabase


def write(message: str) -> None:
    known = any((MIGRATIONS / "versions").glob("[0-9]*.py"))
    number = f"{int(head()) + 1:04}" if known else "0001"
    with TemporaryDirectory() as folder:
        database = SqliteDatabase(f"sqlite:///{Path(folder) / 'empty.db'}")
        if known:
            upgrade(database.engine)
        with database.engine.connect() as connection:
            config = configuration(connection)
            config.attributes["batch"] = known
            command.revision(config, message, autogenerate=True, rev_id=number)
        database.engine.dispose()


if __name__ == "__main__":
    write(" ".join(sys.argv[1:]) or sys.exit(__doc__))
