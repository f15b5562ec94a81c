"""Whatever happens to a plan, in whatever order: it is booked in nobody's name beyond what that guest said."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from decimal import Decimal
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core import members
from core.domain.booking import GuestAction, NeedsGuest
from core.domain.guest import Guest
from core.domain.job_state import JobState
from core.domain.plan import Wish
from core.domain.plan_state import PlanState
from core.domain.terms import Ceiling, Money, Terms
from core.domain.usual_limit import usual_ceiling
from core.errors import FourtopError
from core.persistence import accounts, guests, jobs, mandates, plans
from core.plans import account_choice, arming, friends, terms_acceptance
from tests.core.plans.test_account_choice import CARBONE, NOW, SECRET, WISH, arm, meet, take_in_hand
from tests.expect import present
from tests.fakes.database import InlineDatabase
from tests.fakes.own_accounts import connect

WHO = ("ann", "bob", "admin")
WISHES = tuple(
    replace(WISH, party_size=size, times=times)
    for size in (2, 8)
    for times in ((time(19),), (time(19), time(19, 30)), (time(21),))
)
LIMITS = (None, Decimal(0), Decimal(50))
PREPAID = Terms(prepaid=Money(amount=Decimal(900), currency="USD"))

who, wishes, limits = st.sampled_from(WHO), st.sampled_from(WISHES), st.sampled_from(LIMITS)


def ceiling_of(limit: Decimal | None) -> Ceiling:
    return Ceiling(late_fee=None if limit is None else Money(amount=limit, currency="USD"))


class WhoseWord(RuleBasedStateMachine):
    """Two guests and an admin about one plan. `said` is what each has said by a tap of their own: for which wish, and
    up to which cost.
    """

    def __init__(self) -> None:
        super().__init__()
        self.database = InlineDatabase()
        self.tx = self.database.engine.connect()
        self.tx.exec_driver_sql("BEGIN")
        self.said: defaultdict[int, list[tuple[Wish, Ceiling]]] = defaultdict(list)
        self.agreed: set[int] = set()
        self.numbers = count(10)

    def teardown(self) -> None:
        self.tx.close()

    @initialize(wish=wishes, limit=limits)
    def ann_arms_it(self, wish: Wish, limit: Decimal | None) -> None:
        people = {name: meet(self.tx, name) for name in WHO}
        guests.set_admin(self.tx, people["admin"].id, is_admin=True)
        self.ids = {name: guest.id for name, guest in people.items()}
        mine = connect(self.tx, self.ids["ann"], now=NOW)
        for name in ("bob", "admin"):
            connect(self.tx, self.ids[name], number=name, now=NOW)
        arm(self.tx, people["ann"], (mine,), wish=wish, ceiling=ceiling_of(limit))
        self.said[self.ids["ann"]].append((wish, ceiling_of(limit)))

    @property
    def wish(self) -> Wish:
        return plans.get(self.tx, "p1").wish

    def guest(self, name: str) -> Guest:
        return guests.get(self.tx, self.ids[name])

    def tried(self, act: Callable[[], object]) -> bool:
        """Whether it could be done; what could not leaves nothing."""
        self.tx.exec_driver_sql("SAVEPOINT one")
        try:
            act()
        except FourtopError:
            self.tx.exec_driver_sql("ROLLBACK TO one")
            return False
        self.tx.exec_driver_sql("RELEASE one")
        return True

    @rule(name=who)
    def lends(self, name: str) -> None:
        guest = self.guest(name)
        if self.tried(lambda: account_choice.lend(self.tx, "p1", guest, now=NOW)):
            self.said[guest.id].append((self.wish, self.usual(guest)))

    @rule(name=who)
    def takes_back(self, name: str) -> None:
        guest = self.guest(name)
        self.tried(lambda: account_choice.take_back(self.tx, "p1", guest, even_the_last=True, now=NOW))
        if not any(one.guest_id == guest.id for one in mandates.of_plan(self.tx, "p1")):
            self.said[guest.id].clear()
            self.agreed.discard(guest.id)

    @rule(name=who, wish=wishes, limit=limits)
    def changes(self, name: str, wish: Wish, limit: Decimal | None) -> None:
        guest = self.guest(name)
        theirs = account_choice.chosen_by(self.tx, guest, "fake", None)
        done = self.tried(
            lambda: arming.change(
                self.tx,
                "p1",
                by=guest,
                venue=CARBONE,
                wish=wish,
                watching=False,
                account_ids=theirs,
                ceiling=ceiling_of(limit),
                now=NOW,
            )
        )
        if done and plans.get(self.tx, "p1").organiser_id == guest.id:
            self.said[guest.id].append((wish, ceiling_of(limit)))

    @rule(name=who, seen=wishes)
    def says_it_again(self, name: str, seen: Wish) -> None:
        """To the card as they saw it, which may be an old one."""
        guest = self.guest(name)
        before = [one.ceiling.alone for one in mandates.of_plan(self.tx, "p1") if one.guest_id == guest.id]
        if self.tried(lambda: account_choice.say_again(self.tx, "p1", guest, wish=seen, now=NOW)):
            self.said[guest.id].extend((seen, ceiling) for ceiling in before)

    @rule(name=who, coming=st.booleans())
    def comes(self, name: str, coming: bool) -> None:
        guest = self.guest(name)
        self.tried(lambda: friends.join(self.tx, "p1", guest, coming=coming, now=NOW))

    @rule(name=who, to=who)
    def hands_over(self, name: str, to: str) -> None:
        self.tried(lambda: friends.hand_over(self.tx, "p1", by=self.guest(name), to=self.ids[to], now=NOW))

    @rule(asked=who, by=who)
    def accepts_terms(self, asked: str, by: str) -> None:
        """The platform asks for more than was agreed to, with one's account; one of them taps "Accept"."""
        theirs = next(
            (
                one
                for one in mandates.of_plan(self.tx, "p1")
                if one.guest_id == self.ids[asked] and one.account_id
            ),
            None,
        )
        job = jobs.live_of(self.tx, "p1")
        if theirs is None or job is None or job.state is not JobState.WAITING:
            return
        claimed = take_in_hand(self.tx, fire_with=theirs.account_id)
        needs = NeedsGuest(action=GuestAction.ACCEPT_TERMS, terms=PREPAID)
        jobs.move(self.tx, claimed.id, claimed.fence, JobState.NEEDS_GUEST, needs=needs, now=NOW)
        plans.move(self.tx, "p1", PlanState.NEEDS_GUEST)
        guest = self.guest(by)
        if self.tried(lambda: terms_acceptance.accept(self.tx, "p1", by=guest, now=NOW)):
            self.agreed.add(guest.id)

    @rule()
    def ann_and_bob_turn_out_to_be_one(self) -> None:
        ann, bob = self.guest("ann"), self.guest("bob")
        if ann.id == bob.id:
            return
        code = members.offer_link(self.tx, SECRET, ann, now=NOW)
        if self.tried(lambda: members.link(self.tx, SECRET, code, bob, now=NOW)):
            self.ids["bob"] = ann.id
            self.said[ann.id].extend(self.said.pop(bob.id, []))
            if bob.id in self.agreed:
                self.agreed.add(ann.id)

    @rule(name=who)
    def connects_another(self, name: str) -> None:
        """Without a word about any plan."""
        connect(self.tx, self.ids[name], number=str(next(self.numbers)), now=NOW)

    @invariant()
    def nothing_is_booked_beyond_what_was_said(self) -> None:
        for mandate in mandates.usable(self.tx, plans.get(self.tx, "p1"), own_accounts=True):
            account = accounts.get(self.tx, present(mandate.booker.account_id))
            assert account.guest_id == mandate.booker.guest_id
            said = self.said[account.guest_id]
            fits = [
                ceiling
                for wish, ceiling in said
                if wish.party_size == self.wish.party_size and set(self.wish.times) <= set(wish.times)
            ]
            assert fits, "nobody said that"
            assert any(_at_most(mandate.ceiling, ceiling) for ceiling in fits), "nor up to that cost"
            assert mandate.ceiling.agreed is None or account.guest_id in self.agreed

    def usual(self, guest: Guest) -> Ceiling:
        """What a lender's word is worth: what they said of this plan before, else what they let a table cost."""
        said = [ceiling for _, ceiling in self.said[guest.id]]
        usual = usual_ceiling(guest.preferences, CARBONE.zone)
        return max((*said, usual), key=_height)


def _at_most(one: Ceiling, other: Ceiling) -> bool:
    return _height(one) <= _height(other)


def _height(ceiling: Ceiling) -> Decimal:
    return Decimal("Infinity") if ceiling.late_fee is None else ceiling.late_fee.amount


WhoseWord.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestWhoseWord = WhoseWord.TestCase
