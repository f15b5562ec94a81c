"""A platform in memory that can be rehearsed: rivals take every wanted table where they are many."""

from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from core.domain.booking import Booker
from core.domain.drop import DropRule
from core.powers.rehearsal import RehearsedDrop, Script, TakenTable
from tests.fakes.platform import FakePlatform

MANY = 4
"""From so many rivals on, they are faster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeRehearsal:
    scene: RehearsedDrop
    taken_by_rivals: tuple[TakenTable, ...]

    async def taken(self) -> Sequence[TakenTable]:
        return self.taken_by_rivals


class RehearsingPlatform(FakePlatform):
    """`core.powers.rehearsal.Rehearses` as well; `breaks` has every rehearsal fail."""

    breaks = False
    rehearsals = 0

    @asynccontextmanager
    async def rehearsal(self, script: Script):
        wish, zone, late_by = script.wish, script.zone, script.late_by
        if self.breaks:
            raise ChildProcessError("the look-alike ended as it started")
        self.rehearsals += 1
        drop_at = (self.clock.now() + script.lead).replace(microsecond=0) + timedelta(seconds=1)
        local = drop_at.astimezone(ZoneInfo(zone))
        played = FakePlatform(self.clock, latency=timedelta(milliseconds=40))
        rule = DropRule(days_ahead=(wish.on - local.date()).days, at=local.time(), zone=zone)
        venue = played.add_venue(
            wish.venue.id.replace("-", " "),
            zone=zone,
            times=wish.times,
            tables={"": 1},
            drop=rule,
            late_by=late_by,
        )
        letters = [letter for letter, count in script.rivals.items() for _ in range(count)]
        taken: list[TakenTable] = []
        if len(letters) > MANY:
            for letter, at in zip(letters, wish.times, strict=False):
                taken.append(
                    TakenTable(by=letter, time=f"{at:%H:%M}", after=late_by + timedelta(milliseconds=30))
                )
                played.rival(
                    venue.ref, on=wish.on, at=at, acts_at=drop_at + late_by + timedelta(milliseconds=30)
                )
        booker = Booker(guest_id=0, name="Drill")
        scene = RehearsedDrop(
            platform=played,
            wish=replace(wish, venue=venue.ref),
            booker=booker,
            drop_at=drop_at.astimezone(UTC),
        )
        yield FakeRehearsal(scene=scene, taken_by_rivals=tuple(taken))
