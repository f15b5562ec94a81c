"""What may be agreed to without asking."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.domain.terms import Ceiling, Money, Terms


def usd(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


LIMIT = Ceiling(late_fee=usd(25))


def test_money_is_said_with_its_cents_and_currency():
    assert str(Money(amount=Decimal("7.5"), currency="EUR")) == "7.50 EUR"


@pytest.mark.parametrize(
    ("terms", "allowed"),
    [
        (Terms(), True),
        (Terms(card_needed=True, policy=("Be on time.",)), True),
        (Terms(late_fee=usd(25)), True),
        (Terms(late_fee=usd(26)), False),
        (Terms(late_fee=usd(0)), True),
        (Terms(late_fee=Money(amount=Decimal(1), currency="EUR")), False),
        (Terms(deposit=usd(1)), False),
        (Terms(deposit=usd(0)), True),
        (Terms(prepaid=usd(1)), False),
        (Terms(to_agree=("I have read this.",)), False),
    ],
)
def test_a_late_fee_up_to_the_limit_is_agreed_to_and_nothing_else(terms, allowed):
    assert LIMIT.allows(terms) is allowed


def test_without_a_limit_any_late_fee_is_agreed_to_and_still_nothing_else():
    assert Ceiling().allows(Terms(late_fee=usd(500)))
    assert not Ceiling().allows(Terms(deposit=usd(1)))


def test_what_was_shown_and_accepted_is_agreed_to_as_it_was():
    dear = Terms(prepaid=usd(195), late_fee=usd(50), to_agree=("No refunds.",))
    agreed = replace(LIMIT, agreed=dear)
    assert agreed.allows(dear)
    later = datetime(2026, 12, 1, tzinfo=UTC)
    assert agreed.allows(replace(dear, free_until=later, policy=("Other words.",))), "it costs the same"
    for change in (
        {"prepaid": usd(196)},
        {"late_fee": usd(51)},
        {"deposit": usd(1)},
        {"to_agree": ("Else.",)},
    ):
        assert not agreed.allows(replace(dear, **change))
    assert agreed.allows(Terms(late_fee=usd(25))), "the limit holds as before"
