"""Accounts of guests' own: connected in private, shown, mended; and nothing of what opens them left behind."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time, timedelta
from itertools import count

import pytest

from bot.notifications import requests
from core.domain.account import Account
from core.domain.fact import MendNeeded
from core.domain.job_state import Strategy
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.trouble import Trouble
from core.persistence import accounts, jobs, plans, tables
from core.plans import arming, cancelling
from tests.dialogues.acting import card, labels, toast
from tests.dialogues.test_members import guest
from tests.drivers.fake import FakeDriver
from tests.expect import present
from tests.fakes.accounts import ANN, EMAIL, PASSWORD, TOKEN, VISA, FakeAccounts, Member
from tests.fakes.clock import FakeClock, settle
from tests.fakes.frontend import FakeFrontEnd
from tests.fakes.own_accounts import booked_with
from tests.fakes.platform import FakePlatform
from tests.stage import NOON, Stage


class WithResy(Stage):
    """A stage where the platform with accounts is at hand."""

    resy: FakeAccounts


@asynccontextmanager
async def staged(
    *, frontend: FakeFrontEnd | None = None, more: tuple[str, ...] = (), **about
) -> AsyncIterator[WithResy]:
    """A stage with the house and a platform that has accounts; `more` are others of those."""
    clock = FakeClock(NOON)
    resy = FakeAccounts(clock, **about)
    resy.add_venue("Carbone")
    stage = WithResy(*([FakeDriver(frontend)] if frontend else []), clock=clock)
    others = {name: FakeAccounts(clock, name=name) for name in more}
    stage.platforms = {"house": stage.house, "resy": resy, **others}
    resy.wallet = lambda: stage.wallet
    stage.resy = resy
    async with stage:
        yield stage


async def says(stage: Stage, *words: str, who: str = "ann") -> None:
    for one in words:
        await stage.fake.say(who, one, private=True)


async def taps(stage: Stage, label: str, who: str = "ann") -> None:
    await stage.fake.tap(who, label, private=True)


async def connected(stage: Stage, who: str = "ann", *, email: str = EMAIL, password: str = PASSWORD) -> None:
    """By password, from the first word to the last."""
    await says(stage, "/connect resy", who=who)
    await taps(stage, "E-mail and password", who)
    await says(stage, email, password, who=who)


async def theirs(stage: Stage, who: str = "ann") -> list[Account]:
    one = await guest(stage, who)
    return list(await stage.database.read(lambda tx: accounts.of_guest(tx, one.id)))


def typed(stage: Stage) -> list[str]:
    return [one.text.plain(now=NOON) for one in stage.fake.frontend.typed]


async def carbone(stage: WithResy, who: str = "ann", *, private: bool = False) -> str:
    """A plan on the platform with accounts, and its id."""
    return await planned(stage, stage.resy, who, private=private)


async def planned(stage: Stage, platform: FakePlatform, who: str = "ann", *, private: bool = False) -> str:
    """A plan at the platform's Carbone, and its id."""
    organiser, now = await guest(stage, who), stage.clock.now()
    await stage.fake.say(who, "/help", private=private)
    place = f"dm:{who}" if private else "friends"
    venue = (await platform.find_venues("carbone"))[0]
    wish = Wish(venue=venue.ref, on=date(2026, 12, 24), party_size=2, times=(time(19),))

    def arm(tx) -> str:
        chat_id = tx.execute(tables.chats.select().where(tables.chats.c.external_id == place)).one().id
        plan = Plan(
            id=arming.new_plan_id(),
            organiser_id=organiser.id,
            chat_id=chat_id,
            thread_id=None,
            wish=wish,
            venue_name=venue.name,
            zone=venue.zone,
            state=PlanState.ARMED,
            created_at=now,
            friends=(organiser.id,),
        )
        plans.add(tx, plan)
        drop_at, until = now + timedelta(days=9), now + timedelta(days=10)
        jobs.add(
            tx,
            plan_id=plan.id,
            strategy=Strategy.DROP,
            due_at=now + timedelta(days=8),
            drop_at=drop_at,
            until=until,
            now=now,
        )
        return plan.id

    return await stage.database.write(arm)


