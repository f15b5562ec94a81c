"""What Discord's refusals mean."""

from datetime import timedelta

import pytest

from bot.conversation.ports import Later, MessageGone, Refused, Unreachable
from bot.frontends.discord.receipts import SOON, receipt
from tests.expect import expect


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, 50007, Unreachable(reason="why")),
        (403, 50278, Unreachable(reason="why")),
        (403, 50001, Unreachable(reason="why")),
        (403, 50013, Unreachable(reason="why")),
        (404, 10003, Unreachable(reason="why")),
        (404, 10004, Unreachable(reason="why")),
        (404, 10013, Unreachable(reason="why")),
        (403, 999_999, Unreachable(reason="why")),
        (404, 0, Unreachable(reason="why")),
        (404, 10008, MessageGone()),
        (403, 50005, MessageGone()),
        (429, 30046, MessageGone()),
        (400, 50006, Refused(reason="why")),
        (400, 50035, Refused(reason="why")),
        (400, 0, Refused(reason="why")),
        (413, 40005, Refused(reason="why")),
        (500, 0, Later(after=SOON)),
        (503, 0, Later(after=SOON)),
        (400, 40003, Later(after=timedelta(minutes=10))),
    ],
)
def test_one_table(status, code, expected):
    assert receipt(status=status, code=code, reason="why") == expected


def test_a_rate_limit_is_waited_for():
    assert receipt(status=429, code=0, reason="", retry_after="90") == Later(after=timedelta(seconds=90))
    assert receipt(status=429, code=0, reason="") == Later(after=timedelta(seconds=60))


def test_with_a_refused_token_nothing_is_tried_soon():
    assert expect(Later, receipt(status=401, code=0, reason="")).after >= timedelta(minutes=5)
