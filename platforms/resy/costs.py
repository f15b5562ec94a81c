"""What a table costs, read so that a guest is never surprised: what is not sure counts as the dearer thing."""

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import cast

from core.domain.terms import Money, Terms
from platforms.resy.schemas.booking import DetailsJson
from platforms.resy.schemas.reservations import ReservationJson
from platforms.resy.schemas.slots import PaymentJson

UNREADABLE = "The venue asks for money in a way that can't be read here: see its own page."

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_A_PERSON = re.compile(
    r"[$€£]\s?(\d[\d,]*(?:\.\d\d)?)\s*(?:USD|EUR|GBP)?\s*(?:/|per|a|each|for each)\s*"
    r"(?:person|guest|head|cover|diner|seat|pp\b)",
    re.IGNORECASE,
)


class Unreadable(Exception):
    """A fee is named, and it is not known how much."""


def amount_of(fee: object) -> Decimal:
    """Nothing is zero. Raises `Unreadable`."""
    if isinstance(fee, dict):
        return amount_of(cast("dict[str, object]", fee).get("amount"))
    if fee is None or fee is False or fee in ("", "null", []):
        return Decimal(0)
    found = _NUMBER.search(str(fee)) if isinstance(fee, (int, float, str, Decimal)) else None
    if found is None or isinstance(fee, bool):
        raise Unreadable
    try:
        amount = Decimal(found.group().replace(",", ""))
    except InvalidOperation:
        raise Unreadable from None
    return amount.quantize(Decimal("0.01"))


def of_slot(payment: PaymentJson | None, starts_at: datetime, currency: str) -> Terms:
    """What the list says of a slot; details say more."""
    if payment is None:
        return Terms()
    late_fee, deposit, unreadable = _read(payment.cancellation_fee, payment.deposit_fee)
    costs = bool(late_fee or deposit)
    return Terms(
        free_until=_cut_off(payment, starts_at) if costs else None,
        late_fee=_money(late_fee, currency),
        deposit=_money(deposit, currency),
        card_needed=costs or bool(payment.is_paid) or unreadable,
        to_agree=(UNREADABLE,) if unreadable else (),
    )


def of_details(details: DetailsJson, listed: Terms, currency: str) -> Terms:
    """What is agreed to by booking: the dearest of what details, their words and the list say.

    Whether a fee is for the table or for each person is nowhere stated: it counts as one for each. What is to be
    paid now is a deposit where the list called it one, and otherwise prepaid.
    """
    currency = details.locale.currency or currency
    cancellation, payment = details.cancellation, details.payment
    fee_json = None if cancellation is None else cancellation.fee
    fee, now, unreadable = _read(
        None if fee_json is None else fee_json.amount, None if payment is None else payment.amounts.total
    )
    display = None if cancellation is None else cancellation.display
    policy = (display.policy if display is not None else None) or ()
    late_fee = max(fee, _said(policy), _known(listed.late_fee))
    deposit = max(_known(listed.deposit), now if listed.deposit is not None else Decimal(0))
    prepaid = now if listed.deposit is None else Decimal(0)
    costs = bool(late_fee or deposit or prepaid)
    free_until = listed.free_until
    if cancellation is not None:
        refund = cancellation.refund
        stated = (fee_json and fee_json.date_cut_off) or (refund and refund.date_cut_off)
        free_until = _utc(stated) or free_until
    agreeing = (details.config.double_confirmation if details.config is not None else None) or ()
    unsure = unreadable or UNREADABLE in listed.to_agree
    return Terms(
        free_until=free_until if costs else None,
        late_fee=_money(late_fee, currency),
        deposit=_money(deposit, currency),
        prepaid=_money(prepaid, currency),
        card_needed=costs or listed.card_needed,
        policy=tuple(policy),
        to_agree=(*agreeing, UNREADABLE) if unsure else tuple(agreeing),
    )


def of_reservation(row: ReservationJson) -> Terms:
    """What the list of reservations says of one."""
    currency = row.venue.currency or "USD"
    cancellation, invoice = row.cancellation, None if row.payment is None else row.payment.invoice
    fee_json = None if cancellation is None else cancellation.fee
    policy = row.cancellation_policy or ()
    fee, paid, unreadable = _read(
        None if fee_json is None else fee_json.amount, None if invoice is None else invoice.total
    )
    late_fee = max(fee, _said(policy))
    stated = None
    if cancellation is not None:
        stated = (fee_json and fee_json.date_cut_off) or cancellation.date_refund_cut_off
    costs = bool(late_fee or paid)
    return Terms(
        free_until=_utc(stated) if costs else None,
        late_fee=_money(late_fee, currency),
        prepaid=_money(paid, currency),
        card_needed=costs or unreadable,
        policy=tuple(policy),
    )


def _read(one: object, other: object) -> tuple[Decimal, Decimal, bool]:
    unreadable, read = False, list[Decimal]()
    for fee in (one, other):
        try:
            read.append(amount_of(fee))
        except Unreadable:
            read.append(Decimal(0))
            unreadable = True
    return read[0], read[1], unreadable


def _said(policy: tuple[str, ...]) -> Decimal:
    """The most that the venue's words name for a person."""
    named = (match.group(1).replace(",", "") for text in policy for match in _A_PERSON.finditer(text))
    return max((Decimal(amount).quantize(Decimal("0.01")) for amount in named), default=Decimal(0))


def _cut_off(payment: PaymentJson, starts_at: datetime) -> datetime | None:
    """The slot's day at the named time, else its start, less the seconds; the wall clock says when that is."""
    if payment.secs_cancel_cut_off is None:
        return None
    at = payment.time_cancel_cut_off
    day = starts_at if at is None else datetime.combine(starts_at.date(), at, starts_at.tzinfo)
    return datetime.fromtimestamp(day.timestamp() - payment.secs_cancel_cut_off, UTC)


def _utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _known(money: Money | None) -> Decimal:
    return Decimal(0) if money is None else money.amount


def _money(amount: Decimal, currency: str) -> Money | None:
    return Money(amount=amount, currency=currency or "USD") if amount > 0 else None
