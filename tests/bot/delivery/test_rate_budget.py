"""How fast messages may leave."""

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.ports import Pace
from bot.delivery.rate_budget import Bucket, RateBudget

TELEGRAM = Pace(per_chat_second=1, per_group_minute=20, per_second=30)


def test_a_bucket_gives_what_it_holds_and_then_its_rate():
    bucket = Bucket(rate=2.0, size=3.0)
    for _ in range(3):
        assert bucket.wait(0.0, floor=0.0) == 0.0
        bucket.tokens -= 1.0
    assert bucket.wait(0.0, floor=0.0) == 0.5
    assert bucket.wait(0.5, floor=0.0) == 0.0


def test_a_bucket_never_holds_more_than_its_size():
    bucket = Bucket(rate=2.0, size=3.0)
    bucket.wait(1_000_000.0, floor=0.0)
    assert bucket.tokens == 3.0


def test_a_chat_that_has_to_wait_uses_nothing_up():
    budget = RateBudget(TELEGRAM)
    while budget.wait(1, private=True, urgent=False, now=0.0) == 0.0:
        pass
    waits = [budget.wait(1, private=True, urgent=False, now=0.0) for _ in range(5)]
    assert len(set(waits)) == 1
    assert budget.wait(2, private=True, urgent=False, now=0.0) == 0.0


def test_only_what_is_urgent_takes_the_last_of_a_groups_minute():
    budget = RateBudget(TELEGRAM)
    now = 0.0
    while (wait := budget.wait(1, private=False, urgent=False, now=now)) <= 1.0:
        now += wait
    urgent = [budget.wait(1, private=False, urgent=True, now=now) for _ in range(2)]
    assert urgent[0] <= 1.0


def test_no_wait_is_too_short_to_move_a_clock():
    """Seconds since 1970 have seven digits behind the point: what is missing of a token is never nothing."""
    for start in (8.757431956360215, 1_796_126_400.123):
        budget, now = RateBudget(TELEGRAM), start
        for _ in range(200):
            while wait := budget.wait(1, private=False, urgent=True, now=now):
                assert now + wait > now
                now += wait
            now += 0.1234567


def test_the_whole_network_has_a_budget_too():
    budget = RateBudget(TELEGRAM)
    sent = sum(budget.wait(chat, private=True, urgent=False, now=0.0) == 0.0 for chat in range(100))
    assert sent == 30


def test_quiet_chats_are_forgotten_and_busy_ones_are_not():
    budget = RateBudget(TELEGRAM)
    budget.wait(1, private=False, urgent=False, now=0.0)
    budget.wait(2, private=False, urgent=False, now=590.0)
    budget.forget_idle(now=601.0)
    assert list(budget._chats) == [2]


@given(
    gaps=st.lists(st.floats(min_value=0.0, max_value=5.0), min_size=1, max_size=120),
    urgent=st.lists(st.booleans(), min_size=120, max_size=120),
)
def test_no_minute_of_a_group_holds_more_than_a_burst_above_its_rate(gaps, urgent):
    budget, now, sent = RateBudget(TELEGRAM), 0.0, []
    for gap, hurry in zip(gaps, urgent, strict=False):
        now += gap
        while wait := budget.wait(1, private=False, urgent=hurry, now=now):
            now += wait
        sent.append(now)
    for start in sent:
        assert sum(start <= at < start + 60.0 for at in sent) <= 20 + 15 + 1
