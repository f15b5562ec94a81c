"""People, and the tokens that speak for them."""

import base64
import json
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from platforms.resy.lookalike.person import Person

FIRST_ID = 12_345_678


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grant:
    person_id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What a sign-in or a refresh gives: the token for calls and the one that renews it."""

    auth: str
    refresh: str


class Accounts:
    """Everybody with an account, by id and by e-mail, and every token that is still good."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._people: dict[int, Person] = {}
        self._auth: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}

    def add(self, person: Person) -> Person:
        """The person with an id."""
        placed = replace(person, id=person.id or FIRST_ID + len(self._people))
        self._people[placed.id] = placed
        return placed

    def change(self, person: Person) -> None:
        """Put in place of who has the same id."""
        self._people[person.id] = person

    def by_id(self, person_id: int) -> Person:
        return self._people[person_id]

    def by_email(self, email: str) -> Person | None:
        wanted = email.strip().casefold()
        return next((one for one in self._people.values() if one.email.casefold() == wanted), None)

    def grant(self, person: Person, *, now: datetime, life: timedelta, refresh_life: timedelta) -> Pair:
        """A new pair of tokens; older ones stay good until they expire or are dropped."""
        pair = Pair(
            auth=self._jwt(person, now + life, "consumer"),
            refresh=self._jwt(person, now + refresh_life, "refresh"),
        )
        self._auth[pair.auth] = _Grant(person_id=person.id, expires_at=now + life)
        self._refresh[pair.refresh] = _Grant(person_id=person.id, expires_at=now + refresh_life)
        return pair

    def holder(self, token: str, *, now: datetime) -> Person | None:
        """Whose auth token it is, while it is good."""
        return self._holder(self._auth, token, now)

    def renewer(self, token: str, *, now: datetime) -> Person | None:
        """Whose refresh token it is, while it is good."""
        return self._holder(self._refresh, token, now)

    def drop_auth(self, token: str) -> None:
        self._auth.pop(token, None)

    def drop_refresh(self, token: str) -> None:
        self._refresh.pop(token, None)

    def drop_all(self, person_id: int, *, renewers: bool) -> None:
        """Forget every auth token of a person, and with `renewers` what could renew them."""
        for grants in (self._auth, self._refresh) if renewers else (self._auth,):
            for token in [token for token, grant in grants.items() if grant.person_id == person_id]:
                del grants[token]

    def _holder(self, grants: dict[str, _Grant], token: str, now: datetime) -> Person | None:
        grant = grants.get(token)
        return self._people[grant.person_id] if grant is not None and now < grant.expires_at else None

    def _jwt(self, person: Person, expires_at: datetime, purpose: str) -> str:
        """Shaped as a real one; its signature is noise, as nobody but its issuer could check it."""
        claims = {
            "exp": int(expires_at.timestamp()),
            "uid": person.id,
            "gt": purpose,
            "gs": list[str](),
            "lang": "en-us",
            "extra": {"guest_id": person.id + 11_111_111},
        }
        head = _part(json.dumps({"typ": "JWT", "alg": "ES256"}).encode())
        return f"{head}.{_part(json.dumps(claims).encode())}.{_part(self._rng.randbytes(64))}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
