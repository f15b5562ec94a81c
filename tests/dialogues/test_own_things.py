"""Favourites, settings, help: what is a guest's own; and private commands in a group."""

from datetime import time

import pytest
from sqlalchemy import Connection

from bot.flows.own_things.settings import quiet_hours, zone_named
from core.domain.guest import Preferences
from core.domain.venue import Venue, VenueRef
from core.persistence import favourites, guests
from tests.dialogues.acting import card, labels, lurk, toast
from tests.dialogues.test_members import guest
from tests.drivers.fake import FakeDriver
from tests.fakes.clock import FakeClock
from tests.fakes.frontend import FakeFrontEnd
from tests.fakes.platform import FakePlatform
from tests.stage import NOON, Stage


async def preferences(stage: Stage, who: str = "ann") -> Preferences:
    return (await guest(stage, who)).preferences


# Favourites.


async def test_a_favourite_is_added_by_name_and_removed_by_a_tap():
    async with Stage() as stage:
        await stage.fake.say("ann", "/favourites", private=True)
        assert "No favourites yet." in await card(stage, private_of="ann")
        await stage.fake.say("ann", "luna", private=True)
        assert await labels(stage, private_of="ann") == ("✕ Casa Luna",)
        await stage.fake.say("ann", "casa luna", private=True)
        assert await labels(stage, private_of="ann") == ("✕ Casa Luna",), "twice is once"
        await stage.fake.tap("ann", "✕ Casa Luna", private=True)
        assert "No favourites yet." in await card(stage, private_of="ann")
        assert len(await stage.fake.messages(private_of="ann")) == 1


async def test_a_favourite_is_added_with_the_command():
    async with Stage() as stage:
        await stage.fake.say("ann", "/favourites the long table", private=True)
        assert await labels(stage, private_of="ann") == ("✕ The Long Table",)


async def test_an_ambiguous_favourite_is_asked_about():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    for name in ("Luna Park", "Casa Luna"):
        platform.add_venue(name)
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("ann", "/favourites luna", private=True)
        assert "Which “luna” do you mean?" in await card(stage, private_of="ann")
        await stage.fake.tap("ann", "Luna Park", private=True)
        assert await labels(stage, private_of="ann") == ("✕ Luna Park",)


async def test_an_unknown_favourite_gets_a_sentence():
    async with Stage() as stage:
        await stage.fake.say("ann", "/favourites noma", private=True)
        assert "I don't know a venue called “noma”." in await toast(stage, "ann")


async def test_removing_twice_is_removing_once():
    async with Stage() as stage:
        await stage.fake.say("ann", "/favourites luna", private=True)
        for _ in range(2):
            place = stage.fake.place("ann", private=True)
            try:
                message, ref = stage.fake.button("✕ Casa Luna", place)
            except AssertionError:
                break
            await stage.fake.tap("ann", "✕ Casa Luna", private=True)
            assert message.dialogue_id
            assert ref
        assert "No favourites yet." in await card(stage, private_of="ann")


async def test_a_hundred_favourites_are_kept_and_the_next_gets_a_sentence():
    async with Stage() as stage:
        await stage.fake.say("ann", "/favourites", private=True)
        ann = (await guest(stage, "ann")).id

        def fill(tx: Connection) -> None:
            for number in range(favourites.MOST):
                ref = VenueRef(platform="house", id=f"old{number}")
                venue = Venue(ref=ref, name=f"Old {number}", zone="America/New_York")
                favourites.add(tx, ann, venue, now=NOON)

        await stage.database.write(fill)
        await stage.fake.say("ann", "luna", private=True)
        assert "You have 100 favourites, and I keep no more." in await toast(stage, "ann")
        await stage.fake.say("ann", "/favourites", private=True)
        assert len(await labels(stage, private_of="ann")) == favourites.MOST
        await stage.fake.tap("ann", "✕ Old 7", private=True)
        await stage.fake.say("ann", "luna", private=True)
        assert "✕ Casa Luna" in await labels(stage, private_of="ann")


