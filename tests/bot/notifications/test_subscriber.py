"""What people are told of a fact: once, however often it is heard, and nothing of what is gone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import Connection, Row, delete, select

from bot.notifications.news import MissedNews, ReleasedNews, load_news
from core import members
from core.domain import fact as facts_there_are
from core.domain.account import AccountState
from core.domain.booking import GuestAction
from core.domain.fact import (
    AccountConnected,
    AccountLost,
    DropSeen,
    Fact,
    FriendJoined,
    FriendLeft,
    GuestJudged,
    GuestNeeded,
    GuestVouchedFor,
    MendNeeded,
    PlanArmed,
    PlanChanged,
    PlanLost,
    PlanMoved,
    PlanTroubled,
    TableBooked,
    TableReadBack,
    TableReleased,
    TableUnlisted,
)
from core.domain.guest import Guest, GuestState
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.reservation import Reservation
from core.domain.trouble import Trouble
from core.domain.venue import VenueRef
from core.persistence import chats, dialogues, guests, plans, reservations, tables
from core.persistence.facts import Recorded
from core.plans import arming, cancelling, circle, friends
from tests.core.plans.evening import DROP, NOW, WISH, arm, lose, meet
from tests.dialogues.acting import lurk
from tests.expect import present
from tests.facts import notifications
from tests.fakes.own_accounts import connect
from tests.stage import Stage

AT = DROP + timedelta(seconds=1)
SECRET = b"s" * 32


def door(tx: Connection, who: str) -> int:
    """A private chat with them is open."""
    chat = chats.of_place(tx, frontend="fake", external_id=f"dm:{who}", private=True, title="")
    guests.set_dm(tx, "fake", who, chat.id)
    return chat.id


def booked(tx: Connection, plan_id: str = "p1") -> int:
    plan = plans.get(tx, plan_id)
    plans.move(tx, plan_id, PlanState.TRYING)
    plans.move(tx, plan_id, PlanState.BOOKED)
    table = Reservation(
        id="r1",
        venue=plan.wish.venue,
        starts_at=plan.wish.first_at(plan.zone),
        party_size=4,
        confirmation="ABC",
    )
    return reservations.add(tx, plan_id, table, now=AT)


def hear(tx: Connection, fact: Fact, *, at: datetime = AT) -> None:
    notifications().hear(tx, Recorded(id=1, at=at, fact=fact))


def said(tx: Connection) -> list[tuple[str, str]]:
    """Which messages there are, but for cards drawn again: their topics and keys."""
    rows = tx.execute(select(tables.outbox.c.topic, tables.outbox.c.key)).all()
    return sorted((row.topic, row.key) for row in rows)


def news(tx: Connection) -> Sequence[Row[tuple[str]]]:
    return tx.execute(select(tables.outbox.c.subject).where(tables.outbox.c.topic == "news")).all()


def of(plan_id: str, guest: Guest, number: int, account_id: int) -> list[Fact]:
    """One of each kind that is about a plan, a guest or an account."""
    return [
        PlanArmed(plan_id=plan_id),
        PlanChanged(plan_id=plan_id),
        PlanMoved(plan_id=plan_id, state=PlanState.ARMED),
        facts_there_are.PlanHandedOver(plan_id=plan_id, guest_id=guest.id),
        FriendJoined(plan_id=plan_id, guest_id=guest.id),
        FriendLeft(plan_id=plan_id, guest_id=guest.id),
        facts_there_are.PlanCancelled(plan_id=plan_id),
        facts_there_are.AccountLent(plan_id=plan_id, guest_id=guest.id, account_id=account_id),
        facts_there_are.MandateWithdrawn(plan_id=plan_id, guest_id=guest.id, account_id=account_id),
        PlanLost(plan_id=plan_id),
        *(PlanTroubled(plan_id=plan_id, trouble=each) for each in Trouble),
        *(
            GuestNeeded(plan_id=plan_id, action=each, guest_id=guest.id, account_id=account)
            for each in GuestAction
            for account in (None, account_id)
        ),
        TableBooked(plan_id=plan_id, reservation_id=number),
        TableReadBack(plan_id=plan_id, reservation_id=number),
        TableUnlisted(plan_id=plan_id, reservation_id=number),
        TableReleased(plan_id=plan_id, reservation_id=number, guest_id=guest.id),
        MendNeeded(guest_id=guest.id, trouble=Trouble.SIGN_IN, account_id=account_id, plan_id=plan_id),
        MendNeeded(guest_id=guest.id, trouble=Trouble.SIGN_IN, account_id=account_id, plan_id=None),
        AccountConnected(account_id=account_id),
        AccountLost(account_id=account_id, state=AccountState.EXPIRED),
        facts_there_are.AccountSeenOtherwise(account_id=account_id),
        facts_there_are.AccountDisconnected(account_id=account_id),
        GuestJudged(guest_id=guest.id, state=GuestState.APPROVED),
        GuestVouchedFor(guest_id=guest.id),
        facts_there_are.AdminMade(guest_id=guest.id),
        facts_there_are.AdminResigned(guest_id=guest.id),
        facts_there_are.GuestsLinked(guest_id=guest.id, gone_id=guest.id + 1),
        DropSeen(platform="house", venue_id="luna", on=WISH.on),
    ]


def test_the_tests_know_every_kind():
    guest = Guest.__new__(Guest)
    object.__setattr__(guest, "id", 1)
    assert {type(each) for each in of("p", guest, 1, 1)} == set(facts_there_are.Fact.__args__)


async def test_a_fact_that_is_heard_twice_is_told_once(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    for who in ("ann", "bob"):
        door(tx, who)
    arm(tx, ann)
    friends.join(tx, "p1", bob, coming=True, now=NOW)
    mine = connect(tx, ann.id, now=NOW)
    number = booked(tx)
    for fact in of("p1", ann, number, mine):
        hear(tx, fact)
        once = said(tx), len(tx.execute(select(tables.dialogues)).all())
        hear(tx, fact)
        assert (said(tx), len(tx.execute(select(tables.dialogues)).all())) == once, fact


async def test_what_happens_again_later_is_told_again(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    lose(tx)
    hear(tx, PlanLost(plan_id="p1"))
    hear(tx, PlanLost(plan_id="p1"), at=AT + timedelta(hours=1))
    assert len([key for _, key in said(tx) if key.startswith("lost:p1:")]) == 2


async def test_what_is_about_a_plan_that_is_forgotten_is_told_to_nobody(tx):
    ann = meet(tx, "ann")
    door(tx, "ann")
    mine = connect(tx, ann.id, now=NOW)
    for fact in of("gone", ann, 77, mine):
        if "gone" in fact.subject:
            hear(tx, fact)
    assert said(tx) == []


async def test_what_is_about_a_guest_who_turned_out_to_be_another_raises_nothing(tx):
    ann, anna = meet(tx, "ann"), meet(tx, "anna")
    for who in ("ann", "anna"):
        door(tx, who)
    arm(tx, ann)
    theirs = connect(tx, anna.id, now=NOW)
    number = booked(tx)
    members.link(tx, SECRET, members.offer_link(tx, SECRET, ann, now=NOW), anna, now=NOW)
    assert guests.find(tx, anna.id) is None
    for fact in of("p1", anna, number, theirs):
        hear(tx, fact)
    assert dict.fromkeys(key for _, key in said(tx) if f":dm:{anna.id}" in key) == {}


async def test_what_is_about_an_account_and_a_reservation_that_are_gone_raises_nothing(tx):
    ann = meet(tx, "ann")
    door(tx, "ann")
    arm(tx, ann)
    for fact in of("p1", ann, 77, 77):
        hear(tx, fact)
    assert not any("booked" in key for _, key in said(tx))


def shown(tx: Connection, organiser: Guest) -> None:
    """The plan has its card."""
    row = dialogues.DialogueRow(
        id="d1",
        flow="plan",
        chat_id=present(plans.get(tx, "p1").chat_id),
        thread_id=None,
        guest_id=organiser.id,
        plan_id="p1",
        draft="{}",
        card=None,
        message_id=None,
        open=True,
        last_tap="",
        created_at=NOW,
        updated_at=NOW,
    )
    dialogues.save(tx, row)


async def test_who_begins_anew_shows_every_plan_under_way_as_it_is(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    shown(tx, ann)
    notifications().start_over(tx, now=AT)
    assert said(tx) == [("card", "card:d1")]


# Guests who turned out to be others before a fact was heard.


def linked(tx: Connection, keep: Guest, gone: Guest) -> None:
    members.link(tx, SECRET, members.offer_link(tx, SECRET, keep, now=NOW), gone, now=NOW)


def waiting(tx: Connection, prefix: str) -> list[str]:
    return [key for _, key in said(tx) if key.startswith(prefix)]


async def test_who_joined_as_another_is_reminded_as_who_they_are(tx):
    ann, bob, bobby = (meet(tx, who) for who in ("ann", "bob", "bobby"))
    arm(tx, ann)
    booked(tx)
    for who in ("bob", "bobby"):
        door(tx, who)
    friends.join(tx, "p1", bobby, coming=True, now=NOW)
    linked(tx, bob, bobby)
    hear(tx, FriendJoined(plan_id="p1", guest_id=bobby.id))
    assert waiting(tx, "remind:") == [f"remind:p1:{hours}:{bob.id}:" for hours in (24, 2)]


async def test_who_turns_out_to_be_another_is_reminded_once_and_no_more_once_they_leave(tx):
    ann, bob, bobby = (meet(tx, who) for who in ("ann", "bob", "bobby"))
    arm(tx, ann)
    booked(tx)
    for each, who in ((bob, "bob"), (bobby, "bobby")):
        door(tx, who)
        friends.join(tx, "p1", each, coming=True, now=NOW)
        hear(tx, FriendJoined(plan_id="p1", guest_id=each.id))
    assert len(waiting(tx, "remind:")) == 4
    linked(tx, bob, bobby)
    hear(tx, facts_there_are.GuestsLinked(guest_id=bob.id, gone_id=bobby.id))
    assert len(waiting(tx, "remind:")) == 2
    friends.join(tx, "p1", bob, coming=False, now=NOW)
    hear(tx, FriendLeft(plan_id="p1", guest_id=bob.id))
    assert waiting(tx, "remind:") == []


async def test_who_left_as_another_is_reminded_no_more(tx):
    ann, bob, bobby = (meet(tx, who) for who in ("ann", "bob", "bobby"))
    arm(tx, ann)
    booked(tx)
    door(tx, "bobby")
    friends.join(tx, "p1", bobby, coming=True, now=NOW)
    hear(tx, FriendJoined(plan_id="p1", guest_id=bobby.id))
    friends.join(tx, "p1", bobby, coming=False, now=NOW)
    linked(tx, bob, bobby)
    hear(tx, FriendLeft(plan_id="p1", guest_id=bobby.id))
    assert waiting(tx, "remind:") == []


async def test_what_only_another_could_do_is_asked_of_who_they_are(tx):
    ann, bob, bobby = (meet(tx, who) for who in ("ann", "bob", "bobby"))
    door(tx, "bob")
    arm(tx, ann)
    linked(tx, bob, bobby)
    theirs = {"guest_id": bobby.id, "account_id": None}
    hear(tx, MendNeeded(trouble=Trouble.NOT_CONNECTED, plan_id="p1", **theirs))
    (row,) = dialogues.open_of(tx, "mend", bob.id)
    dialogues.save(tx, replace(row, open=False))
    hear(tx, GuestNeeded(plan_id="p1", action=GuestAction.SIGN_IN, **theirs))
    assert [row.guest_id for row in dialogues.open_of(tx, "mend", bob.id)] == [bob.id]


async def test_who_gave_a_table_back_is_called_by_the_name_that_they_have_now(tx):
    ann, bob, bobby = (meet(tx, who) for who in ("ann", "bob", "bobby"))
    arm(tx, ann)
    number = booked(tx)
    linked(tx, bob, bobby)
    hear(tx, TableReleased(plan_id="p1", reservation_id=number, guest_id=bobby.id))
    told = [load_news(row.subject) for row in news(tx)]
    assert {one.by for one in told if isinstance(one, ReleasedNews)} == {"bob"}


async def test_what_was_decided_of_another_is_told_as_far_as_it_holds_still(tx):
    bob, bobby = (meet(tx, who) for who in ("bob", "bobby"))
    door(tx, "bob")
    linked(tx, bob, bobby)
    hear(tx, GuestJudged(guest_id=bobby.id, state=GuestState.DECLINED))
    assert waiting(tx, "judged:") == []
    hear(tx, GuestJudged(guest_id=bobby.id, state=GuestState.APPROVED))
    assert [key.split(":")[1] for key in waiting(tx, "judged:")] == [str(bob.id)]


# What it could not make anything of.


def miss(tx: Connection, fact: Fact) -> None:
    notifications().missed(tx, Recorded(id=1, at=AT, fact=fact), now=AT)


async def test_every_admin_is_told_once_of_what_could_not_be_told_and_the_card_is_as_things_stand(tx):
    ann, bob, cas = (meet(tx, who) for who in ("ann", "bob", "cas"))
    for who in ("ann", "bob", "cas"):
        door(tx, who)
    arm(tx, cas)
    shown(tx, cas)
    mine = connect(tx, cas.id, now=NOW)
    number = booked(tx)
    for each in (ann, bob):
        guests.set_admin(tx, each.id, is_admin=True)
    for fact in of("p1", cas, number, mine):
        tx.execute(delete(tables.outbox))
        miss(tx, fact)
        once = said(tx)
        private = [key for topic, key in once if topic == "news"]
        assert [key.rpartition(":dm:")[2] for key in private] == [str(ann.id), str(bob.id)], fact
        assert (("card", "card:d1") in once) is (fact.subject == "plan:p1"), fact
        (about,) = {load_news(row.subject) for row in news(tx)}
        assert isinstance(about, MissedNews)
        if fact.subject == "plan:p1":
            assert about.plan_id == "p1"
        elif not isinstance(fact, DropSeen):
            assert about.guest_id == cas.id
        miss(tx, fact)
        assert said(tx) == once, fact


async def test_what_is_missed_about_what_is_gone_is_said_all_the_same(tx):
    ann = meet(tx, "ann")
    door(tx, "ann")
    guests.set_admin(tx, ann.id, is_admin=True)
    for fact in (PlanLost(plan_id="gone"), AccountConnected(account_id=77), GuestVouchedFor(guest_id=77)):
        tx.execute(delete(tables.outbox))
        miss(tx, fact)
        assert len(news(tx)) == 1


# A plan that did not begin in a chat.


@pytest.fixture
async def stage():
    async with Stage() as one:
        await lurk(one.fake, "ann", "bob")
        yield one


def seen(tx: Connection, who: str) -> Guest:
    return guests.get(tx, present(guests.sign_in(tx, "fake", who)).guest_id)


async def armed_elsewhere(stage: Stage) -> Plan:
    luna = await stage.house.venue(VenueRef(platform="house", id="casa-luna"))
    wish = Wish(venue=luna.ref, on=date(2026, 12, 22), party_size=4, times=(time(19), time(19, 30)))

    def write(tx: Connection) -> Plan:
        ann, bob = (seen(tx, who) for who in ("ann", "bob"))
        plan = arming.arm(
            tx,
            plan_id="elsewhere",
            organiser=ann,
            chat_id=None,
            thread_id=None,
            venue=luna,
            wish=wish,
            watching=False,
            now=stage.clock.now(),
        )
        friends.join(tx, plan.id, bob, coming=True, now=stage.clock.now())
        return plan

    plan = await stage.database.write(write)
    stage.feed.poke()
    stage.worker._wake.now()
    return plan


async def test_a_plan_without_a_chat_is_told_of_to_each_of_its_people_in_private(stage):
    before = len(stage.fake.frontend.messages)
    plan = await armed_elsewhere(stage)
    await stage.time.run_until(datetime(2026, 12, 1, 14, 1, tzinfo=UTC))
    kept = present(await stage.database.read(lambda tx: reservations.live_of_plan(tx, plan.id)))
    told = stage.fake.frontend.messages[before:]
    assert sorted(one.place.chat_id for one in told) == ["dm:ann", "dm:bob"], (
        "and no report, which is a chat's"
    )
    assert [one.card for one in told] == [None, None]
    assert all("Casa Luna" in one.text.plain(now=stage.clock.now()) for one in told)

    evening = kept.reservation.starts_at
    await stage.time.run_until(evening - timedelta(hours=23))
    reminded = stage.fake.frontend.messages[before + 2 :]
    assert sorted(one.place.chat_id for one in reminded) == ["dm:ann", "dm:bob"]
    assert [one.card for one in reminded] == [None, None]

    def release(tx: Connection) -> None:
        cancelling.released(tx, kept, by=seen(tx, "bob"), now=stage.clock.now())

    await stage.database.write(release)
    stage.feed.poke()
    await stage.time.run_until(evening)
    gone = stage.fake.frontend.messages[before + 4 :]
    assert sorted(one.place.chat_id for one in gone) == ["dm:ann", "dm:bob"], (
        "the second reminder is taken back"
    )
    assert all("Bob" in one.text.plain(now=stage.clock.now()) for one in gone)


async def test_without_a_chat_friends_and_accounts_alone_make_a_circle(tx):
    ann, bob, cas = (meet(tx, who) for who in ("ann", "bob", "cas"))

    def elsewhere(plan_id: str, organiser: Guest) -> Plan:
        return arm(tx, organiser, plan_id, chat_id=None)

    one, other = elsewhere("p1", ann), elsewhere("p2", bob)
    assert plans.of_circle(tx, one) == [], "two plans without a chat are not of one"
    assert circle.first_of(tx, other) is None
    friends.join(tx, "p1", cas, coming=True, now=NOW)
    friends.join(tx, "p2", cas, coming=True, now=NOW)
    one, other = plans.get(tx, "p1"), plans.get(tx, "p2")
    assert [each.id for each in plans.of_circle(tx, one)] == ["p2"]
    assert present(circle.first_of(tx, other)).id == "p1"
