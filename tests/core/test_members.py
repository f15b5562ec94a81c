"""The words admins have over guests, and one human on two networks."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from core import members
from core.domain.guest import Guest, GuestState
from core.domain.plan import Plan, Wish
from core.domain.plan_state import PlanState
from core.domain.venue import Venue, VenueRef
from core.errors import CodeInvalid, LastAdmin
from core.persistence import chats, favourites, guests, plans
from tests.expect import present
from tests.fakes.database import InlineDatabase

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
SECRET = b"s" * 32
LUNA = Venue(ref=VenueRef(platform="house", id="luna"), name="Casa Luna", zone="UTC")
BISTRO = Venue(ref=VenueRef(platform="house", id="bistro"), name="Bistro", zone="UTC")


@pytest.fixture
async def tx():
    """A transaction that every step of a test shares."""
    database = InlineDatabase()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        yield connection
        connection.exec_driver_sql("ROLLBACK")
    await database.aclose()


def meet(tx, who: str, *, frontend: str = "fake", state: GuestState = GuestState.PENDING) -> Guest:
    known = guests.meet(
        tx, frontend=frontend, account_id=who, name=who.title(), handle=who, origin="", now=NOW
    )
    guests.set_state(tx, known.id, state)
    return guests.get(tx, known.id)


def admin(tx, who: str) -> Guest:
    members.make_admin(tx, meet(tx, who), now=NOW)
    return meet(tx, who, state=GuestState.APPROVED)


def plan(tx, plan_id: str, organiser: Guest, *friends: Guest) -> None:
    chat = chats.of_place(tx, frontend="fake", external_id="group", private=False, title="")
    plans.add(
        tx,
        Plan(
            id=plan_id,
            organiser_id=organiser.id,
            chat_id=chat.id,
            thread_id=None,
            wish=Wish(venue=LUNA.ref, on=NOW.date(), party_size=2, times=(time(19),)),
            venue_name="Casa Luna",
            zone="UTC",
            state=PlanState.ARMED,
            created_at=NOW,
            friends=(organiser.id, *(friend.id for friend in friends)),
        ),
    )


def offered(tx) -> str:
    """A claim code."""
    return present(members.offer_claim(tx, SECRET, now=NOW))


def test_a_code_is_easy_to_read_out():
    codes = {members.new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 9 and code[4] == "-" for code in codes)
    assert not set("".join(codes)) & set("0O1IL")


def test_of_a_code_only_a_keyed_digest_is_kept():
    assert members.digest(SECRET, "KX7M-2QRA") == members.digest(SECRET, " kx7m 2qra")
    assert members.digest(SECRET, "KX7M-2QRA") != members.digest(b"t" * 32, "KX7M-2QRA")
    assert "KX7M" not in members.digest(SECRET, "KX7M-2QRA")


async def test_a_code_is_spent_by_its_first_use(tx):
    code = offered(tx)
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    members.claim(tx, SECRET, code, ann, now=NOW)
    with pytest.raises(CodeInvalid):
        members.claim(tx, SECRET, code, bob, now=NOW)


async def test_a_newer_claim_code_ends_the_older_one(tx):
    older, newer = offered(tx), offered(tx)
    ann = meet(tx, "ann")
    with pytest.raises(CodeInvalid):
        members.claim(tx, SECRET, older, ann, now=NOW)
    members.claim(tx, SECRET, newer, ann, now=NOW)


async def test_no_claim_code_is_offered_once_there_is_an_admin(tx):
    admin(tx, "ann")
    assert members.offer_claim(tx, SECRET, now=NOW) is None


async def test_a_code_opens_only_what_it_was_made_for(tx):
    claim = offered(tx)
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    with pytest.raises(CodeInvalid):
        members.link(tx, SECRET, claim, bob, now=NOW)
    with pytest.raises(CodeInvalid):
        members.claim(tx, SECRET, members.offer_link(tx, SECRET, ann, now=NOW), bob, now=NOW)


@pytest.mark.parametrize(("after", "opens"), [(timedelta(minutes=9), True), (timedelta(minutes=10), False)])
async def test_a_link_code_lasts_ten_minutes(tx, after, opens):
    ann, bob = meet(tx, "ann"), meet(tx, "bob", frontend="other")
    code = members.offer_link(tx, SECRET, ann, now=NOW)
    if opens:
        assert members.link(tx, SECRET, code, bob, now=NOW + after).id == ann.id
    else:
        with pytest.raises(CodeInvalid):
            members.link(tx, SECRET, code, bob, now=NOW + after)


async def test_judging_twice_is_judging_once(tx):
    admin(tx, "ann")
    bob = meet(tx, "bob")
    assert members.judge(tx, bob, GuestState.APPROVED, now=NOW)
    assert not members.judge(tx, bob, GuestState.APPROVED, now=NOW)


async def test_somebody_has_to_remain_an_admin(tx):
    ann = admin(tx, "ann")
    for state in (GuestState.BLOCKED, GuestState.DECLINED):
        with pytest.raises(LastAdmin):
            members.judge(tx, ann, state, now=NOW)
    with pytest.raises(LastAdmin):
        members.resign(tx, ann, now=NOW)
    bob = admin(tx, "bob")
    members.judge(tx, ann, GuestState.BLOCKED, now=NOW)
    assert [one.id for one in guests.admins(tx)] == [bob.id]


STANDINGS = [
    (GuestState.APPROVED, GuestState.PENDING, GuestState.APPROVED),
    (GuestState.PENDING, GuestState.APPROVED, GuestState.APPROVED),
    (GuestState.PENDING, GuestState.DECLINED, GuestState.PENDING),
    (GuestState.BLOCKED, GuestState.APPROVED, GuestState.BLOCKED),
    (GuestState.APPROVED, GuestState.BLOCKED, GuestState.BLOCKED),
]


@pytest.mark.parametrize(("asked", "spoke", "together"), STANDINGS)
async def test_the_better_standing_counts_and_being_blocked_beats_everything(tx, asked, spoke, together):
    ann, bob = meet(tx, "ann", state=asked), meet(tx, "ann", frontend="other", state=spoke)
    members.link(tx, SECRET, members.offer_link(tx, SECRET, ann, now=NOW), bob, now=NOW)
    assert guests.get(tx, ann.id).state is together
    assert guests.find(tx, bob.id) is None


async def test_an_admin_stays_one_whoever_of_the_two_was_it(tx):
    ann = meet(tx, "ann", frontend="other", state=GuestState.APPROVED)
    boss = admin(tx, "boss")
    members.link(tx, SECRET, members.offer_link(tx, SECRET, ann, now=NOW), boss, now=NOW)
    assert [one.id for one in guests.admins(tx)] == [ann.id]


async def test_favourites_of_two_become_no_more_than_one_guest_may_have(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "ann", frontend="other")
    for who in (ann, bob):
        for number in range(80):
            ref = VenueRef(platform="house", id=f"{who.id}-{number}")
            favourites.add(tx, who.id, replace(LUNA, ref=ref), now=NOW)
    members.link(tx, SECRET, members.offer_link(tx, SECRET, ann, now=NOW), bob, now=NOW)
    kept = favourites.of(tx, ann.id)
    assert len(kept) == favourites.MOST
    assert sum(one.ref.id.startswith(f"{ann.id}-") for one in kept) == 80
    assert not favourites.of(tx, bob.id)


async def test_everything_of_one_becomes_the_others(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "ann", frontend="other")
    cas = meet(tx, "cas")
    plan(tx, "p1", bob, ann)
    plan(tx, "p2", cas, bob)
    for who, venue in ((ann, LUNA), (bob, LUNA), (bob, BISTRO)):
        favourites.add(tx, who.id, venue, now=NOW)
    members.link(tx, SECRET, members.offer_link(tx, SECRET, ann, now=NOW), bob, now=NOW)
    assert plans.get(tx, "p1").organiser_id == ann.id
    assert plans.get(tx, "p1").friends == (ann.id,)
    assert ann.id in plans.get(tx, "p2").friends
    assert {venue.name for venue in favourites.of(tx, ann.id)} == {"Casa Luna", "Bistro"}
    assert {one.frontend for one in guests.sign_ins_of(tx, ann.id)} == {"fake", "other"}


async def test_a_friends_no_outlives_linking(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "ann", frontend="other")
    cas = meet(tx, "cas")
    plan(tx, "p1", cas, bob)
    plans.set_coming(tx, "p1", bob.id, coming=False)
    members.link(tx, SECRET, members.offer_link(tx, SECRET, ann, now=NOW), bob, now=NOW)
    assert plans.get(tx, "p1").friends == (cas.id,)


async def test_ones_own_code_links_nothing(tx):
    ann = meet(tx, "ann")
    with pytest.raises(CodeInvalid):
        members.link(tx, SECRET, members.offer_link(tx, SECRET, ann, now=NOW), ann, now=NOW)
