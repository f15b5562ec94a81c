"""No secret is left in text, however it is wrapped and however long the text is."""

import json
import time

import pytest

from bot.platforms import PLATFORMS
from core.runtime.redaction import SecretRedaction

NAMES = [name for spec in PLATFORMS for name in spec.secret_names]
PLANTED = "0paque/pl+nted.value"
NESTED = {"book_token": {"value": PLANTED, "date_expires": "2026-12-01"}, "user": {"id": 7}}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(NESTED),
        json.dumps(json.dumps(NESTED)),
        json.dumps(json.dumps(json.dumps(NESTED))),
        json.dumps(NESTED, indent=2),
        repr(NESTED),
        repr(json.dumps(NESTED)),
        json.dumps({"auth_token": [PLANTED, PLANTED]}),
        json.dumps([{"password": PLANTED}, ["refresh_token", PLANTED]]),
        json.dumps({"password": 'with " marks and \\ ' + PLANTED}),
        json.dumps({"said": json.dumps({"password": 'with " marks and \\ ' + PLANTED})}),
        repr([("access_token", PLANTED), ("b", 1)]),
        f"DetailsJson(book_token=BookTokenJson(value='{PLANTED}', until=None), user=None)",
        f'cut short: {{"book_token": {{"value": "{PLANTED}',
        f'cut short: {{"password": "with spaces {PLANTED}',
        f"got Bearer {PLANTED} for it",
        f"got bearer%20{PLANTED}",
        json.dumps({"said": f"Bearer {PLANTED}"}),
        json.dumps({"headers": {"Authorization": f"Bearer {PLANTED}"}}),
        json.dumps(json.dumps({"X-Resy-Auth-Token": PLANTED})),
        f"sslpassword%3D{PLANTED.replace('/', '%2F')}",
    ],
)
def test_no_wrapping_keeps_a_secret(text):
    shown = SecretRedaction(names=NAMES)(text)
    assert "0paque" not in shown
    assert "nted.value" not in shown
    assert "***" in shown


def test_what_stands_around_a_secret_stays():
    redact = SecretRedaction(names=NAMES)
    assert redact(json.dumps(NESTED)) == '{"book_token": ***, "user": {"id": 7}}'
    assert redact('{"a": {"password": "x"}, "b": [1]}') == '{"a": {"password": ***}, "b": [1]}'
    assert redact("x-request-id: 77, x-auth-token: 88") == "x-request-id: 77, x-auth-token: ***"
    assert redact('raise Broken(password=read("x"))\nnext line') == "raise Broken(password=***)\nnext line"


@pytest.mark.parametrize(
    "name", ["password", "user_password", "book_token", "Authorization", "x-resy-auth-token"]
)
def test_a_name_says_that_what_goes_by_it_is_a_secret(name):
    assert SecretRedaction(names=NAMES).hides(name)


@pytest.mark.parametrize("name", ["job", "password_changed_at", "x-request-id", "frontend", "message"])
def test_other_names_do_not(name):
    assert not SecretRedaction(names=NAMES).hides(name)


def test_a_secret_is_known_in_the_form_that_json_gives_it():
    redact = SecretRedaction(['s3cr3t"with\\marks'])
    assert "s3cr3t" not in redact(json.dumps({"said": 's3cr3t"with\\marks'}))


ATOMS = [
    *("a", "a_", "x-", "x-auth-", "x-resy-", "book_token", "book_token:", "book_token:{", "password=("),
    *(
        'password:"',
        "password",
        "password ",
        "password: ",
        "authorization ",
        "api_key",
        "Bearer ",
        "bearer%20",
    ),
    *(
        "eyJ",
        "-eyJaaaaaa",
        "://",
        "://a:",
        "/claim ",
        "/claim@a",
        "1234567",
        "4242 ",
        "4 ",
        "A2B3-",
        "-A",
        "a.",
    ),
    *("aaaaaaa.", '\\"', "\\", '"', "{", "[", "(", "%22", " ", "\n", "@"),
]


@pytest.mark.realtime
@pytest.mark.parametrize("before", ["", "password:{", 'password:"'])
@pytest.mark.parametrize("atom", ATOMS)
def test_a_text_of_four_times_the_length_takes_some_four_times_as_long(atom, before):
    """Sixteen times would be quadratic. What takes next to nothing is not worth measuring."""
    redact = SecretRedaction(["another-secret"], names=NAMES)

    def took(length: int) -> float:
        text = (before + atom * length)[:length]
        best = float("inf")
        for _ in range(3):
            begun = time.process_time()
            redact(text)
            best = min(best, time.process_time() - begun)
        return best

    once, again = took(8_000), took(32_000)
    assert again < max(9 * once, 0.05), f"{once * 1000:.1f} ms, then {again * 1000:.1f} ms"
