"""A platform in memory that books for guests' own accounts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.accounts.keeper import AccountKeeper
from core.clock import Clock
from core.domain.account import CardOnFile
from core.errors import PlatformDown, SignInNeeded
from core.powers.accounts import Credentials, SignedIn, SignInAnswer
from core.powers.sign_in import (
    PasteToken,
    PickWay,
    SignInQuestion,
    SignInRefusal,
    SignInStep,
    TypeCode,
    TypeEmail,
    TypePassword,
    Way,
)
from core.security.secret import Secret
from tests.fakes.platform import FakePlatform

PASSWORD = "correct horse battery staple"
EMAIL = "ann@example.org"
TOKEN = "eyJ0eXAiOiJKV1QifQ.eyJ1aWQiOjc3MX0.c2lnbmF0dXJl"
TOKEN_STEP = PasteToken(site="resy.com", api="api.resy.com", header="x-resy-auth-token")
VISA = CardOnFile(last_digits="4242", brand="visa", is_default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody whom the platform knows."""

    email: str
    password: str
    token: str
    external_id: str
    holder: str
    cards: tuple[CardOnFile, ...] = (VISA,)


ANN = Member(email=EMAIL, password=PASSWORD, token=TOKEN, external_id="771", holder="Ann Example")


class FakeAccounts(FakePlatform):
    """`FakePlatform` and `core.powers.accounts.Accounts`. A token opens its account for 45 days, and is renewable
    when it came by password; `wallet` is where `look_at` finds what opens an account.
    """

    def __init__(self, clock: Clock, *, name: str = "resy", members: tuple[Member, ...] = (ANN,)) -> None:
        super().__init__(clock, name=name)
        self.members = list(members)
        self.wallet: Callable[[], AccountKeeper] | None = None
        self.logins: list[SignInQuestion] = []
        self.looks = 0
        self.down = False
        self.reason = "Unauthorized"
        self.broken: Exception | None = None

    def change(self, **fields: object) -> None:
        """Something about the first member is different from now on."""
        self.members[0] = replace(self.members[0], **fields)

    def first_step(self) -> SignInStep:
        return SignInStep(question=PickWay(ways=(Way.PASSWORD, Way.TOKEN)))

    async def next_step(self, step: SignInStep, answer: Secret) -> SignInAnswer:
        match step.question:
            case PickWay():
                by_token = answer.reveal() == Way.TOKEN
                return SignInStep(question=TOKEN_STEP if by_token else TypeEmail())
            case TypeEmail():
                return SignInStep(question=TypePassword(email=answer.reveal()))
            case TypePassword(email=email):
                login = (email, answer.reveal())
                found = [one for one in self.members if (one.email, one.password) == login]
            case PasteToken():
                found = [one for one in self.members if one.token in answer.reveal()]
            case TypeCode():
                raise AssertionError("no code is sent here")
        self.logins.append(step.question)
        self._answers()
        if not found:
            return SignInRefusal(reason=self.reason)
        return self._opened(found[0], renewable=isinstance(step.question, TypePassword))

    async def renew(self, credentials: Credentials) -> Credentials:
        self._answers()
        return replace(credentials, expires_at=self._until())

    async def look_at(self, account_id: int) -> SignedIn:
        self.looks += 1
        self._answers()
        assert self.wallet is not None
        token = (await self.wallet().credentials(account_id)).token.reveal()
        found = [one for one in self.members if one.token == token]
        if not found:
            raise SignInNeeded(account_id)
        return self._opened(found[0], renewable=True)

    def mending_page(self) -> str:
        return "https://resy.example/account"

    def _answers(self) -> None:
        if self.broken is not None:
            raise self.broken
        if self.down:
            raise PlatformDown(self.name, "a fault was asked for")

    def _opened(self, member: Member, *, renewable: bool) -> SignedIn:
        pair = Credentials(
            token=Secret(member.token),
            expires_at=self._until(),
            refresh=Secret(f"refresh-{member.external_id}") if renewable else None,
        )
        return SignedIn(
            credentials=pair, external_id=member.external_id, holder=member.holder, cards=member.cards
        )

    def _until(self) -> datetime:
        return self.clock.now() + timedelta(days=45)