async def test_a_favourite_among_many_is_found_without_asking_for_all_of_them():
    clock = FakeClock(NOON)
    platform = FakePlatform(clock)
    made = [platform.add_venue(f"Venue {number}") for number in range(60)]
    async with Stage(clock=clock, platforms={"fake": platform}) as stage:
        await stage.fake.say("ann", "/favourites", private=True)
        ann = (await guest(stage, "ann")).id
        await stage.database.write(
            lambda tx: [favourites.add(tx, ann, venue, now=NOON) for venue in made] and None
        )
        before = len(platform.calls)
        await stage.fake.say("ann", "/reserve", private=True)
        assert "Venue 0" in await labels(stage, private_of="ann")
        assert len(platform.calls) - before < 20


# Settings.


async def test_a_zone_is_set_by_a_citys_name():
    async with Stage() as stage:
        await stage.fake.say("ann", "/settings", private=True)
        assert "each venue's own" in await card(stage, private_of="ann")
        await stage.fake.tap("ann", "Time zone", private=True)
        assert "Which time zone?" in await card(stage, private_of="ann")
        await stage.fake.say("ann", "Gotham", private=True)
        assert "I don't know that one" in await toast(stage, "ann")
        assert "Which time zone?" in await card(stage, private_of="ann"), "the question stays"
        await stage.fake.say("ann", "new york", private=True)
        assert "America/New_York" in await card(stage, private_of="ann")
        await stage.fake.tap("ann", "Time zone", private=True)
        await stage.fake.tap("ann", "Each venue's own", private=True)
        assert (await preferences(stage)).zone is None


async def test_quiet_hours_are_set_and_taken_back():
    async with Stage() as stage:
        await stage.fake.say("ann", "/settings", private=True)
        await stage.fake.tap("ann", "Quiet hours", private=True)
        await stage.fake.say("ann", "at night", private=True)
        assert "I can't read hours in that" in await toast(stage, "ann")
        assert "When shall I be quiet?" in await card(stage, private_of="ann")
        await stage.fake.say("ann", "22:30-7", private=True)
        assert "22:30–07:00" in await card(stage, private_of="ann")
        await stage.fake.tap("ann", "Quiet hours", private=True)
        await stage.fake.tap("ann", "No quiet hours", private=True)
        assert "Quiet hours: none" in await card(stage, private_of="ann")


async def test_back_changes_nothing():
    async with Stage() as stage:
        await stage.fake.say("ann", "/settings", private=True)
        before = await card(stage, private_of="ann")
        for label in ("Time zone", "Quiet hours"):
            await stage.fake.tap("ann", label, private=True)
            await stage.fake.tap("ann", "Back", private=True)
            assert await card(stage, private_of="ann") == before


@pytest.mark.parametrize(
    ("label", "field"),
    [("Results by private message", "dm_results"), ("Reminders by private message", "dm_reminders")],
)
async def test_a_switch_is_a_tap(label, field):
    async with Stage() as stage:
        await stage.fake.say("ann", "/settings", private=True)
        for wanted in (False, True, False):
            await stage.fake.tap("ann", label, private=True)
            assert getattr(await preferences(stage), field) is wanted
            word = "on" if wanted else "off"
            assert f"{label}: {word}" in await labels(stage, private_of="ann")


async def test_settings_of_one_guest_are_not_anothers():
    async with Stage() as stage:
        await stage.fake.say("ann", "/settings", private=True)
        await stage.fake.tap("ann", "Results", private=True)
        assert (await preferences(stage, "bob")).dm_results


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("22-8", (time(22), time(8))),
        ("22:30 to 7:00", (time(22, 30), time(7))),
        ("from 10pm until 8am", (time(22), time(8))),
        ("12am-6am", (time(0), time(6))),
        ("12pm - 1:30pm", (time(12), time(13, 30))),
        ("22–24", (time(22), time(0))),
        ("22h30-7h00", (time(22, 30), time(7))),
        ("8-8", None),
        ("25-8", None),
        ("22:75-8", None),
        ("13pm-8", None),
        ("22", None),
        ("", None),
        ("between", None),
    ],
)
def test_hours_are_read_as_people_write_them(typed, hours):
    assert quiet_hours(typed) == hours


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("New York", "America/New_York"),
        ("berlin", "Europe/Berlin"),
        ("Europe/Paris", "Europe/Paris"),
        (" kathmandu ", "Asia/Kathmandu"),
        ("utc", "UTC"),
        ("Gotham", None),
        ("", None),
        ("../etc/passwd", None),
    ],
)
def test_a_zone_is_called_by_its_city(typed, zone):
    assert zone_named(typed) == zone


