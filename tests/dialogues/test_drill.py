"""`/drill`: a release is tried before it comes."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.drills.progress import DrillDraft, Ended
from core.domain.drop import DropRule
from core.persistence import codec, tables
from tests.dialogues.acting import card, labels, toast
from tests.expect import expect
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform
from tests.fakes.rehearsing import RehearsingPlatform
from tests.stage import NOON, Stage

NEW_YORK = ZoneInfo("America/New_York")
ROUND = timedelta(seconds=6)


class Setting:
    """A stage with a plan of Ann's that waits for a drop `lead` from now, on a platform that can be rehearsed."""

    def __init__(
        self, *, lead: timedelta = timedelta(hours=2), platform: type[FakePlatform] = RehearsingPlatform
    ) -> None:
        self.clock = FakeClock(NOON)
        self.platform = platform(self.clock)
        local = (NOON + lead).astimezone(NEW_YORK)
        days = (date(2026, 12, 22) - local.date()).days
        self.platform.add_venue(drop=DropRule(days_ahead=days, at=local.time(), zone="America/New_York"))
        self.stage = Stage(clock=self.clock, platforms={"fake": self.platform})

    async def __aenter__(self):
        stage = await self.stage.__aenter__()
        await stage.fake.say("ann", "/reserve luna 4 22 dec 19:00-20:00")
        await stage.fake.tap("ann", "Yes, go for it")
        return stage

    async def __aexit__(self, *gone):
        await self.stage.__aexit__(*gone)


async def draft(stage) -> DrillDraft:
    def look(tx):
        rows = tx.execute(tables.dialogues.select().where(tables.dialogues.c.flow == "drill")).all()
        return codec.load(DrillDraft, rows[-1].draft)

    return await stage.database.read(look)


async def test_a_drill_is_played_to_its_end_and_says_how_often_it_wins():
    async with Setting() as stage:
        await stage.fake.say("ann", "/drill")
        assert "I play its release 10 times" in await card(stage)
        assert "nobody's table is touched" in await card(stage)
        await stage.fake.tap("ann", "Start the drill")
        assert "round 1 of 10" in await card(stage)
        await stage.time.advance(ROUND * 3)
        assert "Won so far" in await card(stage)
        await stage.time.advance(ROUND * 10)
        told = await card(stage)
        assert "won 10 of 10" in told
        assert "tables 120 ms late: 3 of 3" in told
        assert "in the middle" in told
        assert "No weak point showed" in told
        assert "Again with more rivals" in await labels(stage)


async def test_more_rivals_win_and_the_weak_point_is_named():
    async with Setting() as stage:
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap("ann", "Start the drill")
        await stage.time.advance(ROUND * 14)
        await stage.fake.tap("ann", "Again with more rivals")
        await stage.time.advance(ROUND * 20)
        told = await card(stage)
        assert "won 0 of 10" in told
        assert "Who got them when I did not: rival A" in told
        assert "weak point" in told


async def test_the_answers_to_taps_do_not_wait_for_the_drill():
    async with Setting() as stage:
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap("ann", "Start the drill")
        await stage.fake.say("bob", "/plans")
        assert "Plans of this chat" in await card(stage)


async def test_one_drill_is_played_at_a_time():
    async with Setting() as stage:
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap("ann", "Start the drill")
        await stage.fake.say("bob", "/drill")
        await stage.fake.tap("bob", "Start the drill")
        assert "I am in another drill" in await toast(stage, "bob")


async def test_no_drill_is_begun_near_a_real_drop():
    async with Setting(lead=timedelta(seconds=90)) as stage:
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap("ann", "Start the drill")
        assert "A real release is in" in await toast(stage, "ann")
        assert (await draft(stage)).total == 0


async def test_a_drill_gives_way_to_a_real_drop():
    async with Setting(lead=timedelta(seconds=140)) as stage:
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap("ann", "Start the drill")
        await stage.time.advance(timedelta(seconds=60))
        kept = await draft(stage)
        assert kept.ended == Ended.GAVE_WAY
        assert 0 < len(kept.played) < 10
        assert "a real release is near" in (await stage.fake.messages())[-1].text
        assert expect(RehearsingPlatform, stage.platforms["fake"]).rehearsals == len(kept.played)


async def test_a_drill_that_a_stop_ended_says_so_when_it_is_looked_at():
    async with Setting() as stage:
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap("ann", "Start the drill")
        await stage.time.advance(ROUND * 2)
        await stage.stop()
        await stage.start()
        await stage.fake.tap("ann", "Stop the drill")
        assert "cut off after 2 of 10 rounds" in await card(stage)
        await stage.fake.tap("ann", "Again")
        assert "round 1 of 10" in await card(stage)


async def test_a_drill_can_be_stopped_and_keeps_what_was_played():
    async with Setting() as stage:
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap("ann", "Start the drill")
        await stage.time.advance(ROUND * 2)
        await stage.fake.tap("ann", "Stop the drill")
        await stage.time.advance(ROUND * 3)
        assert "Stopped after 2 rounds" in await card(stage)
        assert expect(RehearsingPlatform, stage.platforms["fake"]).rehearsals == 3


async def test_a_drill_that_is_left_is_over():
    async with Setting() as stage:
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap("ann", "Start the drill")
        await stage.fake.say("ann", "/cancel")
        await stage.time.advance(ROUND * 4)
        assert expect(RehearsingPlatform, stage.platforms["fake"]).rehearsals == 1


async def test_a_drill_that_breaks_off_says_so():
    async with Setting() as stage:
        expect(RehearsingPlatform, stage.platforms["fake"]).breaks = True
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap("ann", "Start the drill")
        await stage.time.advance(ROUND)
        assert "It broke off after 0 rounds" in await card(stage)


async def test_a_platform_without_a_look_alike_is_named():
    async with Setting(platform=FakePlatform) as stage:
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap("ann", "Start the drill")
        assert "no look-alike of fake" in await toast(stage, "ann")


async def test_without_a_plan_there_is_nothing_to_drill():
    async with Stage() as stage:
        await stage.fake.say("cas", "/drill", private=True)
        assert "No plan to drill" in await card(stage, private_of="cas")


async def test_one_of_several_plans_is_chosen():
    async with Setting() as stage:
        await stage.fake.say("ann", "/reserve luna 2 23 dec 19:00")
        await stage.fake.tap("ann", "Yes, go for it")
        await stage.fake.say("ann", "/drill")
        assert "Which plan" in await card(stage)
        await stage.fake.tap("ann", "Wed 23 Dec")
        assert "Wed 23 Dec" in await card(stage)
        assert "Start the drill" in await labels(stage)


@pytest.mark.parametrize("who", ["bob"])
async def test_a_friend_does_not_start_somebody_elses_drill(who):
    async with Setting() as stage:
        await stage.fake.say("ann", "/drill")
        await stage.fake.tap(who, "Start the drill")
        assert (await draft(stage)).total == 0