# By password.


async def test_an_account_is_connected_step_by_step_and_what_was_typed_is_gone():
    async with staged() as stage:
        await says(stage, "/connect resy")
        text = await card(stage, private_of="ann")
        assert "Connect your Resy account" in text
        assert "stored nowhere" in text
        assert "no fee above the ceiling" in text
        assert "against the terms of some platforms" in text
        assert (await labels(stage, private_of="ann"))[:2] == (
            "E-mail and password",
            "Paste a token from the browser",
        )
        await taps(stage, "E-mail and password")
        assert "Which e-mail address" in await card(stage, private_of="ann")
        await says(stage, EMAIL)
        text = await card(stage, private_of="ann")
        assert EMAIL in text
        assert present(stage.fake.frontend.messages[-1].card).secret
        await says(stage, PASSWORD)
        text = await card(stage, private_of="ann")
        assert "Your Resy account is connected: Ann Example" in text
        assert "Visa ending in 4242" in text
        assert "I renew it by myself" in text
        assert "/reserve" in text
        assert len(await stage.fake.messages(private_of="ann")) == 1, (
            "one card from the first word to the last"
        )
        assert PASSWORD not in typed(stage)
        assert EMAIL in typed(stage)
        assert [one.holder for one in await theirs(stage)] == ["Ann Example"]


async def test_connect_alone_means_the_one_platform_there_is():
    async with staged() as stage:
        await says(stage, "/connect")
        assert "Connect your Resy account" in await card(stage, private_of="ann")
        assert "‹ Back" not in await labels(stage, private_of="ann")


async def test_several_platforms_are_asked_about():
    async with staged(more=("bistro",)) as stage:
        await says(stage, "/connect")
        assert "Where is your account?" in await card(stage, private_of="ann")
        assert (await labels(stage, private_of="ann"))[:2] == ("Resy", "Bistro")
        await taps(stage, "Bistro")
        assert "Connect your Bistro account" in await card(stage, private_of="ann")
        await taps(stage, "‹ Back")
        await says(stage, "noma")
        assert "I connect no accounts there" in await card(stage, private_of="ann")
        await says(stage, "resy")
        assert "Connect your Resy account" in await card(stage, private_of="ann")


async def test_where_no_platform_has_accounts_that_is_said():
    async with Stage() as stage:
        await says(stage, "/connect")
        assert "There is no account to connect" in await card(stage, private_of="ann")
        await says(stage, "/accounts")
        assert "No account of yours is connected" in await card(stage, private_of="ann")
        assert await labels(stage, private_of="ann") == ()


async def test_a_wrong_password_is_asked_again_and_the_address_is_kept():
    async with staged() as stage:
        await connected(stage, password="not it")
        text = await card(stage, private_of="ann")
        assert "does not take that e-mail address with that password" in text
        assert EMAIL in text
        assert "not it" not in text
        assert "not it" not in typed(stage)
        assert present(stage.fake.frontend.messages[-1].card).secret
        await says(stage, PASSWORD)
        assert "is connected" in await card(stage, private_of="ann")


async def test_the_platforms_own_reason_is_told():
    async with staged() as stage:
        stage.resy.reason = "This account was closed."
        await connected(stage, password="not it")
        assert "Resy says: “This account was closed.”" in await card(stage, private_of="ann")


@pytest.mark.parametrize(
    "reason",
    ["wrong: hunter2-word", "password=HUNTER2%2Dword", "…ter2…", "no such password: unte", "x" * 900],
)
async def test_a_reason_that_repeats_a_piece_of_the_password_is_not_told(reason):
    async with staged() as stage:
        stage.resy.reason = reason
        await connected(stage, password="hunter2-word")
        text = await card(stage, private_of="ann")
        assert "does not take that e-mail address" in text
        assert "Resy says" not in text


async def test_the_platform_is_not_asked_for_ever():
    async with staged() as stage:
        await connected(stage, password="wrong 1")
        for number in range(2, 6):
            await says(stage, f"wrong {number}")
        assert "may lock the account" in await card(stage, private_of="ann")
        assert await labels(stage, private_of="ann") == ()
        await says(stage, "wrong 6")
        assert len(stage.resy.logins) == 5
        assert "I am not asking anything just now" in await toast(stage, "ann")


