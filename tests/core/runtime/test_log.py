"""What is logged can be read, and can be shown to anybody."""

import io
import json
import logging
import warnings

import pytest

from bot.platforms import PLATFORMS
from core import unit
from core.runtime.log import set_up_logging
from core.runtime.redaction import SecretRedaction

TELEGRAM = "123456789:" + "AAH" + "x" * 32
DISCORD = "MTA" + "1" * 23 + "." + "GhIjKl" + "." + "z" * 38
JWT = "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE3OTk5OTk5OTl9.c2lnbmF0dXJl-c2lnbg_"
KEY = 's3cr3t/with+odd chars"'


@pytest.fixture
def lines():
    """Set up logging as asked and give what was written since."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()

    def start(**options):
        names = [name for spec in PLATFORMS for name in spec.secret_names]
        set_up_logging(stream=stream, names=names, **options)
        return lambda: stream.getvalue().splitlines()

    yield start
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


SAMPLES = [
    f"POST https://api.telegram.org/bot{TELEGRAM}/sendMessage",
    f"POST https://api.telegram.org/bot{TELEGRAM.replace(':', '%3A')}/sendMessage",
    f"gateway said no to {DISCORD}",
    f"{{'Authorization': 'Bot {DISCORD}', 'Accept': 'x'}}",
    "Authorization: Bearer abc.def",
    "[(b'authorization', b'Basic Zm91cnRvcDpz')]",
    'Authorization: ResyAPI api_key="VbWk7s3L4KiK5fzlO7JD3Q5EYolJI7n5"',
    "{'X-Telegram-Bot-Api-Secret-Token': 'hook-secret'}",
    "x-resy-auth-token: eyJhbGciOi",
    "postgresql://fourtop:pa55word@localhost/fourtop",
    "postgresql://fourtop@localhost/fourtop?sslmode=on&password=pa55word&sslpassword=pa55word",
    f"got {JWT} for it",
    f'{{"id": 771, "token": "{JWT}"}}',
    f"cut short: {JWT[:30]}",
    f"Set-Cookie: production_refresh_token={JWT}; Path=/; HttpOnly",
    "Cookie: production_refresh_token=0paque-refresh.value",
    "{'production_refresh_token': '0paque-refresh.value'}",
    "production_refresh_token%3D0paque-refresh.value",
    "X-Resy-Universal-Auth: 0paque-refresh.value",
    "('x-resy-anything-else', '0paque-refresh.value')",
    "x-resy-auth-token=0paque-refresh.value",
    'ResyAPI api_key="VbWk7s3L4KiK5fzlO7JD3Q5EYolJI7n5"',
    "email=ann%40example.org&password=hunter2%21&x=1",
    '{"email": "ann@example.org", "password": "hunter2 with spaces"}',
    "[('password', 'hunter2'), (b'refresh_token', b'0paque')]",
    "book_token=0paque-refresh.value&struct_payment_method=1",
    "card 4242424242424242 was used",
    "card 4242 4242 4242 4242, and 5555-5555-5555-4444",
    "number=4242+4242+4242+4242&cvc=123",
    "number=4242%204242%204242%204242",
    "amex 378282246310005",
    "[4242424242424242]",
]
PLANTED = [
    *JWT.split("."),
    JWT[:30],
    "0paque",
    "hunter2",
    "4242",
    "5555",
    "378282246310005",
    "AAHxxx",
    DISCORD[-20:],
    "abc.def",
    "Zm91cnRvcDpz",
    "VbWk7s3L",
    "hook-secret",
    "eyJhbGciOi",
    "pa55word",
]


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("style", ["text", "json"])
def test_no_token_is_written_wherever_it_stands(lines, sample, style):
    written = lines(style=style)
    log = logging.getLogger("core.tried")
    log.warning("message %s", "x", extra={"header": sample})
    log.warning(sample)
    log.warning("argument %s and %r", sample, {"deep": [sample]})
    try:
        raise ValueError(sample)
    except ValueError:
        log.exception("trouble")
    text = "\n".join(written())
    assert text.count("***") >= 5
    assert not [secret for secret in PLANTED if secret in text]


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_setting_that_looks_like_nothing_is_hidden_because_it_is_known(lines, style):
    written = lines(style=style, secrets=[KEY, "", "ab"])
    logging.getLogger("x").warning("key %s, as sent s3cr3t%%2Fwith%%2Bodd%%20chars%%22, absent", KEY)
    assert "s3cr3t" not in written()[0]
    assert "absent" in written()[0]


def test_ordinary_words_stay_as_they_are():
    redact = SecretRedaction(["hidden"])
    for text in (
        "job 7: sending to casa-luna at 2026-12-03T14:00:00.004+00:00",
        "https://example.org/a:b/c?d=e",
        "core.conversation.switchboard.dialogue",
        "Approved: Ann, Bob and Cas",
    ):
        assert redact(text) == text


def test_a_guest_cannot_forge_a_line(lines):
    written = lines()
    logging.getLogger("x").info("said %s", "hi\n2026-12-03 ERROR root  all is lost\x1b[2J")
    assert len(written()) == 1
    assert "\x1b" not in written()[0]


def test_a_line_says_when_how_bad_where_and_what(lines):
    written = lines()
    logging.getLogger("core.jobs.worker").info("job %s: sending", 7, extra={"job": 7})
    assert written()[0].endswith("INFO    core.jobs.worker  job 7: sending job=7")
    assert written()[0][:2] == "20"


def test_a_json_line_carries_the_same_and_the_traceback(lines):
    written = lines(style="json")
    try:
        raise KeyError("slot")
    except KeyError:
        logging.getLogger("core.plans.arming").exception("odd", extra={"job": 7})
    (line,) = written()
    fields = json.loads(line)
    assert (fields["level"], fields["logger"], fields["message"], fields["job"]) == (
        "error",
        "core.plans.arming",
        "odd",
        7,
    )
    assert "KeyError: 'slot'" in fields["trouble"]


def test_libraries_that_log_each_request_are_quiet_unless_asked(lines):
    written = lines(level="info")
    logging.getLogger("httpx").info("GET /")
    assert written() == []
    written = lines(level="debug")
    logging.getLogger("httpx").info("GET /")
    assert len(written()) == 1


def test_setting_up_twice_writes_once(lines):
    lines()
    written = lines()
    logging.getLogger("x").info("once")
    assert len(written()) == 1


def test_warnings_are_logged(lines):
    written = lines()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old habit", stacklevel=1)
    assert "old habit" in written()[0]


@pytest.mark.parametrize(
    "line",
    [
        "job 7: sending in guild 1047629384756293847",
        "4242424242424241 is no card's number",
        "took 0.4242424242424242 s",
        "at 1764590400000000",
        "the password was not taken",
        "the password, please",
        "token of account 7 renewed",
        "reservation 5312340098",
        "2026-12-03 14:00:00.004 2026-12-03 14:00:00.004",
    ],
)
def test_what_only_looks_a_little_like_a_secret_stays(line):
    assert SecretRedaction()(line) == line


def a_turn():
    with unit.begin("turn", frontend="web", chat=3) as turn:
        turn.bind(flow="reserve")
        logging.getLogger("bot.flows").warning("odd")
        unit.add(queries=3, requests=1)


def test_a_unit_of_work_is_one_line_to_be_read(lines):
    written = lines()
    a_turn()
    odd, turn = written()
    assert odd.endswith("WARNING bot.flows  odd frontend=web chat=3 flow=reserve")
    at, took = turn.split("  frontend=web chat=3 flow=reserve  ")
    assert at.endswith("WARNING turn")
    assert took.partition(" ms, ")[2] == "3 queries, 1 request, errors: bot.flows"


def test_a_unit_of_work_is_one_object_with_the_same_keys_each_time(lines):
    written = lines(style="json")
    a_turn()
    with unit.begin("turn", chat=4):
        pass
    odd, turn, other = map(json.loads, written())
    assert (odd["chat"], odd["flow"]) == (3, "reserve")
    assert turn["ms"] >= 0
    del turn["at"], turn["ms"]
    assert turn == {
        "level": "warning",
        "logger": "turn",
        "message": "turn",
        "unit": "turn",
        "frontend": "web",
        "chat": 3,
        "flow": "reserve",
        "queries": 3,
        "requests": 1,
        "errors": ["bot.flows"],
    }
    assert {"at", "level", "unit", "ms", "queries", "requests", "errors"} <= other.keys()
    assert other["errors"] == []


def test_what_breaks_within_a_unit_is_told_once_with_what_it_was_about(lines):
    written = lines(style="json")
    with unit.begin("job", job=7) as job:
        try:
            raise KeyError("slot")
        except KeyError as error:
            job.failed(error, broken=True)
    (line,) = map(json.loads, written())
    assert (line["level"], line["job"], line["errors"]) == ("error", 7, ["KeyError"])
    assert "KeyError: 'slot'" in line["trouble"]


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_secret_that_was_bound_by_mistake_is_hidden(lines, style):
    written = lines(style=style, secrets=[KEY])
    with unit.begin("turn", said=KEY, card=4242424242424242, header=f"Bearer {JWT}") as turn:
        logging.getLogger("x").info("inside")
        turn.noted(KEY)
    text = "\n".join(written())
    assert "odd chars" not in text
    assert "4242" not in text
    assert "eyJ" not in text


@pytest.mark.parametrize("style", ["text", "json"])
def test_what_was_bound_cannot_forge_a_line(lines, style):
    written = lines(style=style)
    with unit.begin("turn", frontend="web\n2026-12-03 ERROR root  all is lost\x1b[2J"):
        pass
    assert len(written()) == 1
    assert "\x1b" not in written()[0]


@pytest.mark.parametrize("style", ["text", "json"])
def test_what_goes_by_the_name_of_a_secret_is_hidden_whatever_it_is(lines, style):
    written = lines(style=style)
    logging.getLogger("x").warning("odd", extra={"book_token": "0paque", "argv": ["--password", "hunter2"]})
    logging.getLogger("x").warning("odd", extra={"headers": {"book_token": {"value": "0paque"}}})
    with unit.begin("turn", password="hunter2"):
        pass
    text = "\n".join(written())
    assert "0paque" not in text
    assert "hunter2" not in text
