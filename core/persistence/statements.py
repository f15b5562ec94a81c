"""What the threads of a database share: how a transaction's work is done, and how many statements it ran."""

from threading import local

from sqlalchemy import Connection, Engine, event

from core.persistence.database import T, Work


class Statements(local):
    """How many this thread has run."""

    run = 0


statements = Statements()


def count_statements(engine: Engine) -> None:
    """Count what runs on its connections."""

    def one_more(*_: object) -> None:
        statements.run += 1

    event.listen(engine, "before_cursor_execute", one_more)


def do(work: Work[T], connection: Connection) -> T:
    """Do the work. No future can carry a `StopIteration`: its waiter would wait for ever."""
    try:
        return work(connection)
    except StopIteration as error:
        raise RuntimeError("a transaction raised StopIteration") from error