async def test_a_platform_that_is_down_is_tried_again():
    async with staged() as stage:
        stage.resy.down = True
        await connected(stage)
        assert "does not answer just now" in await card(stage, private_of="ann")
        assert PASSWORD not in typed(stage)
        stage.resy.down = False
        await says(stage, PASSWORD)
        assert "is connected" in await card(stage, private_of="ann")


async def test_whatever_breaks_what_was_typed_is_taken_away_and_repeated_nowhere(caplog):
    async with staged() as stage:
        stage.resy.broken = RuntimeError(f"no such field: {PASSWORD}")
        await connected(stage)
        assert PASSWORD not in typed(stage)
        assert PASSWORD not in caplog.text
        assert "Something went wrong on my side" in await card(stage, private_of="ann")


async def test_a_turn_that_fails_after_the_sign_in_leaves_nothing_typed(monkeypatch):
    async with staged() as stage:

        def full(*_, **__):
            raise OSError("the disk is full")

        monkeypatch.setattr(stage.wallet, "connect_in", full)
        await connected(stage)
        assert PASSWORD not in typed(stage)
        assert "Something went wrong" in await toast(stage, "ann")


@pytest.mark.parametrize(
    "words", ["ann", "ann@example", "@example.org", "ann example.org", f"{EMAIL} {PASSWORD}"]
)
async def test_what_is_no_address_is_asked_again_and_does_not_stay(words):
    async with staged() as stage:
        await says(stage, "/connect resy")
        await taps(stage, "E-mail and password")
        await says(stage, words)
        text = await card(stage, private_of="ann")
        assert "not an e-mail address by itself" in text
        assert PASSWORD not in text
        assert words not in typed(stage)
        assert not stage.resy.logins


async def test_a_password_that_looks_like_a_command_is_a_password():
    slashed = "/Correct Horse"
    async with staged(members=(Member(**{**_fields(ANN), "password": slashed}),)) as stage:
        await connected(stage, password=slashed)
        assert "is connected" in await card(stage, private_of="ann")
        assert slashed not in typed(stage)
        assert await stage.fake.toasts("ann") == []


async def test_a_command_ends_nothing_while_a_password_is_asked():
    async with staged() as stage:
        await says(stage, "/connect resy")
        await taps(stage, "E-mail and password")
        await says(stage, EMAIL, "/help")
        assert not stage.resy.logins
        await says(stage, PASSWORD)
        assert len(await theirs(stage)) == 1


async def test_secrets_that_come_with_the_command_are_not_used_and_not_left():
    line = f"/connect resy {EMAIL} {PASSWORD}"
    async with staged() as stage:
        await says(stage, line)
        assert "Never send what opens your account along with the command" in await card(
            stage, private_of="ann"
        )
        assert line not in typed(stage)
        assert not stage.resy.logins
        await says(stage, "/connect opentable")
        assert "I connect no accounts there" in await card(stage, private_of="ann")


# Where nobody can delete what others wrote.


async def test_where_the_network_lets_us_delete_nothing_the_guest_is_asked_to():
    async with staged(frontend=FakeFrontEnd(erases=False)) as stage:
        await connected(stage)
        shown = [one.text for one in await stage.fake.messages(private_of="ann")]
        asked = [one for one in shown if "please delete that message" in one]
        assert len(asked) == 1
        assert any("is connected" in one for one in shown)


# By token.


@pytest.mark.parametrize(
    "pasted",
    [TOKEN, f"x-resy-auth-token: {TOKEN}", f'"{TOKEN}"', json.dumps({"token": TOKEN, "more": "x" * 1500})],
)
async def test_a_token_is_taken_as_it_was_pasted(pasted):
    async with staged() as stage:
        await says(stage, "/connect resy")
        await taps(stage, "Paste a token")
        text = await card(stage, private_of="ann")
        for step in ("Open resy.com", "F12", "Network", "api.resy.com", "x-resy-auth-token", "On a phone"):
            assert step in text
        await says(stage, pasted)
        text = await card(stage, private_of="ann")
        assert "is connected" in text
        assert "I can't renew it" in text
        assert pasted not in typed(stage)