# Commands in the wrong place, and unknown ones.


@pytest.mark.parametrize("command", ["settings", "favourites", "reservations", "link", "guests"])
async def test_a_private_command_in_a_group_is_answered_in_private(command):
    async with Stage() as stage:
        await stage.fake.say("ann", f"/{command}")
        assert await toast(stage, "ann") == "I have answered you in private."
        assert await stage.fake.messages() == []
        assert len(await stage.fake.messages(private_of="ann")) == 1


@pytest.mark.parametrize("command", ["settings", "favourites", "link"])
async def test_a_private_command_in_a_group_shows_the_door_where_we_may_not_write(command):
    async with Stage(FakeDriver(FakeFrontEnd(writes_unasked=False))) as stage:
        await stage.fake.say("ann", f"/{command}")
        assert f"https://fake.example/{command}" in await toast(stage, "ann")
        assert await stage.fake.messages() == []
        await stage.fake.say("ann", f"/start {command}", private=True)
        shown = await card(stage, private_of="ann")
        expected = {"settings": "Your settings", "favourites": "No favourites", "link": "/link "}[command]
        assert expected in shown


async def test_an_unknown_command_gets_a_sentence_in_private_and_silence_in_a_group():
    async with Stage() as stage:
        await stage.fake.say("ann", "/resrve luna", private=True)
        assert "I don't know /resrve. /help tells what I can do." in await toast(stage, "ann")
        await stage.fake.say("bob", "/weather")
        assert await stage.fake.toasts("bob") == []
        assert await stage.fake.messages() == []


async def test_a_word_out_of_the_blue_gets_a_sentence_in_private():
    async with Stage() as stage:
        await stage.fake.say("ann", "hello?", private=True)
        assert "I am not asking anything just now" in await toast(stage, "ann")


async def test_help_shows_admins_more():
    async with Stage() as stage:
        await stage.fake.say("ann", "/help", private=True)
        await stage.fake.say("bob", "/help", private=True)
        anns, bobs = await card(stage, private_of="ann"), await card(stage, private_of="bob")
        assert "/guests" in anns
        assert "/approve" in anns
        assert "/guests" not in bobs
        for command in ("/reserve", "/plans", "/reservations", "/favourites", "/settings", "/link", "/help"):
            assert f"{command} " in bobs


async def test_help_in_a_group_offers_what_works_there():
    async with Stage() as stage:
        await stage.fake.say("bob", "/help")
        text = await card(stage)
        assert "/reserve ·" in text
        assert "/settings ·" not in text
        assert "In a private chat I also do" in text


async def test_start_greets_by_name():
    async with Stage() as stage:
        await stage.fake.say("bob", "/start", private=True)
        assert "Hello Bob!" in await card(stage, private_of="bob")


async def test_a_door_that_leads_nowhere_is_a_greeting():
    async with Stage() as stage:
        await stage.fake.say("bob", "/start ref_12345", private=True)
        assert "Hello Bob!" in await card(stage, private_of="bob")


async def test_a_guest_is_seen_when_they_speak():
    async with Stage() as stage:
        await lurk(stage.fake, "bob")
        before = (await guest(stage, "bob")).last_seen_at
        stage.time.jump(before.replace(year=2027))
        await lurk(stage.fake, "bob")
        assert (await guest(stage, "bob")).last_seen_at.year == 2027
        assert await stage.database.read(lambda tx: len(guests.sign_ins_of(tx, 2))) == 1


async def test_help_leaves_out_what_nobody_needs_a_second_time():
    async with Stage() as stage:
        for who in ("ann", "bob"):
            await stage.fake.say(who, "/help", private=True)
            text = await card(stage, private_of=who)
            assert "/claim" not in text
            assert "/start" not in text
