import asyncio
import socket
from datetime import time, timedelta

import pytest

from bot.demo import by_hand, evening, stage
from bot.demo.by_hand import play_by_hand
from bot.demo.release import VENUE, release_in
from bot.frontends.web.chats import GROUP
from core.domain.plan import Wish
from core.errors import BadInput
from core.persistence import chats, guests, jobs, plans, web_messages
from core.plans import arming
from tests.expect import present

PATIENCE = 20


async def until(look):
    async with asyncio.timeout(PATIENCE):
        while not (found := await look()):  # noqa: ASYNC110 - real sockets and threads are at work
            await asyncio.sleep(0.02)
    return found


async def said_in_the_group(built):
    rows = await built.database.read(lambda tx: web_messages.latest(tx, GROUP, limit=100))
    return [row.body for row in rows]


@pytest.fixture
def a_host_with_real_settings(monkeypatch, tmp_path):
    """Tokens in the environment and in a .env file, and a screen on which a browser could open."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOURTOP_TELEGRAM_TOKEN", "1234567890:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1")
    monkeypatch.setenv("FOURTOP_DATABASE_URL", f"sqlite:///{tmp_path}/mine.db")
    (tmp_path / ".env").write_text("FOURTOP_DISCORD_TOKEN=abc\nFOURTOP_HTTP_HOST=0.0.0.0\n")
    for screen in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(screen, raising=False)
    return tmp_path


async def test_the_stage_knows_nothing_of_the_hosts_settings_and_leaves_nothing(a_host_with_real_settings):
    async with stage.stage(port=0) as built:
        assert list(built.frontends) == ["web"]
        assert built.http.url.startswith("http://127.0.0.1:")
        folder = built.settings.data_dir
        assert folder.exists()
        assert not folder.is_relative_to(a_host_with_real_settings)
    assert not folder.exists()
    assert [path.name for path in a_host_with_real_settings.iterdir()] == [".env"]


async def test_the_three_friends_are_guests_who_can_be_written_to_and_ann_is_an_admin():
    async with stage.stage(port=0) as built:
        people = await built.database.read(lambda tx: guests.page(tx, offset=0, limit=9).guests)
        doors = await built.database.read(
            lambda tx: [present(guests.sign_in(tx, "web", name.lower())).dm_chat_id for name in stage.FRIENDS]
        )
    assert sorted((guest.name, guest.approved, guest.is_admin) for guest in people) == [
        ("Ann", True, True),
        ("Bob", True, False),
        ("Cas", True, False),
    ]
    assert None not in doors


async def test_a_plan_for_a_day_whose_release_is_moved_moves_with_it():
    async with stage.stage(port=0) as built:
        clock, database = built.clock, built.database
        first = release_in(timedelta(minutes=30), now=clock.now())
        await stage.arm(built, first)
        later = release_in(timedelta(minutes=10), now=clock.now(), after=first.on)
        wish = Wish(venue=VENUE, on=later.on, party_size=4, times=(time(19),))
        venue = await built.platforms["house"].venue(VENUE)

        def plan(tx):
            ann = guests.named(tx, "Ann")[0]
            chat = present(chats.find(tx, frontend="web", external_id=GROUP))
            arming.arm(
                tx,
                plan_id="p1",
                organiser=ann,
                chat_id=chat.id,
                thread_id=None,
                venue=venue,
                wish=wish,
                watching=False,
                now=clock.now(),
            )

        await database.write(plan)
        before = present(await database.read(lambda tx: jobs.live_of(tx, "p1")))
        await stage.arm(built, later)
        after = present(await database.read(lambda tx: jobs.live_of(tx, "p1")))
        assert before.drop_at == present(venue.drop).drop_of(later.on) != later.drop_at
        assert after.drop_at == later.drop_at
        assert (await database.read(lambda tx: plans.get(tx, "p1"))).wish == wish


@pytest.mark.realtime
async def test_whoever_misses_a_release_is_offered_another(capsys, a_host_with_real_settings):
    async with stage.stage(port=0) as built:
        second = timedelta(seconds=1)
        playing = asyncio.create_task(play_by_hand(built, lead=second, rivals=(), pause=second / 10))

        async def offered():
            said = await said_in_the_group(built)
            return said if any("Another chance" in body for body in said) else None

        welcome, *_ = await until(offered)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
    assert "Dinner for four at" in welcome
    printed = capsys.readouterr().out
    assert built.page_token.address(built.http.url, panes="Ann,Bob,Cas") in printed
    assert printed.count("/reserve luna 4 ") >= 2


@pytest.mark.realtime
async def test_a_demo_that_nobody_looks_at_falls_silent_until_somebody_speaks(
    monkeypatch, a_host_with_real_settings
):
    asked, spoke_at = [], by_hand._spoke_at

    async def counted(built):
        asked.append(built)
        return await spoke_at(built)

    monkeypatch.setattr(by_hand, "_spoke_at", counted)
    monkeypatch.setattr(by_hand, "_GLANCE", timedelta(milliseconds=10))
    monkeypatch.setattr(by_hand, "_ALONE", 1)
    async with stage.stage(port=0) as built:
        moment = timedelta(milliseconds=1)
        playing = asyncio.create_task(play_by_hand(built, lead=moment, rivals=(), pause=moment))

        async def has_looked_in_vain():
            return len(asked) > 10

        await until(has_looked_in_vain)
        quiet = await said_in_the_group(built)
        await built.database.write(lambda tx: _speak(tx, built.clock.now()))

        async def goes_on():
            return len(await said_in_the_group(built)) > len(quiet)

        await until(goes_on)
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
    assert len(quiet) == 1


def _speak(tx, now):
    guests.meet(tx, frontend="web", account_id="bob", name="Bob", handle=None, origin="", now=now)


def test_a_taken_port_is_given_up_for_any_other():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert stage.free_port(port) == 0
    assert stage.free_port(port) == port


@pytest.mark.parametrize(("auto", "seconds"), [(True, 11), (False, -1), (False, 999_999)])
async def test_a_release_at_an_impossible_distance_is_refused_in_a_sentence(auto, seconds):
    with pytest.raises(BadInput) as refused:
        await evening.play(auto=auto, drop_in=seconds, port=0)
    assert refused.value.where == "--drop-in"