async def test_something_else_that_was_pasted_loses_nothing():
    async with staged() as stage:
        await says(stage, "/connect resy")
        await taps(stage, "Paste a token")
        await says(stage, "what do I do now?")
        text = await card(stage, private_of="ann")
        assert "There is no token in that" in text
        assert "what do I do now" not in text
        await says(stage, TOKEN)
        assert "is connected" in await card(stage, private_of="ann")


async def test_one_goes_back_from_the_token_to_the_password():
    async with staged() as stage:
        await says(stage, "/connect resy")
        await taps(stage, "Paste a token")
        await taps(stage, "‹ Back")
        await taps(stage, "E-mail and password")
        await says(stage, EMAIL)
        await taps(stage, "‹ Back")
        assert "Which e-mail address" in await card(stage, private_of="ann")
        await taps(stage, "Cancel")
        assert "forgotten" in await card(stage, private_of="ann")


async def test_a_question_from_before_an_update_is_asked_anew_and_what_was_typed_does_not_stay():
    async with staged() as stage:
        await says(stage, "/connect resy")
        await taps(stage, "E-mail and password")
        await says(stage, EMAIL)
        before = '{"platform": "resy", "way": "password", "email": "ann@example.org", "refused": 1}'
        await stage.database.write(lambda tx: tx.execute(tables.dialogues.update().values(draft=before)))
        await says(stage, PASSWORD)
        assert "Tap one of the ways first" in await card(stage, private_of="ann")
        assert PASSWORD not in typed(stage)
        await taps(stage, "E-mail and password")
        await says(stage, EMAIL, PASSWORD)
        assert "is connected" in await card(stage, private_of="ann")


# Where, and who.


async def test_in_a_group_the_way_to_the_private_chat_is_shown_and_why():
    async with staged(frontend=FakeFrontEnd(writes_unasked=False)) as stage:
        await stage.fake.say("bob", "/connect resy")
        assert "for nobody else's eyes" in await toast(stage, "bob")
        assert "https://fake.example/connect" in await toast(stage, "bob")
        assert await stage.fake.messages() == []


async def test_in_a_group_it_goes_on_in_private_where_that_is_open():
    async with staged() as stage:
        await stage.fake.say("bob", "/connect resy")
        assert "for nobody else's eyes" in await toast(stage, "bob")
        assert "answered you in our private chat (https://fake.example/connect)" in await toast(stage, "bob")
        assert "Connect your Resy account" in await card(stage, private_of="bob")
        assert await stage.fake.messages() == []


async def test_a_stranger_connects_nothing():
    async with staged() as stage:
        await says(stage, "/connect resy", "/accounts", who="eve")
        assert {"An admin has to let you in first. Send me /start and I will ask."} == set(
            await stage.fake.toasts("eve")
        )
        assert not stage.resy.logins


async def test_an_account_of_somebody_elses_stays_theirs():
    async with staged() as stage:
        await connected(stage)
        await connected(stage, "bob")
        assert "Somebody else here has connected that account" in await card(stage, private_of="bob")
        assert PASSWORD not in typed(stage)
        assert len(await theirs(stage)) == 1
        assert not await theirs(stage, "bob")


async def test_who_connects_what_another_connects_in_that_moment_is_told_so(monkeypatch):
    async with staged() as stage:
        await connected(stage)
        look, looks = stage.wallet.connectable, count()
        monkeypatch.setattr(
            stage.wallet, "connectable", lambda tx, **what: look(tx, **what) if next(looks) else None
        )
        await connected(stage, "bob")
        assert "Somebody else here has connected that account" in await toast(stage, "bob")
        assert PASSWORD not in typed(stage)
        assert not await theirs(stage, "bob")


async def test_what_was_connected_is_at_hand_without_a_look(monkeypatch):
    async with staged() as stage:
        await connected(stage)
        (account,) = await theirs(stage)
        monkeypatch.setattr(stage.database, "read", None)
        assert (await stage.wallet.credentials(account.id)).token


# The accounts' card.


