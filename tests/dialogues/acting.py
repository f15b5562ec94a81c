"""What transcripts look at: the newest message of a chat, and what can be tapped on it."""

from datetime import UTC, datetime

from core.domain.plan import Plan
from core.persistence import plans, tables
from tests.drivers.fake import FakeDriver
from tests.stage import Stage

DROP = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
"""When Casa Luna's tables for Tue 22 Dec come out."""

ARMED = "/reserve luna 4 22 dec 19:00-20:00 dining"
OPEN = "/reserve luna 2 fri 19:00-20:00 bar"


async def card(stage: Stage, *, private_of: str | None = None) -> str:
    """The words of the newest message."""
    return (await stage.fake.messages(private_of=private_of))[-1].text


async def labels(stage: Stage, *, private_of: str | None = None) -> tuple[str, ...]:
    return (await stage.fake.messages(private_of=private_of))[-1].labels


async def toast(stage: Stage, who: str) -> str:
    return (await stage.fake.toasts(who))[-1]


async def arm(stage: Stage, *, private: bool = False, who: str = "ann") -> None:
    """A plan that waits for its drop."""
    await stage.fake.say(who, ARMED, private=private)
    await stage.fake.tap(who, "Yes, go for it", private=private)


async def book(stage: Stage, *, private: bool = False, who: str = "ann") -> None:
    """A table that was open."""
    await stage.fake.say(who, OPEN, private=private)
    await stage.fake.tap(who, "Yes, book it", private=private)


async def all_plans(stage: Stage) -> list[Plan]:
    def look(tx: plans.Connection) -> list[Plan]:
        return [plans.get(tx, row.id) for row in tx.execute(tables.plans.select()).all()]

    return await stage.database.read(look)


async def lurk(driver: FakeDriver, *who: str) -> None:
    """Let people be seen, so that they have a private chat where the network gives one unasked."""
    for one in who:
        await driver.say(one, "/help", private=True)
