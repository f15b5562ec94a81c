"""What a guest lets a table cost them as a rule, in the money of the place."""

from decimal import Decimal

from core.domain.guest import Preferences
from core.domain.terms import Ceiling, Money

_CURRENCIES = {"Europe/London": "GBP", "Europe/Zurich": "CHF", "America/Toronto": "CAD", "Asia/Tokyo": "JPY"}


def usual_ceiling(preferences: Preferences, zone: str) -> Ceiling:
    """Up to the late fee that they said once in a place of that time zone."""
    limit = preferences.fee_limit
    return Ceiling(
        late_fee=None if limit is None else Money(amount=Decimal(limit), currency=currency_at(zone))
    )


def currency_at(zone: str) -> str:
    """What people pay with there, as far as a time zone tells."""
    return _CURRENCIES.get(zone, "EUR" if zone.startswith("Europe/") else "USD")
