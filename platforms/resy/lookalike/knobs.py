"""What can be turned while the look-alike runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from platforms.resy.lookalike.endpoints import Endpoint
from platforms.resy.lookalike.faults import Fault
from platforms.resy.lookalike.latency import NONE, Latency

_NOTHING = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """Within `around` of any drop each call to `endpoints` fails with `probability`, with one of `faults`.

    Calls there also take up to `delay` longer.
    """

    probability: float = 0.0
    around: timedelta = timedelta(seconds=10)
    endpoints: tuple[Endpoint, ...] = ("find", "details", "book")
    faults: tuple[Fault, ...] = (Fault.TEXT_500, Fault.HTML_504)
    delay: timedelta = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """After `calls` to one endpoint an address gets `warnings` times 429, then 500 until `blocked` is over."""

    calls: int = 35
    warnings: int = 2
    blocked: timedelta = timedelta(minutes=45)
    retry_after: int | None = None
    """seconds named in `Retry-After`; None leaves the header out"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """Behaviour of the server; the defaults are what the sources agree on. Durations are of the server's clock."""

    api_key: str = "VbWk7s3L4KiK5fzlO7JD3Q5EYolJI7n5"
    strict_agent: bool = False
    """accept no User-Agent but those that begin with `Mozilla/`"""
    budget: Budget | None = None
    login_versions: tuple[Literal["3", "4"], ...] = ("3", "4")
    token_life: timedelta = timedelta(days=45)
    refresh_life: timedelta = timedelta(days=90)
    refresh_ends_old: bool = True
    """a used refresh token is refused afterwards"""

    drop_offset: timedelta = _NOTHING
    """how much later (or, below zero, earlier) than its hour every drop happens"""
    drop_within: timedelta = _NOTHING
    """a further delay, random up to this"""
    stale_find: timedelta = _NOTHING
    """for how long a slot is listed after it was sold out"""
    no_venues: bool = False
    """an empty list has no venue in it at all"""
    empty_find: bool = False
    """every list is empty: the soft block"""

    book_token_life: timedelta = timedelta(seconds=300)
    bad_book_token: Literal[400, 404, 502] = 404
    null_payment_methods: bool = False
    """details say `null` whatever cards there are"""
    conflict_has_specs: bool = True
    """whether a 412 names the reservation that is in the way"""
    sold_out_is_412: bool = False
    """a lost slot is answered with a bare 412 instead of 404"""
    captcha: bool = True
    """venues with `recaptcha` refuse every booking call with 403"""

    stale_reservations: timedelta = _NOTHING
    """how far the list of reservations lags behind"""
    fresh_resy_tokens: bool = True
    """every list names new tokens"""
    old_resy_tokens: bool = True
    """tokens of earlier lists still cancel"""
    late_cancel: bool = False
    """cancelling after the cut-off is allowed, for the fee"""

    gzip: bool = False
    storm: Storm | None = None
    latency: Latency = NONE
    latency_of: Mapping[Endpoint, Latency] = field(default_factory=dict[Endpoint, Latency])
    """where it differs from `latency`"""