async def test_accounts_are_shown_with_all_that_matters():
    async with staged() as stage:
        await connected(stage)
        await says(stage, "/accounts")
        text = await card(stage, private_of="ann")
        assert "Resy: Ann Example" in text
        assert "Fri 15 Jan at 12:00" in text
        assert "Visa ending in 4242" in text
        assert await labels(stage, private_of="ann") == (
            "Check now",
            "Sign in again",
            "Disconnect",
            "Connect another account",
        )


async def test_several_accounts_are_a_list_of_which_one_opens():
    cas = Member(
        email="cas@example.org", password="x" * 9, token="eyJ.cas.x", external_id="9", holder="Cas", cards=()
    )
    async with staged(members=(ANN, cas)) as stage:
        await connected(stage)
        await connected(stage, email=cas.email, password=cas.password)
        await says(stage, "/accounts")
        text = await card(stage, private_of="ann")
        assert "✅ Resy, Ann Example, Visa ending in 4242." in text
        assert "Cas, no card on file" in text
        await taps(stage, "Resy: Cas")
        assert "No card is on file" in await card(stage, private_of="ann")
        await taps(stage, "‹ Back")
        assert "Your accounts." in await card(stage, private_of="ann")


async def test_no_card_on_file_is_said_with_the_page_where_one_is_put():
    async with staged() as stage:
        stage.resy.change(cards=())
        await connected(stage)
        text = await card(stage, private_of="ann")
        assert "No card is on file" in text
        assert "https://resy.example/account" in text
        await taps(stage, "Check now")
        assert "no card on file yet" in await toast(stage, "ann")
        stage.resy.change(cards=(VISA,))
        await stage.time.advance(timedelta(minutes=1))
        await taps(stage, "Check now")
        assert "Visa ending in 4242 is on file" in await toast(stage, "ann")
        assert "Card on file: Visa ending in 4242" in await card(stage, private_of="ann")


async def test_disconnecting_is_asked_once_more_and_says_which_plans_lose_it():
    async with staged() as stage:
        await connected(stage)
        plan_id = await carbone(stage)
        (account,) = await theirs(stage)
        await stage.database.write(lambda tx: booked_with(tx, plan_id, account.id))
        await says(stage, "/accounts")
        assert "Books for: Carbone on Thu 24 Dec." in await card(stage, private_of="ann")
        await taps(stage, "Disconnect")
        text = await card(stage, private_of="ann")
        assert "Really disconnect Resy, Ann Example?" in text
        assert "Carbone on Thu 24 Dec can't be booked with it any more" in text
        await taps(stage, "No, keep it")
        assert len(await theirs(stage)) == 1
        await taps(stage, "Disconnect")
        await taps(stage, "Yes, disconnect")
        assert "I have forgotten what opened your Resy account" in await toast(stage, "ann")
        assert "No account of yours is connected" in await card(stage, private_of="ann")
        assert not await theirs(stage)


async def test_an_account_that_ended_is_signed_in_to_again():
    async with staged() as stage:
        await connected(stage)
        (account,) = await theirs(stage)
        await stage.wallet.lost(account.id, accounts.AccountState.EXPIRED)
        await settle()
        await says(stage, "/accounts")
        assert "It does not open any more" in await card(stage, private_of="ann")
        await taps(stage, "Sign in again")
        assert "Sign in to Resy again" in await card(stage, private_of="ann")
        await taps(stage, "E-mail and password")
        await says(stage, EMAIL, PASSWORD)
        (again,) = await theirs(stage)
        assert again.id == account.id
        assert again.state is accounts.AccountState.CONNECTED


# Coming from a plan, and mending one.


async def test_a_link_from_a_plan_says_which_and_gives_it_the_account():
    async with staged() as stage:
        plan_id = await carbone(stage)
        await says(stage, f"/start connect-resy-{plan_id}")
        assert "so that I can book Carbone, Thu 24 Dec" in await card(stage, private_of="ann")
        await taps(stage, "E-mail and password")
        await says(stage, EMAIL, PASSWORD)
        plan = await stage.database.read(lambda tx: plans.get(tx, plan_id))
        assert plan.accounts == tuple(one.id for one in await theirs(stage))


