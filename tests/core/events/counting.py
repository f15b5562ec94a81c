"""A subscriber that counts: all that a new one takes, but for its line in the list of subscribers."""

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, String, Table, insert

from core.domain.fact import FriendJoined
from core.persistence.facts import Recorded

metadata = MetaData()
heard = Table(
    "counted",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("fact_id", BigInteger, nullable=False),
    Column("subject", String(192), nullable=False),
    Column("number", Integer, nullable=False),
)


class Counting:
    """`core.events.subscriber.Subscriber` that keeps in its table what it heard, and in a file whatever it began on."""

    name = "counting"

    def __init__(self, file: Path) -> None:
        self._file = file

    def start_over(self, tx: Connection, *, now: datetime) -> None:
        """From nothing: there is nothing that is true before it begins."""

    def missed(self, tx: Connection, recorded: Recorded, *, now: datetime) -> None:
        """It raises at nothing."""

    def hear(self, tx: Connection, recorded: Recorded) -> None:
        if isinstance(recorded.fact, FriendJoined):
            row = {
                "fact_id": recorded.id,
                "subject": recorded.fact.plan_id,
                "number": recorded.fact.guest_id,
            }
            tx.execute(insert(heard), row)
            with self._file.open("a") as file:
                file.write(f"{recorded.id}{os.linesep}")
