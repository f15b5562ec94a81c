"""What a reservation may cost the guest."""

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
    """Cancelling is free until `free_until` (UTC; None: always) and costs `late_fee` a person after it."""

    free_until: datetime | None = None
    late_fee: Money | None = None
    deposit: Money | None = None
    card_needed: bool = False
