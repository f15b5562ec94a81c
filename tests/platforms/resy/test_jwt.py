import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.resy.jwt import expiry, pair_in

AT = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)


def token(exp: object, purpose: str = "consumer") -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return (
        f"{part({'typ': 'JWT', 'alg': 'ES256'})}.{part({'exp': exp, 'gt': purpose, 'uid': 1})}.c2lnbmF0dXJl"
    )


AUTH, REFRESH = token(int(AT.timestamp())), token(int(AT.timestamp()) + 4_000_000, "refresh")


def test_a_token_says_when_it_ends():
    assert expiry(AUTH) == AT
    assert expiry(token(AT.timestamp())) == AT


@pytest.mark.parametrize("exp", [None, "soon", True, [], 1e300, float("nan"), -1e300])
def test_a_token_that_does_not_say_is_no_crash(exp: object):
    assert expiry(token(exp)) is None


@given(st.text(max_size=200))
def test_any_text_is_read(text: str):
    expiry(text)
    pair_in(text)


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        (AUTH, (AUTH, None)),
        (f"x-resy-auth-token: {AUTH}\nx-resy-universal-auth: {AUTH}", (AUTH, None)),
        (f"production_refresh_token={REFRESH}; authToken={AUTH}", (AUTH, REFRESH)),
        (f'{{"refresh_token": "{REFRESH}", "token": "{AUTH}"}}', (AUTH, REFRESH)),
        (f"{REFRESH} {AUTH}", (AUTH, REFRESH)),
        (f"production_refresh_token={REFRESH}", (None, REFRESH)),
        (f"  `{AUTH}`  ", (AUTH, None)),
        ("nothing here", (None, None)),
        ("", (None, None)),
    ],
)
def test_a_pair_is_found_in_whatever_was_copied(pasted: str, found: tuple[str | None, str | None]):
    assert pair_in(pasted) == found
