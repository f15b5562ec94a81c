"""`kill -9` of the real process, around a drop and in the middle of dialogues."""

import asyncio
from datetime import time, timedelta
from pathlib import Path
from random import Random

import pytest

from core.domain.plan_state import PlanState
from tests.faults.bot_process import BotProcess
from tests.faults.night_out import CLOCK, FRIENDS, NightOut, night_out
from tests.faults.seeds import seeds

pytestmark = [pytest.mark.realtime, pytest.mark.timeout(180)]


@seeds(1, share=0.1)
async def test_killed_around_a_drop_each_plan_has_one_table_and_everybody_is_told_once(seed, tmp_path):
    await asyncio.gather(*(_around_a_drop(tmp_path / f"{n}", Random(f"{seed}/{n}")) for n in range(3)))


async def _around_a_drop(folder: Path, luck: Random) -> None:
    """Three friends, each by themselves, want a table; the process dies at a random moment, perhaps twice."""
    async with night_out(folder) as night:
        await night.start()
        await night.release(after=timedelta(seconds=8), tables=3)
        for name in FRIENDS:
            friend, private = night.friends[name], f"dm:{name.lower()}"
            words = f"/reserve casa luna 4 {night.on.isoformat()} 19:00-20:00"
            await night.do(name, friend.say(words, chat=private))
            await friend.see("I will try", chat=private)
            await night.do(name, friend.tap("Yes, go for it", on="I will try", chat=private))
            await friend.see_no_more("I will try", chat=private)
        moment = night.drop_at + timedelta(
            seconds=luck.choice([luck.uniform(-3.5, 1), luck.uniform(-0.01, 0.08)])
        )
        await CLOCK.sleep_until(moment)
        await night.kill()
        if luck.random() < 0.3:
            await asyncio.gather(
                night.start(), _killed_after(night, luck.uniform(0.5, 3)), return_exceptions=True
            )
            await night.kill()
        await night.start()
        await night.over()
        where = f"killed {(moment - night.drop_at).total_seconds():+.4f} s after the drop"

        assert await night.untruths() == [], where
        assert [plan.state for plan in await night.plans()] == [PlanState.BOOKED] * 3, where
        for name in FRIENDS:
            friend, private = night.friends[name], f"dm:{name.lower()}"
            await friend.see("it is!", chat=private)
            told = [text for text in friend.texts(private) if "it is!" in text]
            cards = [text for text in friend.texts(private) if "Booked" in text]  # the card, and the message
            assert len(told) == 1, f"{where}: {friend.texts(private)}"
            assert len(cards) == 2, f"{where}: {friend.texts(private)}"


async def _killed_after(night: NightOut, seconds: float) -> None:
    await CLOCK.sleep(timedelta(seconds=seconds))
    await night.kill()


@seeds(1, share=0.1)
async def test_killed_in_the_middle_of_a_dialogue_no_answer_is_lost(seed, tmp_path):
    luck = Random(seed)
    async with night_out(tmp_path) as night:
        await night.start()
        await night.release(after=timedelta(hours=1), tables=3)
        ann, bob, cas = (night.friends[name] for name in FRIENDS)
        moves = (
            ("Ann", lambda: ann.say("/reserve casa luna"), "which day?"),
            ("Ann", lambda: ann.say(night.on.isoformat(), on="which day?"), "How many"),
            ("Bob", lambda: bob.tap("4", on="How many"), "which times"),
            ("Cas", lambda: cas.tap("19:30", on="which times"), "In this order: 19:30."),
            ("Bob", lambda: bob.tap("19:00", on="which times"), "In this order: 19:30, then 19:00."),
            ("Ann", lambda: ann.tap("Done", on="which times"), "I will try 19:30 and 19:00"),
            ("Ann", lambda: ann.tap("Yes, go for it", on="I will try"), "Tables are released"),
            ("Cas", lambda: cas.tap("I'm in", on="Tables are released"), "Ann and Cas"),
        )
        dying = luck.sample(range(len(moves)), 2)
        for number, (who, move, then) in enumerate(moves):
            killed_after = luck.choice([luck.uniform(0, 0.02), luck.uniform(0, 0.1)])
            await night.do(who, move(), killed_after=killed_after if number in dying else None)
            for friend in night.friends.values():
                await friend.see(then)
        await night.told()
        assert len(ann.texts()) == 1, ann.texts()
        assert await night.untruths() == []
        plan = (await night.plans())[0]
        assert plan.wish.times == (time(19, 30), time(19)), f"killed at {dying}"
        assert plan.wish.party_size == 4


@seeds(1, share=0.1)
async def test_killed_while_it_starts_for_the_first_time_it_starts_the_next_time(seed, tmp_path):
    luck = Random(seed)
    moments = [luck.uniform(0.3, 2) for _ in range(4)]
    for moment in moments:
        bot = await BotProcess.start(tmp_path)
        await CLOCK.sleep(timedelta(seconds=moment))
        await bot.kill()
    bot = await BotProcess.start(tmp_path)
    try:
        await bot.url()
    finally:
        await bot.kill()
