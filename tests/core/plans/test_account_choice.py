"""Whose accounts book for a plan, and terms that somebody has to accept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from core import members
from core.domain.account import AccountState
from core.domain.booking import GuestAction, NeedsGuest
from core.domain.drop import DropRule
from core.domain.fact import Fact, MandateWithdrawn
from core.domain.guest import Guest, GuestState
from core.domain.job_state import JobState
from core.domain.mandate import Mandate
from core.domain.outcome import Reason
from core.domain.plan import Wish
from core.domain.plan_state import PlanState
from core.domain.terms import ANY_LATE_FEE, Ceiling, Money, Terms
from core.domain.venue import Venue, VenueRef
from core.errors import NotConnected, NotYours, PlanBusy, PlanOver
from core.persistence import accounts, chats, facts, guests, job_leases, jobs, mandates, plans
from core.persistence.facts import Position
from core.plans import account_choice, arming, cancelling, friends, terms_acceptance
from tests.expect import present
from tests.fakes.own_accounts import connect

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
RULE = DropRule(days_ahead=21, at=time(9), zone="America/New_York")
CARBONE = Venue(
    ref=VenueRef(platform="fake", id="carbone"), name="Carbone", zone="America/New_York", drop=RULE
)
WISH = Wish(venue=CARBONE.ref, on=date(2026, 12, 24), party_size=4, times=(time(19, 30),))
PREPAID = Terms(prepaid=Money(amount=Decimal(95), currency="USD"))
SECRET = b"s" * 32


def meet(tx, who: str) -> Guest:
    known = guests.meet(tx, frontend="fake", account_id=who, name=who, handle=who, origin="", now=NOW)
    guests.set_state(tx, known.id, GuestState.APPROVED)
    return guests.get(tx, known.id)


def arm(tx, organiser: Guest, account_ids=(), *, now: datetime = NOW, **fields):
    chat = chats.of_place(tx, frontend="fake", external_id="group", private=False, title="")
    given = {"plan_id": "p1", "venue": CARBONE, "wish": WISH, "watching": False} | fields
    return arming.arm(
        tx,
        organiser=organiser,
        chat_id=chat.id,
        thread_id=None,
        account_ids=account_ids,
        now=now,
        **given,
    )


def take_in_hand(tx, *, fire_with: int | None = None):
    """A worker has the job in hand; with `fire_with`, its call is out."""
    job = present(jobs.live_of(tx, "p1"))
    lease = timedelta(seconds=15)
    (claimed,) = job_leases.claim_due(
        tx, owner="w", now=job.due_at, horizon=timedelta(0), lease=lease, limit=1
    )
    if fire_with is not None:
        jobs.fire(tx, claimed.id, claimed.fence, fire_with, now=job.due_at)
    return claimed


def used(tx) -> list[int | None]:
    return [one.booker.account_id for one in usable(tx)]


def usable(tx) -> Sequence[Mandate]:
    return mandates.usable(tx, plans.get(tx, "p1"), own_accounts=True)


def said_by(tx, guest: Guest) -> mandates.Given:
    (said,) = (one for one in mandates.of_plan(tx, "p1") if one.guest_id == guest.id)
    return said


async def test_the_newest_account_books_unless_another_is_chosen(tx):
    ann = meet(tx, "ann")
    old, new = (connect(tx, ann.id, number=each, now=NOW + timedelta(days=int(each))) for each in ("1", "2"))
    assert account_choice.chosen_by(tx, ann, "fake", None) == (new,)
    assert account_choice.chosen_by(tx, ann, "fake", old) == (old,)
    assert account_choice.chosen_by(tx, ann, "house", None) == ()


async def test_nobody_chooses_anothers_account_or_one_that_opens_no_more(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    bobs = connect(tx, bob.id, now=NOW)
    dead = connect(tx, ann.id, number="2", state=AccountState.EXPIRED, now=NOW)
    assert account_choice.chosen_by(tx, ann, "fake", bobs) == ()
    assert account_choice.chosen_by(tx, ann, "fake", dead) == ()


async def test_what_is_booked_at_once_needs_an_account(tx):
    ann = meet(tx, "ann")
    with pytest.raises(NotConnected):
        arm(tx, ann, venue=replace(CARBONE, drop=None))


async def test_a_later_drop_is_armed_without_one_which_is_used_up_to_what_was_said_then(tx):
    ann = meet(tx, "ann")
    arm(tx, ann)
    assert used(tx) == []
    mine = connect(tx, ann.id, now=NOW)
    account_choice.add(tx, plans.get(tx, "p1"), accounts.get(tx, mine), now=NOW)
    assert used(tx) == [mine]
    assert len(mandates.of_plan(tx, "p1")) == 1


async def test_friends_stand_by_in_the_order_in_which_they_offered(tx):
    ann, bob, cas = (meet(tx, who) for who in ("ann", "bob", "cas"))
    mine, cass, bobs = (connect(tx, one.id, now=NOW) for one in (ann, cas, bob))
    arm(tx, ann, (mine,))
    account_choice.lend(tx, "p1", cas, now=NOW)
    account_choice.lend(tx, "p1", bob, now=NOW)
    account_choice.lend(tx, "p1", cas, now=NOW)
    assert used(tx) == [mine, cass, bobs]


async def test_who_lends_to_a_plan_without_a_chosen_account_comes_after_the_organiser(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann)
    mine, bobs = connect(tx, ann.id, now=NOW), connect(tx, bob.id, now=NOW)
    account_choice.lend(tx, "p1", bob, now=NOW)
    assert used(tx) == [bobs], "an account of Ann's is used when she says so"
    account_choice.lend(tx, "p1", ann, now=NOW)
    assert used(tx) == [mine, bobs]


async def test_nobody_lends_what_they_do_not_have_or_to_what_is_over(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann, (connect(tx, ann.id, now=NOW),))
    with pytest.raises(NotConnected):
        account_choice.lend(tx, "p1", bob, now=NOW)
    cancelling.cancel(tx, "p1", by=ann, now=NOW)
    connect(tx, bob.id, now=NOW)
    with pytest.raises(PlanOver):
        account_choice.lend(tx, "p1", bob, now=NOW)


async def test_an_account_is_taken_back_unless_it_is_the_only_one_or_in_use(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    mine, bobs = connect(tx, ann.id, now=NOW), connect(tx, bob.id, now=NOW)
    arm(tx, ann, (mine,))
    assert not account_choice.take_back(tx, "p1", ann, now=NOW)
    account_choice.lend(tx, "p1", bob, now=NOW)
    take_in_hand(tx, fire_with=mine)
    with pytest.raises(PlanBusy):
        account_choice.take_back(tx, "p1", bob, now=NOW)
    assert used(tx) == [mine, bobs]


async def test_a_job_in_hand_begins_anew_when_its_accounts_change(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    mine = connect(tx, ann.id, now=NOW)
    arm(tx, ann, (mine,))
    connect(tx, bob.id, now=NOW)
    claimed = take_in_hand(tx)
    account_choice.lend(tx, "p1", bob, now=NOW)
    job = present(jobs.live_of(tx, "p1"))
    assert (job.state, job.lease_owner) == (JobState.WAITING, None)
    assert job.fence > claimed.fence, "whoever has it in hand can't call any more"


async def test_a_new_organiser_is_booked_for_when_they_say_so_and_the_one_before_stands_by(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    mine, bobs = connect(tx, ann.id, now=NOW), connect(tx, bob.id, now=NOW)
    arm(tx, ann, (mine,))
    friends.join(tx, "p1", bob, coming=True, now=NOW)
    friends.hand_over(tx, "p1", by=ann, to=bob.id, now=NOW)
    assert used(tx) == [mine], "Bob has said nothing of his account"
    account_choice.lend(tx, "p1", bob, now=NOW)
    assert used(tx) == [bobs, mine]
    friends.join(tx, "p1", ann, coming=False, now=NOW)
    assert used(tx) == [bobs], "who does not come lends nothing"


async def test_a_change_of_venue_leaves_the_accounts_of_another_platform_behind(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann, (connect(tx, ann.id, now=NOW),))
    connect(tx, bob.id, now=NOW)
    account_choice.lend(tx, "p1", bob, now=NOW)
    luna = replace(CARBONE, ref=VenueRef(platform="house", id="luna"))
    arming.change(tx, "p1", by=ann, venue=luna, wish=replace(WISH, venue=luna.ref), watching=False, now=NOW)
    assert plans.get(tx, "p1").accounts == ()


async def test_guests_who_turn_out_to_be_one_keep_their_accounts_on_the_plan(tx):
    ann, anna = meet(tx, "ann"), meet(tx, "anna")
    mine, annas = connect(tx, ann.id, now=NOW), connect(tx, anna.id, now=NOW)
    arm(tx, ann, (mine,))
    account_choice.lend(tx, "p1", anna, now=NOW)
    code = members.offer_link(tx, SECRET, ann, now=NOW)
    members.link(tx, SECRET, code, anna, now=NOW)
    bookers = [one.booker for one in usable(tx)]
    assert [(one.guest_id, one.account_id) for one in bookers] == [(ann.id, mine), (ann.id, annas)]


# What the plan waits for.


def needing(tx, account_id: int | None, needs: NeedsGuest) -> None:
    claimed = take_in_hand(tx, fire_with=account_id)
    jobs.move(tx, claimed.id, claimed.fence, JobState.NEEDS_GUEST, needs=needs, now=NOW)
    plans.move(tx, "p1", PlanState.NEEDS_GUEST)


async def test_a_plan_goes_on_once_its_account_is_mended_for_a_minute_at_least(tx):
    ann = meet(tx, "ann")
    mine = connect(tx, ann.id, now=NOW)
    arm(tx, ann, (mine,))
    needing(tx, mine, NeedsGuest(action=GuestAction.SIGN_IN))
    late = RULE.drop_of(WISH.on) + timedelta(minutes=10)
    assert account_choice.mended(tx, "p1", now=late)
    job = present(jobs.live_of(tx, "p1"))
    assert (job.state, job.due_at, job.until) == (JobState.WAITING, late, late + account_choice.TRIES_ON)
    assert plans.get(tx, "p1").state is PlanState.ARMED
    assert not account_choice.mended(tx, "p1", now=late)


async def test_a_plan_whose_accounts_are_dead_takes_the_organisers_newest(tx):
    ann = meet(tx, "ann")
    dead = connect(tx, ann.id, state=AccountState.EXPIRED, now=NOW)
    arm(tx, ann, (dead,))
    new = connect(tx, ann.id, number="2", now=NOW)
    assert used(tx) == []
    account_choice.mended(tx, "p1", now=NOW)
    assert used(tx) == [new]


async def test_only_whose_money_it_is_accepts_the_terms_and_exactly_those(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann, (connect(tx, ann.id, now=NOW),))
    bobs = connect(tx, bob.id, now=NOW)
    account_choice.lend(tx, "p1", bob, now=NOW)
    needing(tx, bobs, NeedsGuest(action=GuestAction.ACCEPT_TERMS, terms=PREPAID))
    for by in (ann, replace(meet(tx, "cas"), is_admin=True)):
        with pytest.raises(NotYours):
            terms_acceptance.accept(tx, "p1", by=by, now=NOW)
    terms_acceptance.accept(tx, "p1", by=bob, now=NOW)
    ceiling = said_by(tx, bob).ceiling
    assert ceiling.allows(PREPAID)
    assert not said_by(tx, ann).ceiling.allows(PREPAID), "what Bob agrees to pay, Ann does not"
    assert not ceiling.allows(Terms(prepaid=Money(amount=Decimal(96), currency="USD")))
    assert present(jobs.live_of(tx, "p1")).state is JobState.WAITING
    with pytest.raises(PlanOver):
        terms_acceptance.accept(tx, "p1", by=bob, now=NOW)


async def test_an_account_that_is_mended_accepts_no_terms(tx):
    ann = meet(tx, "ann")
    mine = connect(tx, ann.id, now=NOW)
    arm(tx, ann, (mine,))
    needing(tx, mine, NeedsGuest(action=GuestAction.ACCEPT_TERMS, terms=PREPAID))
    assert not account_choice.mended(tx, "p1", now=NOW)
    assert present(jobs.live_of(tx, "p1")).state is JobState.NEEDS_GUEST


async def test_declining_ends_the_plan_with_a_reason(tx):
    ann = meet(tx, "ann")
    mine = connect(tx, ann.id, now=NOW)
    arm(tx, ann, (mine,))
    needing(tx, mine, NeedsGuest(action=GuestAction.ACCEPT_TERMS, terms=PREPAID))
    with pytest.raises(NotYours):
        terms_acceptance.decline(tx, "p1", by=meet(tx, "bob"), now=NOW)
    terms_acceptance.decline(tx, "p1", by=ann, now=NOW)
    assert plans.get(tx, "p1").state is PlanState.LOST
    assert jobs.of_plan(tx, "p1")[-1].reason is Reason.TERMS_DECLINED


async def test_a_ceiling_without_a_limit_still_asks_about_what_is_taken_at_once():
    anything = Ceiling()
    assert anything.allows(Terms(late_fee=Money(amount=Decimal(500), currency="USD")))
    assert not anything.allows(PREPAID)


async def test_who_does_not_come_is_not_booked_for_even_as_the_only_one(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    arm(tx, ann)
    connect(tx, bob.id, now=NOW)
    account_choice.lend(tx, "p1", bob, now=NOW)
    assert len(used(tx)) == 1
    friends.join(tx, "p1", bob, coming=False, now=NOW)
    assert used(tx) == []


# Whose word it is.

EIGHT = replace(WISH, party_size=8)


def changed(tx, by: Guest, wish: Wish = EIGHT, *, ceiling: Ceiling = ANY_LATE_FEE) -> None:
    theirs = account_choice.chosen_by(tx, by, "fake", None)
    arming.change(
        tx,
        "p1",
        by=by,
        venue=CARBONE,
        wish=wish,
        watching=False,
        account_ids=theirs,
        ceiling=ceiling,
        now=NOW,
    )


async def test_a_change_that_a_lender_did_not_speak_of_is_not_booked_with_theirs_before_they_say_so(tx):
    cas, bob = meet(tx, "cas"), meet(tx, "bob")
    mine, bobs = connect(tx, cas.id, now=NOW), connect(tx, bob.id, now=NOW)
    arm(tx, cas, (mine,))
    account_choice.lend(tx, "p1", bob, now=NOW)
    changed(tx, cas)
    assert used(tx) == [mine]
    asked = [one for one in heard(tx) if isinstance(one, MandateWithdrawn)]
    assert [(one.guest_id, one.account_id) for one in asked] == [(bob.id, bobs)]
    account_choice.say_again(tx, "p1", bob, wish=EIGHT, now=NOW)
    assert used(tx) == [mine, bobs]
    assert said_by(tx, bob).version == 2


async def test_a_change_within_what_was_spoken_of_asks_nobody(tx):
    cas, bob = meet(tx, "cas"), meet(tx, "bob")
    mine, bobs = connect(tx, cas.id, now=NOW), connect(tx, bob.id, now=NOW)
    arm(tx, cas, (mine,), wish=replace(WISH, times=(time(19), *WISH.times)))
    account_choice.lend(tx, "p1", bob, now=NOW)
    changed(tx, cas, WISH)
    assert used(tx) == [mine, bobs]
    assert not any(isinstance(one, MandateWithdrawn) for one in heard(tx))


async def test_whatever_the_organiser_lets_it_cost_a_lender_pays_up_to_what_they_said(tx):
    cas, bob = meet(tx, "cas"), meet(tx, "bob")
    connect(tx, bob.id, now=NOW)
    arm(tx, cas, (connect(tx, cas.id, now=NOW),))
    account_choice.lend(tx, "p1", bob, now=NOW)
    changed(tx, cas, WISH, ceiling=ANY_LATE_FEE)
    fee = Terms(late_fee=Money(amount=Decimal(500), currency="USD"))
    theirs, bobs = usable(tx)
    assert theirs.ceiling.allows(fee)
    assert not bobs.ceiling.allows(fee), "Bob lets a table cost 25 at most"


async def test_an_organiser_who_chooses_another_account_is_not_booked_for_with_the_one_before(tx):
    ann = meet(tx, "ann")
    old, new = (connect(tx, ann.id, number=each, now=NOW + timedelta(days=int(each))) for each in ("1", "2"))
    arm(tx, ann, (old,))
    changed(tx, ann)
    assert used(tx) == [new]
    assert [one.account_id for one in mandates.of_plan(tx, "p1")] == [new], "nobody is asked about it again"


async def test_a_plan_that_changes_as_somebody_lends_or_accepts_is_not_what_they_said_yes_to(tx):
    ann, bob = meet(tx, "ann"), meet(tx, "bob")
    mine = connect(tx, ann.id, now=NOW)
    connect(tx, bob.id, now=NOW)
    arm(tx, ann, (mine,), wish=EIGHT)
    account_choice.lend(tx, "p1", bob, wish=WISH, now=NOW)
    assert used(tx) == [mine], "Bob saw a table for four"
    needing(tx, mine, NeedsGuest(action=GuestAction.ACCEPT_TERMS, terms=PREPAID))
    with pytest.raises(PlanBusy):
        terms_acceptance.accept(tx, "p1", by=ann, seen=Terms(), now=NOW)
    terms_acceptance.accept(tx, "p1", by=ann, seen=PREPAID, now=NOW)
    assert said_by(tx, ann).ceiling.allows(PREPAID)


async def test_an_admin_who_changes_a_plan_speaks_for_nobodys_account(tx):
    cas, admin = meet(tx, "cas"), replace(meet(tx, "ann"), is_admin=True)
    mine = connect(tx, cas.id, now=NOW)
    connect(tx, admin.id, now=NOW)
    arm(tx, cas, (mine,))
    changed(tx, admin)
    assert used(tx) == []
    assert not said_by(tx, cas).stands
    account_choice.say_again(tx, "p1", cas, wish=WISH, now=NOW)
    assert used(tx) == [], "she said so of a plan that it is not any more"
    account_choice.say_again(tx, "p1", cas, wish=EIGHT, now=NOW)
    assert used(tx) == [mine]


def heard(tx) -> list[Fact]:
    return [one.fact for one in facts.read(tx, Position(), limit=100).facts]
