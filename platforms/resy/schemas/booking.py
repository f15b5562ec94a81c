"""From the details of a slot to the reservation, or to what is in its way."""

from datetime import date, time

from pydantic import Field

from platforms.resy.schemas.accounts import CardJson
from platforms.resy.schemas.parts import Fee, Instant, Json
from platforms.resy.schemas.venues import LocaleJson


class CutOffJson(Json):
    date_cut_off: Instant = None


class FeeJson(Json):
    amount: Fee = None
    date_cut_off: Instant = None


class PolicyJson(Json):
    policy: tuple[str, ...] | None = None


class CancellationJson(Json):
    fee: FeeJson | None = None
    refund: CutOffJson | None = None
    display: PolicyJson | None = None


class AmountsJson(Json):
    total: Fee = None


class DetailsPaymentJson(Json):
    amounts: AmountsJson = AmountsJson()


class DetailsConfigJson(Json):
    double_confirmation: tuple[str, ...] | None = None


class DetailsUserJson(Json):
    payment_methods: tuple[CardJson, ...] | None = None


class BookTokenJson(Json):
    value: str = Field(repr=False)


class DetailsJson(Json):
    """Without a book token it says, in some way or other, that the slot can't be had."""

    book_token: BookTokenJson | None = None
    cancellation: CancellationJson | None = None
    payment: DetailsPaymentJson | None = None
    config: DetailsConfigJson | None = None
    locale: LocaleJson = LocaleJson()
    user: DetailsUserJson | None = None


class BookedJson(Json):
    reservation_id: str
    resy_token: str = Field(default="", repr=False)

    @property
    def names_one(self) -> bool:
        """Whether that is the number of a reservation, and not a form of "none"."""
        return self.reservation_id.strip() not in {"", "0", "null"}


class SpecsJson(Json):
    day: date | None = None
    time_slot: time | None = None
    reservation_id: str | None = None


class NamedVenueJson(Json):
    id: str = ""
    name: str = ""


class InTheWayJson(Json):
    """What a 412 may say at book."""

    specs: SpecsJson | None = None
    venue: NamedVenueJson | None = None
