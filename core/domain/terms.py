"""What a reservation may cost the guest, and how much of that they agree to beforehand."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount in an ISO 4217 currency."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:.2f} {self.currency}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Cancelling is free until `free_until` (UTC; None: always) and costs `late_fee` a person after it.

    `deposit` is taken at booking and given back; `prepaid` is taken at booking for the whole party and kept.
    `policy` is the venue's own wording, and `to_agree` what it wants a person to agree to before booking.
    """

    free_until: datetime | None = None
    late_fee: Money | None = None
    deposit: Money | None = None
    prepaid: Money | None = None
    card_needed: bool = False
    policy: tuple[str, ...] = ()
    to_agree: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """What a guest lets Fourtop agree to without asking: a late fee a person (None: any), and nothing else.

    `agreed` are terms that the guest has been shown and has accepted as they were.
    """

    late_fee: Money | None = None
    agreed: Terms | None = None

    @property
    def alone(self) -> "Ceiling":
        """Without what was agreed to once."""
        return Ceiling(late_fee=self.late_fee)

    def allows(self, terms: Terms) -> bool:
        """Whether a table under these terms may be booked without asking."""
        if self.agreed is not None and _same_cost(self.agreed, terms):
            return True
        if _taken(terms.deposit) or _taken(terms.prepaid) or terms.to_agree:
            return False
        if self.late_fee is None or not _taken(terms.late_fee):
            return True
        assert terms.late_fee is not None
        same_currency = terms.late_fee.currency == self.late_fee.currency
        return same_currency and terms.late_fee.amount <= self.late_fee.amount


ANY_LATE_FEE = Ceiling()
"""Any late fee, and nothing else that costs."""


def _taken(money: Money | None) -> bool:
    return money is not None and money.amount > 0


def _same_cost(agreed: Terms, terms: Terms) -> bool:
    def cost(of: Terms) -> tuple[object, ...]:
        return (of.late_fee, of.deposit, of.prepaid, of.to_agree)

    return cost(agreed) == cost(terms)
