"""A platform in memory whose accounts open with a code by text message."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import Clock
from core.errors import PlatformDown
from core.powers.accounts import Credentials, SignedIn, SignInAnswer
from core.powers.sign_in import SignInLapsed, SignInRefusal, SignInStep, TypeCode, TypeEmail
from core.security.secret import Secret
from tests.fakes.accounts import VISA
from tests.fakes.platform import FakePlatform

EMAIL = "ann@example.org"
SHOWN = "••• •• 17"
GOOD_FOR = timedelta(minutes=10)
_TRIES = 3


@dataclass
class Challenge:
    """A code that was sent."""

    code: str
    until: datetime
    tries: int = 0


class ByCode(FakePlatform):
    """`FakePlatform` and `core.powers.accounts.Accounts`.

    `sent` are the codes that went out, `given` every state and answer that came with one. A code is good for ten
    minutes and three tries, and `challenges` is all that the platform remembers of them.
    """

    def __init__(self, clock: Clock, *, name: str = "tavola") -> None:
        super().__init__(clock, name=name)
        self.sent: list[str] = []
        self.given: list[tuple[str, str]] = []
        self.challenges: dict[str, Challenge] = {}
        self.down = False

    def first_step(self) -> SignInStep:
        return SignInStep(question=TypeEmail())

    async def next_step(self, step: SignInStep, answer: Secret) -> SignInAnswer:
        if self.down:
            raise PlatformDown(self.name, "a fault was asked for")
        match step.question:
            case TypeEmail():
                return self._send() if answer.reveal() == EMAIL else SignInRefusal(reason="Who is that?")
            case TypeCode():
                return self._opened(step.state.reveal(), answer.reveal())
            case _:
                raise AssertionError(step.question)

    async def renew(self, credentials: Credentials) -> Credentials:
        return credentials

    async def look_at(self, account_id: int) -> SignedIn:
        return _SIGNED_IN

    def mending_page(self) -> str:
        return "https://tavola.example/me"

    def _send(self) -> SignInStep:
        number, now = f"challenge-{len(self.sent) + 1}", self.clock.now()
        self.sent.append(f"{len(self.sent) + 1:02}4711")
        self.challenges[number] = Challenge(code=self.sent[-1], until=now + GOOD_FOR)
        state = Secret(json.dumps({"challenge": number}))
        return SignInStep(question=TypeCode(to=SHOWN), state=state, until=now + GOOD_FOR)

    def _opened(self, state: str, code: str) -> SignInAnswer:
        self.given.append((state, code))
        number = json.loads(state)["challenge"]
        challenge = self.challenges.get(number)
        if challenge is None:
            return SignInLapsed()
        if challenge.code != code.replace(" ", ""):
            challenge.tries += 1
            if challenge.tries >= _TRIES:
                del self.challenges[number]
            return SignInRefusal(reason=f"{code} is not it.")
        del self.challenges[number]
        return _SIGNED_IN


_SIGNED_IN = SignedIn(
    credentials=Credentials(token=Secret("tavola-token")),
    external_id="77",
    holder="Ann Example",
    cards=(VISA,),
)