async def test_a_friend_who_comes_along_lends_nothing_by_following_a_link():
    bob = Member(
        email="bob@example.org", password="bobs own", token="eyJ.bob.x", external_id="9", holder="Bob"
    )
    async with staged(members=(ANN, bob)) as stage:
        await connected(stage)
        plan_id = await carbone(stage)
        friend = await guest(stage, "bob")
        before = (await stage.database.read(lambda tx: plans.get(tx, plan_id))).accounts
        await stage.database.write(lambda tx: plans.set_coming(tx, plan_id, friend.id, coming=True))
        await says(stage, f"/start connect-resy-{plan_id}", who="bob")
        await taps(stage, "E-mail and password", "bob")
        await says(stage, bob.email, bob.password, who="bob")
        assert await theirs(stage, "bob")
        assert (await stage.database.read(lambda tx: plans.get(tx, plan_id))).accounts == before


async def test_a_link_brings_nobody_into_a_plan_they_have_no_part_in():
    async with staged() as stage:
        plan_id = await carbone(stage)
        await says(stage, f"/start connect-resy-{plan_id}", who="bob")
        assert "Carbone" not in await card(stage, private_of="bob")
        await taps(stage, "E-mail and password", "bob")
        await says(stage, EMAIL, PASSWORD, who="bob")
        assert (await stage.database.read(lambda tx: plans.get(tx, plan_id))).accounts == ()


async def ask_to_mend(stage: Stage, trouble: Trouble, *, plan_id: str | None, account_id: int | None) -> None:
    ann = await guest(stage, "ann")

    needed = MendNeeded(guest_id=ann.id, plan_id=plan_id, account_id=account_id, trouble=trouble)
    await stage.database.write(lambda tx: requests.ask_to_mend(tx, needed, now=stage.clock.now()))
    stage.dispatcher.poke()
    await settle()


async def wait_for_the_guest(stage: Stage, plan_id: str) -> None:
    def wait(tx) -> None:
        plans.move(tx, plan_id, PlanState.NEEDS_GUEST)
        tx.execute(
            tables.jobs.update()
            .where(tables.jobs.c.plan_id == plan_id)
            .values(
                state="needs_guest",
                lease_owner=None,
                lease_until=None,
                due_at=stage.clock.now() + timedelta(days=1),
            )
        )

    await stage.database.write(wait)


async def state_of(stage: Stage, plan_id: str) -> PlanState:
    return (await stage.database.read(lambda tx: plans.get(tx, plan_id))).state


async def test_a_plan_that_waits_for_an_account_goes_on_once_one_is_connected():
    async with staged() as stage:
        await says(stage, "/help")
        plan_id = await carbone(stage)
        await wait_for_the_guest(stage, plan_id)
        await ask_to_mend(stage, Trouble.NOT_CONNECTED, plan_id=plan_id, account_id=None)
        text = await card(stage, private_of="ann")
        assert "Carbone, Thu 24 Dec" in text
        assert "No Resy account is connected" in text
        await taps(stage, "Connect your account")
        await taps(stage, "E-mail and password")
        await says(stage, EMAIL, PASSWORD)
        assert "is connected" in await card(stage, private_of="ann")
        assert await state_of(stage, plan_id) is not PlanState.NEEDS_GUEST


async def test_an_account_that_does_not_open_is_mended_by_signing_in():
    async with staged() as stage:
        await connected(stage)
        plan_id = await carbone(stage)
        (account,) = await theirs(stage)
        await stage.database.write(lambda tx: booked_with(tx, plan_id, account.id))
        await wait_for_the_guest(stage, plan_id)
        await stage.wallet.lost(account.id, accounts.AccountState.EXPIRED)
        stage.dispatcher.poke()
        await settle()
        assert "Resy wants you to sign in again" in await card(stage, private_of="ann")
        await taps(stage, "Sign in again")
        await taps(stage, "E-mail and password")
        await says(stage, EMAIL, PASSWORD)
        assert await state_of(stage, plan_id) is not PlanState.NEEDS_GUEST


