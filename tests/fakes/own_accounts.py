"""A platform in memory that books in the name of accounts, each of which may be of no use."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from core.clock import Clock
from core.domain.account import AccountState, CardOnFile
from core.domain.booking import BookAnswer, Booker, GuestAction, NeedsGuest
from core.domain.mandate import Mandate, MandateScope
from core.domain.reservation import Reservation
from core.domain.terms import ANY_LATE_FEE
from core.errors import SignInNeeded
from core.persistence import accounts, mandates, plans
from core.persistence.accounts import Holding
from core.ports import Permit, at_will
from core.powers.accounts import Credentials, SignedIn, SignInAnswer
from core.powers.sign_in import SignInStep, TypeEmail
from core.security.secret import Secret
from tests.fakes.faults import Call
from tests.fakes.platform import FakePlatform

VISA = CardOnFile(last_digits="4242", brand="visa")


class OwnAccounts(FakePlatform):
    """`FakePlatform` and `core.powers.accounts.Accounts`.

    `locked` accounts want their guest to sign in, `bare` ones have no card, `ending` ones open until then and can't
    be renewed; `held` are reservations that were made elsewhere.
    """

    def __init__(self, clock: Clock, *, name: str = "fake") -> None:
        super().__init__(clock, name=name)
        self.locked: set[int] = set()
        self.bare: set[int] = set()
        self.ending: dict[int, datetime] = {}
        self.held: dict[int, list[Reservation]] = {}
        self.booked_with: list[int | None] = []

    def first_step(self) -> SignInStep:
        return SignInStep(question=TypeEmail())

    async def next_step(self, step: SignInStep, answer: Secret) -> SignInAnswer:
        raise AssertionError("nobody signs in here")

    async def renew(self, credentials: Credentials) -> Credentials:
        return credentials

    def mending_page(self) -> str:
        return "https://fake.example/account"

    async def look_at(self, account_id: int) -> SignedIn:
        self.calls.append(Call(name="look_at", at=self.clock.now()))
        if account_id in self.locked:
            raise SignInNeeded(account_id)
        pair = Credentials(token=Secret("t"), expires_at=self.ending.get(account_id))
        cards = () if account_id in self.bare else (VISA,)
        return SignedIn(credentials=pair, external_id=str(account_id), holder="", cards=cards)

    async def book(self, slot, *, mandate: Mandate, key: str, permit: Permit = at_will) -> BookAnswer:
        booker = mandate.booker
        assert booker.account_id is not None
        if booker.account_id in self.locked:
            raise SignInNeeded(booker.account_id)
        if booker.account_id in self.bare:
            return NeedsGuest(action=GuestAction.ADD_CARD)
        self.booked_with.append(booker.account_id)
        return await super().book(slot, mandate=mandate, key=key, permit=permit)

    async def reservations(self, *, booker: Booker) -> Sequence[Reservation]:
        assert booker.account_id is not None
        if booker.account_id in self.locked:
            raise SignInNeeded(booker.account_id)
        return [*await super().reservations(booker=booker), *self.held.get(booker.account_id, [])]


def connect(
    tx: Connection,
    guest_id: int,
    *,
    platform: str = "fake",
    number: str = "1",
    state: AccountState = AccountState.CONNECTED,
    now: datetime,
) -> int:
    """A connected account of a guest; its number."""
    holding = Holding(
        guest_id=guest_id,
        holder=f"Holder {number}",
        cards=(VISA,),
        sealed="sealed",
        expires_at=None,
        renewable=True,
    )
    account_id = accounts.add(tx, holding, platform=platform, external_id=f"{guest_id}/{number}", now=now)
    if state is not AccountState.CONNECTED:
        box = accounts.strongbox(tx, account_id)
        assert box is not None
        accounts.stand(tx, account_id, state, version=box.version)
    return account_id


def elsewhere(reservation: Reservation, **changed: object) -> Reservation:
    """The same, made by hand: without the key of a plan."""
    return replace(reservation, key=None, **changed)


def booked_with(tx: Connection, plan_id: str, *account_ids: int) -> None:
    """The plan is booked with these accounts and no others: their guests said so of what it wants now."""
    plan = plans.get(tx, plan_id)
    for said in mandates.of_plan(tx, plan_id):
        mandates.take_back(tx, said)
    whose = [(accounts.get(tx, each).guest_id, each) for each in account_ids]
    for guest_id, account_id in whose or [(plan.organiser_id, None)]:
        mandates.give(
            tx,
            plan_id,
            guest_id=guest_id,
            account_id=account_id,
            scope=MandateScope.of(plan.wish),
            ceiling=ANY_LATE_FEE,
            until=plan.wish.first_at(plan.zone),
            now=plan.created_at,
        )
