"""What is known of a venue's drop, and guests who know better."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.domain.almanac import Claim, Sighting, Source
from core.domain.drop import DropRule
from core.domain.job_state import Strategy
from core.drops.almanac import saw
from core.persistence import almanac, jobs
from tests.dialogues.acting import all_plans, card, labels
from tests.expect import present
from tests.fakes.clock import FakeClock
from tests.fakes.database import InlineDatabase
from tests.fakes.knowing import KnowingPlatform
from tests.stage import NOON, Stage

NEW_YORK = "America/New_York"
TRUTH = DropRule(days_ahead=14, at=time(9), zone=NEW_YORK)
TEXT = Claim(
    rule=DropRule(days_ahead=14, at=time(10), zone=NEW_YORK), source=Source.TEXT, words="14 days, 10 AM"
)


class Evening(Stage):
    """A stage with one platform, whose only venue is Casa Luna; its truth is 14 days ahead at nine."""

    def __init__(self) -> None:
        clock, database = FakeClock(NOON), InlineDatabase()
        self.platform = KnowingPlatform(clock, database)
        self.luna = self.platform.add_venue(drop=TRUTH)
        super().__init__(clock=clock, database=database, platforms={"fake": self.platform})

    async def say(self, words: str, who: str = "ann") -> None:
        await self.fake.say(who, words)

    async def tap(self, label: str, who: str = "ann") -> None:
        await self.fake.tap(who, label)

    async def told(self):
        return await self.database.read(lambda tx: almanac.claims_of(tx, self.luna.ref))

    async def see(self, *days: date, rule: DropRule = TRUTH, late: float = 0.4) -> None:
        """Tables for those days were first seen by the rule."""
        for day in days:
            seen_at = rule.drop_of(day) + timedelta(seconds=late)
            empty_at = seen_at - timedelta(seconds=0.6)
            one = Sighting(venue=self.luna.ref, on=day, empty_at=empty_at, seen_at=seen_at)
            await self.database.write(lambda tx, one=one: saw(tx, one, now=NOON))

    async def job(self):
        plan = (await all_plans(self))[0]
        return await self.database.read(lambda tx: jobs.live_of(tx, plan.id))


DAYS = [date(2026, 11, day) for day in (3, 6, 9, 12, 15, 18)]


# What is known.


async def test_nothing_known_asks_who_knows():
    async with Evening() as stage:
        await stage.say("/drop luna")
        assert "I don't know yet when it releases its tables." in await card(stage)
        assert await labels(stage) == ("Done",)


async def test_the_venues_text_is_shown_as_never_seen():
    async with Evening() as stage:
        stage.platform.claims[stage.luna.ref] = (TEXT,)
        await stage.say("/drop luna")
        shown = await card(stage)
        assert "Casa Luna releases tables 14 days ahead at 10:00 New York time." in shown
        assert "from the venue's text, never seen" in shown
        assert "Next: Tue 1 Dec at 10:00" in shown


async def test_what_was_seen_says_how_sure_it_is():
    async with Evening() as stage:
        stage.platform.claims[stage.luna.ref] = (TEXT,)
        await stage.see(*DAYS)
        await stage.say("/drop luna")
        shown = await card(stage)
        assert "14 days ahead at 09:00 New York time" in shown
        assert "from what I saw; 09:00:00.4 ± 0.3 s, seen 6 times" in shown
        assert (
            "Also said: 14 days ahead at 10:00 New York time: from the venue's text, but right 0 of 6"
            in shown
        )


async def test_a_house_keeps_its_rule_itself():
    async with Stage() as stage:
        await stage.fake.say("ann", "/drop luna 14 days 9:00")
        shown = await card(stage)
        assert "Casa Luna keeps its rule itself: it releases tables 21 days ahead at 09:00" in shown
        assert "Next: " in shown
        assert await labels(stage) == ("Done",)


# Telling.


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("14 days 9:00", "14 days ahead at 09:00 New York time"),
        ("first of the month 10am", "on the 1st of each month for the next month at 10:00 New York time"),
        (
            "tables drop two weeks ahead, between 10 and 10:30",
            "14 days ahead between 10:00 and 10:30 New York time",
        ),
        ("30 days out at midnight", "30 days ahead at 00:00 New York time"),
        ("21 days 9am PT", "21 days ahead at 09:00 Los Angeles time"),
    ],
)
async def test_a_rule_is_said_back_before_it_is_kept(words, said):
    async with Evening() as stage:
        await stage.say(f"/drop luna {words}")
        shown = await card(stage)
        assert f"Casa Luna releases tables {said}. Right?" in shown
        assert "Next: " in shown
        assert await stage.told() == []
        await stage.tap("Yes, that is right")
        assert "✅ Kept, thank you: Casa Luna" in await card(stage)
        assert [each.claim.source for each in await stage.told()] == [Source.ADMIN]


async def test_the_next_drop_is_shown_as_a_moment():
    async with Evening() as stage:
        await stage.say("/drop luna 14 days 9:00")
        assert "Next: Tue 1 Dec at 09:00 (New York time)" in await card(stage)


async def test_any_guest_may_tell_and_an_admin_weighs_more():
    async with Evening() as stage:
        await stage.say("/drop luna 14 days 9:00", "bob")
        await stage.tap("Yes, that is right", "bob")
        await stage.say("/drop luna 14 days 11:00", "ann")
        await stage.tap("Yes, that is right", "ann")
        await stage.say("/drop luna")
        shown = await card(stage)
        assert "releases tables 14 days ahead at 11:00" in shown
        assert "Ann says so, never seen" in shown
        assert "Also said: 14 days ahead at 09:00 New York time: Bob says so, never seen" in shown


async def test_no_keeps_nothing():
    async with Evening() as stage:
        await stage.say("/drop luna 14 days 9:00")
        await stage.tap("No")
        assert "I don't know yet" in await card(stage)
        assert await stage.told() == []


async def test_half_a_rule_is_asked_for_the_other_half():
    async with Evening() as stage:
        await stage.fake.say("ann", "/drop luna 14 days", private=True)
        assert "And at what hour?" in await card(stage, private_of="ann")
        await stage.fake.say("ann", "9am", private=True)
        assert "14 days ahead at 09:00 New York time. Right?" in await card(stage, private_of="ann")


async def test_the_other_half_may_come_first():
    async with Evening() as stage:
        await stage.fake.say("ann", "/drop luna 9am", private=True)
        assert "And how many days ahead?" in await card(stage, private_of="ann")
        await stage.fake.say("ann", "two weeks", private=True)
        assert "14 days ahead at 09:00 New York time. Right?" in await card(stage, private_of="ann")


async def test_a_rule_that_was_misread_is_said_again():
    async with Evening() as stage:
        await stage.fake.say("ann", "/drop luna 14 days 9:00", private=True)
        await stage.fake.say("ann", "no, 21 days at 10", private=True)
        assert "21 days ahead at 10:00 New York time. Right?" in await card(stage, private_of="ann")


async def test_an_hour_alone_takes_the_days_that_the_platform_counts():
    async with Evening() as stage:
        stage.platform.change_venue(replace(stage.luna, horizon_days=13))
        await stage.say("/drop luna 9am")
        assert "13 days ahead at 09:00 New York time. Right?" in await card(stage)


async def test_a_quoted_name_may_hold_anything():
    async with Evening() as stage:
        stage.platform.add_venue("Noon at 9pm")
        await stage.say('/drop "Noon at 9pm" 14 days 9:00')
        assert "Noon at 9pm releases tables 14 days ahead at 09:00" in await card(stage)


async def test_a_week_at_a_time_is_owned_up_to():
    async with Evening() as stage:
        await stage.say("/drop luna every monday 10am")
        assert "not for a week at a time" in await card(stage)


async def test_nonsense_gets_an_example():
    async with Evening() as stage:
        await stage.fake.say("ann", "/drop luna", private=True)
        await stage.fake.say("ann", "no idea", private=True)
        assert "Try “14 days 9:00”" in await card(stage, private_of="ann")


async def test_an_unknown_venue_gets_a_sentence():
    async with Evening() as stage:
        await stage.say("/drop noma 14 days 9:00")
        assert "I don't know a venue called “noma”." in await card(stage)


async def test_without_words_it_asks_for_a_venue():
    async with Evening() as stage:
        await stage.fake.say("ann", "/drop", private=True)
        assert "Which venue's release?" in await card(stage, private_of="ann")
        await stage.fake.say("ann", "luna 14 days 9:00", private=True)
        assert "Right?" in await card(stage, private_of="ann")


async def test_of_two_venues_one_is_chosen_and_the_words_are_kept():
    async with Evening() as stage:
        stage.platform.add_venue("Luna Park")
        await stage.say("/drop luna 14 days 9:00")
        assert "Which “luna” do you mean?" in await card(stage)
        await stage.tap("Luna Park")
        assert "Luna Park releases tables 14 days ahead at 09:00" in await card(stage)


async def test_a_guest_forgets_their_own_word_only():
    async with Evening() as stage:
        for who in ("bob", "ann"):
            await stage.say("/drop luna 14 days 9:00", who)
            await stage.tap("Yes, that is right", who)
        await stage.say("/drop luna", "bob")
        await stage.tap("Forget what I said", "bob")
        assert [each.claim.by for each in await stage.told()] == ["Ann"]
        assert "Forgotten. I go by this: Casa Luna, 14 days ahead" in await card(stage)
        await stage.say("/drop luna", "bob")
        assert "Forget what I said" not in await labels(stage)


async def test_plans_wait_for_what_is_left_once_a_word_is_forgotten():
    async with Evening() as stage:
        stage.platform.claims[stage.luna.ref] = (TEXT,)
        await stage.say("/drop luna 14 days 9:00")
        await stage.tap("Yes, that is right")
        await stage.say("/reserve luna 4 24 dec 19:00-20:00")
        await stage.tap("Yes, go for it")
        assert present(await stage.job()).drop_at == TRUTH.drop_of(date(2026, 12, 24))
        await stage.say("/drop luna")
        await stage.tap("Forget what I said")
        assert present(await stage.job()).drop_at == TEXT.rule.drop_of(date(2026, 12, 24))


async def test_telling_twice_keeps_the_last_word():
    async with Evening() as stage:
        for hour in (9, 10):
            await stage.say(f"/drop luna 14 days {hour}:00")
            await stage.tap("Yes, that is right")
        assert [each.claim.rule.at for each in await stage.told()] == [time(10)]


# Against what was seen.


async def test_sightings_against_it_are_shown_before_it_is_kept():
    async with Evening() as stage:
        await stage.see(*DAYS)
        await stage.say("/drop luna 21 days 9:00")
        assert "But what I saw speaks against it: right 0 of 6 times." in await card(stage)
        await stage.tap("Yes, that is right")
        shown = await card(stage)
        assert "For now I go by what I saw more often: 14 days ahead at 09:00" in shown


async def test_a_venue_that_changed_begins_anew():
    async with Evening() as stage:
        await stage.see(*DAYS)
        await stage.say("/drop luna 21 days 9:00")
        await stage.tap("Yes, they changed it")
        assert "✅ Kept, thank you: Casa Luna, 21 days ahead" in await card(stage)
        await stage.say("/drop luna")
        assert "releases tables 21 days ahead" in await card(stage)
        assert "14 days" not in await card(stage)


# Plans that wait.


async def test_a_plan_that_waits_for_another_drop_waits_for_this_one():
    async with Evening() as stage:
        stage.platform.claims[stage.luna.ref] = (TEXT,)
        await stage.say("/reserve luna 4 24 dec 19:00-20:00")
        await stage.tap("Yes, go for it")
        assert present(await stage.job()).drop_at == TEXT.rule.drop_of(date(2026, 12, 24))
        await stage.say("/drop luna 14 days 9:00")
        await stage.tap("Yes, that is right")
        assert "One plan waits for that moment now." in await card(stage)
        job = present(await stage.job())
        assert job.drop_at == TRUTH.drop_of(date(2026, 12, 24)) == datetime(2026, 12, 10, 14, 0, tzinfo=UTC)
        assert job.due_at < present(job.drop_at) < job.until


async def test_a_watch_on_a_day_that_is_not_out_waits_for_the_drop():
    async with Evening() as stage:
        await stage.say("/reserve luna 4 24 dec 19:00-20:00")
        await stage.tap("Look until they appear")
        assert present(await stage.job()).strategy is Strategy.WATCH
        await stage.say("/drop luna 14 days 9:00")
        await stage.tap("Yes, that is right")
        job = present(await stage.job())
        assert (job.strategy, job.drop_at) == (Strategy.DROP, TRUTH.drop_of(date(2026, 12, 24)))


async def test_a_watch_on_a_day_that_is_out_goes_on():
    async with Evening() as stage:
        for at in (time(19), time(19, 30), time(20)):
            stage.platform.rival(stage.luna.ref, on=date(2026, 12, 9), at=at, tables=2, acts_at=NOON)
        await stage.say("/reserve luna 4 9 dec 19:00-20:00")
        await stage.tap("Watch for a cancellation")
        await stage.say("/drop luna 3 days 9:00")  # it would not be out by that
        await stage.tap("Yes, that is right")
        assert present(await stage.job()).strategy is Strategy.WATCH


async def test_the_table_is_booked_at_the_drop_that_was_told():
    async with Evening() as stage:
        await stage.say("/reserve luna 4 15 dec 19:00-20:00")
        await stage.tap("Look until they appear")
        await stage.say("/drop luna 14 days 9:00", "bob")
        await stage.tap("Yes, that is right", "bob")
        await stage.time.advance(timedelta(hours=2, minutes=1))
        assert len(stage.platform.booked) == 1