async def test_a_card_that_asks_thanks_when_it_was_mended_elsewhere():
    async with staged() as stage:
        await says(stage, "/help")
        plan_id = await carbone(stage)
        await ask_to_mend(stage, Trouble.NOT_CONNECTED, plan_id=plan_id, account_id=None)
        asked = (await stage.fake.messages(private_of="ann"))[-1].id
        await connected(stage)
        now = next(one for one in await stage.fake.messages(private_of="ann") if one.id == asked)
        assert "all is well again" in now.text
        assert now.labels == ()


async def test_a_card_that_asks_for_a_card_on_file_thanks_wherever_that_was_seen():
    async with staged() as stage:
        stage.resy.change(cards=())
        await connected(stage)
        plan_id = await carbone(stage)
        (account,) = await theirs(stage)
        await stage.database.write(lambda tx: booked_with(tx, plan_id, account.id))
        await ask_to_mend(stage, Trouble.NO_CARD, plan_id=plan_id, account_id=account.id)
        assert "has no card on file" in await card(stage, private_of="ann")
        stage.resy.change(cards=(VISA,))
        await stage.wallet.looked_at(account.id, await stage.resy.look_at(account.id))
        await settle()
        assert "all is well again" in await card(stage, private_of="ann")


async def test_the_card_of_the_accounts_says_at_once_that_one_does_not_open_any_more():
    async with staged() as stage:
        await connected(stage)
        before = await card(stage, private_of="ann")
        shown = (await stage.fake.messages(private_of="ann"))[-1].id
        (account,) = await theirs(stage)
        await stage.wallet.lost(account.id, accounts.AccountState.EXPIRED)
        await settle()
        now = next(one for one in await stage.fake.messages(private_of="ann") if one.id == shown)
        assert now.text != before
        assert "Sign in again" in now.labels


async def test_a_missing_card_is_mended_by_adding_one():
    async with staged() as stage:
        stage.resy.change(cards=())
        await connected(stage)
        plan_id = await carbone(stage)
        (account,) = await theirs(stage)
        await stage.database.write(lambda tx: booked_with(tx, plan_id, account.id))
        await wait_for_the_guest(stage, plan_id)
        await ask_to_mend(stage, Trouble.NO_CARD, plan_id=plan_id, account_id=account.id)
        text = await card(stage, private_of="ann")
        assert "Resy has no card on file for Ann Example" in text
        assert "https://resy.example/account" in text
        await taps(stage, "I added a card: check")
        assert "There is no card on file yet" in await toast(stage, "ann")
        assert await state_of(stage, plan_id) is PlanState.NEEDS_GUEST
        stage.resy.change(cards=(VISA,))
        await stage.time.advance(timedelta(seconds=5))
        await taps(stage, "I added a card: check")
        assert "all is well again" in await card(stage, private_of="ann")
        assert await state_of(stage, plan_id) is not PlanState.NEEDS_GUEST


async def test_a_friend_mends_what_is_theirs_in_somebody_elses_plan():
    async with staged() as stage:
        await connected(stage)
        plan_id = await carbone(stage, "bob")
        (account,) = await theirs(stage)
        await stage.database.write(lambda tx: booked_with(tx, plan_id, account.id))
        stage.resy.change(cards=())
        await stage.wallet.looked_at(account.id, await stage.resy.look_at(account.id))
        await ask_to_mend(stage, Trouble.NO_CARD, plan_id=plan_id, account_id=account.id)
        stage.resy.change(cards=(VISA,))
        await taps(stage, "I added a card: check")
        assert "all is well again" in await card(stage, private_of="ann")


async def test_what_is_to_be_mended_for_a_plan_that_is_over_settles_itself():
    async with staged() as stage:
        await says(stage, "/help")
        plan_id = await carbone(stage)
        await ask_to_mend(stage, Trouble.NOT_CONNECTED, plan_id=plan_id, account_id=None)
        ann = await guest(stage, "ann")
        await stage.database.write(lambda tx: cancelling.cancel(tx, plan_id, by=ann, now=stage.clock.now()))
        stage.feed.poke()
        await settle()
        assert "settled itself" in await card(stage, private_of="ann")


def _fields(member: Member) -> dict[str, object]:
    return {name: getattr(member, name) for name in member.__dataclass_fields__}
