"""A platform in memory that books for guests' own accounts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.accounts.keeper import AccountKeeper
from core.clock import Clock
from core.domain.account import CardOnFile
from core.errors import PlatformDown, SignInNeeded, SignInRefused
from core.powers.accounts import Credentials, Login, PasswordLogin, SignedIn, TokenLogin
from core.security.secret import Secret
from tests.fakes.platform import FakePlatform

PASSWORD = "correct horse battery staple"
EMAIL = "ann@example.org"
TOKEN = "eyJ0eXAiOiJKV1QifQ.eyJ1aWQiOjc3MX0.c2lnbmF0dXJl"
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
        self.logins: list[Login] = []
        self.looks = 0
        self.down = False
        self.reason = "Unauthorized"
        self.broken: Exception | None = None

    def change(self, **fields: object) -> None:
        """Something about the first member is different from now on."""
        self.members[0] = replace(self.members[0], **fields)

    async def sign_in(self, login: Login) -> SignedIn:
        self.logins.append(login)
        self._answers()
        match login:
            case PasswordLogin(email=email, password=password):
                found = [
                    one for one in self.members if (one.email, one.password) == (email, password.reveal())
                ]
            case TokenLogin(pasted=pasted):
                found = [one for one in self.members if one.token in pasted.reveal()]
        if not found:
            raise SignInRefused(self.reason)
        return self._opened(found[0], renewable=isinstance(login, PasswordLogin))

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
