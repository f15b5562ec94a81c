"""An evening on which nothing happens: what every other evening is measured by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import unified_diff

from tests.fakes.database import InlineDatabase
from tests.faults.evening import DROP, Evening, Scene
from tests.faults.moves import MOVES

BOOKED_BY = DROP + timedelta(seconds=1)
LOOKED_UP_BY = DROP + timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """An evening on which nothing happens: the scene before each move, and what is seen after it."""

    before: Sequence[Scene]
    after: Sequence[dict[str, list[str]]]
    armed: Scene
    ready: Scene
    booked: dict[str, list[str]]


async def play(rows: InlineDatabase) -> Undisturbed:
    before, after = [], []
    evening = Evening(database=rows)
    await evening.open()
    await evening.begin()
    for move in MOVES:
        before.append(evening.scene())
        move(evening.network)
        await evening.settled()
        after.append(await evening.seen())
    armed = evening.scene()
    await evening.wait(DROP - timedelta(seconds=20))
    await evening.end()
    ready = evening.scene()
    await evening.begin()
    await evening.wait(BOOKED_BY)
    assert await evening.untruths() == []
    booked = await evening.seen()
    await evening.end()
    return Undisturbed(before=before, after=after, armed=armed, ready=ready, booked=booked)


async def differences(where: str, evening: Evening, expected: dict[str, list[str]]) -> list[str]:
    seen = await evening.seen()
    differences = [
        f"{name}:\n"
        + "\n".join(unified_diff(expected[name], seen[name], "expected", "seen", lineterm="", n=0))
        for name in seen
        if seen[name] != expected[name]
    ]
    return [f"{where}: {trouble}" for trouble in (*differences, *await evening.untruths())]
