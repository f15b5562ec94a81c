"""Shapes from the fact sheet, field by field, and what may be wrong with them."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.terms import Money, Terms
from core.domain.venue import VenueRef
from core.errors import PlatformDown
from platforms.resy import costs, translate
from platforms.resy.lenient_json import read, read_list
from platforms.resy.schemas.accounts import UserJson
from platforms.resy.schemas.booking import DetailsJson
from platforms.resy.schemas.reservations import ReservationJson, ReservationsJson
from platforms.resy.schemas.slots import FindJson, NotifyOptionJson, PaymentJson
from platforms.resy.schemas.venues import CalendarJson, CitiesJson, HitJson, SearchJson, VenueJson
from platforms.resy.time_zones import zone_of
from platforms.resy.venue_cache import CachedVenue

REF = VenueRef(platform="resy", id="new-york-ny/carbone")
NEW_YORK = ZoneInfo("America/New_York")
ON = date(2026, 10, 22)
TOKEN = "rgs://resy/87134/3533613/3/2026-10-22/2026-10-22/12:00:00/2/Dining Room"

PLACE = CachedVenue(
    ref=REF,
    home=REF,
    venue_id=87134,
    name="Carbone",
    zone="America/New_York",
    currency="USD",
    address="181 Thompson Street, New York",
    locality="New York",
    party_min=1,
    party_max=6,
    lead_days=29,
    last_hour=23,
    claims=(),
    knowledge=None,
    known_at=datetime(2026, 10, 1, tzinfo=UTC),
)

SLOT = {
    "config": {
        "id": 1829820,
        "token": TOKEN,
        "type": "Dining Room",
        "custom_config_name": None,
        "is_visible": False,
    },
    "date": {"start": "2026-10-22 12:00:00", "end": "2026-10-22 13:30:00"},
    "size": {"min": 1, "max": 2},
    "quantity": 44,
    "template": {"id": 3533613},
    "market": {"date": {"on": 1788235200, "off": 1792681200}},
    "exclusive": {"id": 0, "is_eligible": True},
    "is_global_dining_access": False,
    "payment": {
        "is_paid": False,
        "is_add_on_required": False,
        "cancellation_fee": None,
        "deposit_fee": None,
        "service_charge": None,
        "secs_cancel_cut_off": None,
        "time_cancel_cut_off": None,
        "service_charge_options": [],
    },
}
VENUE = {
    "id": {"resy": 87134},
    "name": "Carbone",
    "location": {"time_zone": "EST5EDT", "neighborhood": "West Village"},
    "rating": 4.1,
    "service_types": {"2": {}, "3": {}},
    "currency": {"symbol": "$", "code": "USD"},
}


def found(*slots: object, venue: object = VENUE) -> bytes:
    results = {"venues": [{"venue": venue, "templates": {"3533613": {}}, "slots": list(slots)}]}
    return json.dumps({"query": {"day": "2026-10-22"}, "bookmark": None, "results": results}).encode()


def slot(**changes: object) -> dict[str, object]:
    return deepcopy(SLOT) | changes


def slots_in(body: bytes, size: int = 2):
    return translate.slots_of(read(body, FindJson), PLACE, on=ON, party_size=size)


# Find.


def test_a_slot_is_read_as_recorded():
    (one,) = slots_in(found(SLOT))
    assert (one.venue, one.token, one.seating, one.party_size) == (REF, TOKEN, "Dining Room", 2)
    assert one.starts_at == datetime(2026, 10, 22, 12, 0, tzinfo=NEW_YORK)
    assert one.terms == Terms()


@pytest.mark.parametrize(
    "body",
    [
        found(),
        b'{"query":{},"results":{"venues":[]}}',
        b'{"results":{"venues":[{"venue":{},"templates":{},"slots":null}]}}',
        b'{"results":{"venues":[null]}}',
    ],
)
def test_every_form_of_emptiness_is_no_slot(body: bytes):
    assert slots_in(body) == ()


def test_slots_are_in_order_of_time_and_each_token_once():
    later = slot(config={"token": "later", "type": "Bar"}, date={"start": "2026-10-22 21:00:00"})
    again = slot(config={"token": TOKEN, "type": "Dining Room", "id": 7})
    other = slot(config={"token": "other", "type": "Dining Room"})
    assert [one.token for one in slots_in(found(later, SLOT, again, other))] == [TOKEN, "other", "later"]


@pytest.mark.parametrize(
    "wrong",
    [
        slot(config={"token": None, "type": "Bar"}),
        slot(config={"token": "", "type": "Bar"}),
        slot(config={}),
        slot(config=None),
        slot(config="rgs://"),
        slot(is_global_dining_access=True),
        slot(exclusive={"is_eligible": False}),
        slot(date={"start": "soon"}),
        slot(date={}),
        slot(date=None),
        slot(size={"min": 3, "max": 4}),
        slot(size={"min": 1, "max": 1}),
        slot(date={"start": "2026-10-23 12:00:00"}),
        None,
        7,
        [],
        "slot",
    ],
)
def test_what_can_not_be_booked_is_left_out_and_spoils_nothing(wrong: object):
    fine = slot(config={"token": "fine", "type": "Bar"})
    assert [one.token for one in slots_in(found(wrong, fine, wrong))] == ["fine"]


@pytest.mark.parametrize(
    "odd",
    [
        slot(size=None),
        slot(size={}),
        slot(size={"min": None, "max": None}),
        slot(size={"min": "1", "max": "2"}),
        slot(exclusive=None),
        slot(exclusive={"is_eligible": None}),
        slot(exclusive=[]),
        slot(is_global_dining_access=None),
        slot(is_global_dining_access="maybe"),
        slot(payment=None),
        slot(payment=[]),
        slot(payment={}),
        slot(date={"start": "2026-10-22T12:00:00"}),
        slot(quantity="many", shift=7, market=[]),
        {key: SLOT[key] for key in ("config", "date")},
    ],
)
def test_what_is_odd_beside_the_slot_is_passed_over(odd: dict[str, object]):
    (one,) = slots_in(found(odd))
    assert one.starts_at == datetime(2026, 10, 22, 12, 0, tzinfo=NEW_YORK)


def test_a_venue_beside_the_slots_may_be_anything():
    for venue in (None, {}, [], "x", {"currency": None, "location": []}):
        assert len(slots_in(found(SLOT, venue=venue))) == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=5,
    ),
    st.sampled_from(list(SLOT)),
)
def test_whatever_a_field_holds_nothing_breaks(value: object, name: str):
    fine = slot(config={"token": "fine", "type": "Bar"})
    tokens = [one.token for one in slots_in(found(slot(**{name: value}), fine))]
    assert "fine" in tokens or tokens == [TOKEN]
    assert set(tokens) <= {TOKEN, "fine"} or name == "config"


# What it costs.


def test_a_fee_of_a_slot_and_its_cut_off():
    payment = {"is_paid": True, "cancellation_fee": 25.0, "secs_cancel_cut_off": 172800}
    (one,) = slots_in(found(slot(payment=payment)))
    assert one.terms == Terms(
        free_until=datetime(2026, 10, 20, 16, 0, tzinfo=UTC),
        late_fee=Money(amount=Decimal("25.00"), currency="USD"),
        card_needed=True,
    )


def test_a_cut_off_may_have_a_time_of_its_own():
    payment = PaymentJson(cancellation_fee=25, secs_cancel_cut_off=86400, time_cancel_cut_off=time(10))
    terms = costs.of_slot(payment, datetime(2026, 11, 2, 19, 0, tzinfo=NEW_YORK), "USD")
    assert terms.free_until == datetime(2026, 11, 1, 15, 0, tzinfo=UTC)


def test_a_cut_off_across_a_change_of_clocks_is_so_many_seconds():
    payment = PaymentJson(cancellation_fee=25, secs_cancel_cut_off=86400)
    terms = costs.of_slot(payment, datetime(2026, 11, 1, 19, 0, tzinfo=NEW_YORK), "USD")
    assert terms.free_until == datetime(2026, 11, 1, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fee", "amount"),
    [
        (25, "25.00"),
        (25.5, "25.50"),
        ("25", "25.00"),
        ("$1,250.00", "1250.00"),
        ({"amount": 25.0}, "25.00"),
        ({"amount": None}, "0"),
        (None, "0"),
        (0, "0"),
        ("", "0"),
        ("null", "0"),
        ([], "0"),
        (False, "0"),
    ],
)
def test_an_amount_is_read_however_it_is_written(fee: object, amount: str):
    assert costs.amount_of(fee) == Decimal(amount)


@pytest.mark.parametrize("fee", ["some", True, [25], ["x"], {"amount": {"amount": "?"}}])
def test_a_fee_that_can_not_be_read_is_the_guests_to_see(fee: object):
    (one,) = slots_in(found(slot(payment={"is_paid": True, "cancellation_fee": fee})))
    assert one.terms.to_agree == (costs.UNREADABLE,)
    details = read(details_body(), DetailsJson)
    assert costs.UNREADABLE in costs.of_details(details, one.terms, "USD").to_agree


def test_the_fee_is_in_the_venues_currency():
    venue = VENUE | {"currency": {"symbol": "€", "code": "EUR"}}
    (one,) = slots_in(found(slot(payment={"cancellation_fee": 25}), venue=venue))
    assert str(one.terms.late_fee) == "25.00 EUR"


def details_body(**changes: object) -> bytes:
    details: dict[str, object] = {
        "cancellation": {
            "credit": {"date_cut_off": None},
            "display": {"policy": ["Please be on time."]},
            "fee": None,
            "refund": {"date_cut_off": "2026-10-21T16:00:00Z"},
        },
        "config": {"double_confirmation": None, "is_event": False, "type": ""},
        "locale": {"currency": "USD", "time_zone": "EST5EDT"},
        "payment": {"amounts": {"total": 0.0, "items": []}, "config": {"type": "free"}},
        "user": {"payment_methods": None},
        "book_token": {"value": "long|opaque", "date_expires": "2026-10-01T12:06:55Z"},
    }
    return json.dumps(details | changes).encode()


def terms_of(listed: Terms = Terms(), **changes: object) -> Terms:
    return costs.of_details(read(details_body(**changes), DetailsJson), listed, "USD")


def test_a_free_table_costs_nothing_whatever_its_cut_off():
    assert terms_of() == Terms(policy=("Please be on time.",))


def test_a_fee_of_the_details_and_when_it_begins():
    fee = {"amount": 25.0, "tax": 0, "date_cut_off": "2026-10-20T22:00:00Z", "display": {"amount": "$25"}}
    terms = terms_of(cancellation={"fee": fee, "refund": {"date_cut_off": "2026-10-19T22:00:00Z"}})
    assert str(terms.late_fee) == "25.00 USD"
    assert terms.free_until == datetime(2026, 10, 20, 22, 0, tzinfo=UTC)
    assert terms.card_needed


def test_the_dearest_of_what_is_said_counts():
    listed = Terms(late_fee=Money(amount=Decimal(30), currency="USD"))
    assert str(terms_of(listed, cancellation={"fee": {"amount": 25}}).late_fee) == "30.00 USD"
    words = {"policy": ["No-shows are charged $1,050 per person.", "A $20/guest fee applies."]}
    assert str(terms_of(cancellation={"fee": {"amount": 25}, "display": words}).late_fee) == "1050.00 USD"
    assert str(terms_of(cancellation={"display": {"policy": ["$50 per guest"]}}).late_fee) == "50.00 USD"
    assert terms_of(cancellation={"display": {"policy": ["Our tasting menu is $95."]}}).late_fee is None


def test_what_is_paid_at_once_is_prepaid_unless_the_list_called_it_a_deposit():
    paid = {"amounts": {"total": 120.0}}
    assert str(terms_of(payment=paid).prepaid) == "120.00 USD"
    deposit = Terms(deposit=Money(amount=Decimal(60), currency="USD"))
    terms = terms_of(deposit, payment=paid)
    assert (str(terms.deposit), terms.prepaid) == ("120.00 USD", None)


def test_what_has_to_be_agreed_to_is_kept_word_for_word():
    assert terms_of(config={"double_confirmation": ["One.", "Two."]}).to_agree == ("One.", "Two.")


@pytest.mark.parametrize("odd", [None, [], 7, "x", {"fee": [], "refund": 3, "display": None}])
def test_odd_details_are_no_crash(odd: object):
    assert terms_of(cancellation=odd, config=odd, locale=odd, user=odd).late_fee is None


def test_details_without_a_book_token_have_none():
    assert read(details_body(book_token=None), DetailsJson).book_token is None
    assert read(details_body(book_token={}), DetailsJson).book_token is None


# Reservations.

ROW = {
    "reservation_id": 933020068,
    "resy_token": "opaque",
    "day": "2026-10-22",
    "time_slot": "19:30:00",
    "when": "2026-10-22 23:30:00",
    "num_seats": 2,
    "service_type_id": 2,
    "price": 0,
    "status": {"finished": 0, "no_show": 0},
    "venue": {"id": 87134, "currency": "USD"},
    "config": {"type": "Dining Room", "background_color": "", "font_color": ""},
    "cancellation": {"allowed": True, "date_refund_cut_off": "2026-10-21T23:30:00Z", "fee": None},
    "cancellation_policy": ["Please cancel in time."],
    "payment": {"invoice": {"subtotal": 0, "total": 0}},
}


def row(**changes: object) -> ReservationJson:
    return read(json.dumps(ROW | changes).encode(), ReservationJson)


def test_a_reservation_is_read_as_recorded():
    one = translate.reservation_of(row(), REF, "America/New_York")
    assert one is not None
    assert (one.id, one.confirmation, one.party_size, one.seating) == (
        "933020068",
        "933020068",
        2,
        "Dining Room",
    )
    assert one.starts_at == datetime(2026, 10, 22, 19, 30, tzinfo=NEW_YORK)
    assert one.terms == Terms(policy=("Please cancel in time.",))
    assert (one.key, one.read_back) == (None, True)


def test_when_is_utc_and_used_where_the_local_time_is_missing():
    for changes in ({"time_slot": {"date": "x"}}, {"day": None}, {"time_slot": None}):
        one = translate.reservation_of(row(**changes), REF, "America/New_York")
        assert one is not None
        assert one.starts_at == datetime(2026, 10, 22, 19, 30, tzinfo=NEW_YORK)
    assert translate.reservation_of(row(day=None, when=None), REF, "America/New_York") is None


def test_a_fee_of_a_reservation():
    fee = {"amount": 25.0, "applies": False, "date_cut_off": "2026-10-21T23:30:00Z"}
    one = translate.reservation_of(row(cancellation={"fee": fee}), REF, "America/New_York")
    assert one is not None
    assert str(one.terms.late_fee) == "25.00 USD"
    assert one.terms.free_until == datetime(2026, 10, 21, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "over"),
    [
        ({"finished": 1}, True),
        ({"no_show": 1}, True),
        ({"finished": 0}, False),
        ("booked", False),
        (None, False),
    ],
)
def test_a_status_may_be_an_object_or_a_word(status: object, over: bool):
    assert translate.over(row(status=status)) is over


def test_a_row_that_is_none_spoils_no_list():
    body = {"reservations": [ROW, None, {"reservation_id": []}, {"venue": {}}, "x"], "venues": []}
    assert len(read(json.dumps(body).encode(), ReservationsJson).reservations) == 1


def test_a_list_that_is_not_there_is_not_an_empty_list():
    for body in (b"{}", b'{"reservations":null}', b"[]", b'{"reservations":{}}'):
        with pytest.raises(PlatformDown):
            read(body, ReservationsJson)


# Everything else.


def test_a_user_without_cards_has_none_in_every_form():
    for cards in (None, [], {}, "none", [None], [{}]):
        user = read(json.dumps({"id": 12, "first_name": "Ann", "payment_methods": cards}).encode(), UserJson)
        assert translate.cards_of(user.payment_methods) == ()
        assert translate.card_of_user(user) is None


def test_the_default_card_is_used_and_else_the_first():
    cards = [{"id": 1, "display": "1111"}, {"id": 2, "display": "2222", "is_default": 1}]
    user = read(json.dumps({"id": 12, "payment_methods": cards}).encode(), UserJson)
    assert translate.card_of_user(user) == 2
    user = read(json.dumps({"id": 12, "payment_methods": cards[:1]}).encode(), UserJson)
    assert translate.card_of_user(user) == 1
    user = read(b'{"id":12,"payment_method_id":9,"payment_methods":null}', UserJson)
    assert translate.card_of_user(user) == 9


def test_ids_may_be_numbers_or_text():
    assert (
        read(b'{"id":{"resy":"87134","google":null,"foursquare":"null"},"name":"X"}', VenueJson).id.resy
        == 87134
    )
    assert read(b'{"id":"12"}', UserJson).id == read(b'{"id":12}', UserJson).id == "12"


def test_words_of_a_calendar_that_are_not_known_are_kept():
    days = [{"date": "2026-10-22", "inventory": {"reservation": "closed"}}, {"date": "x"}, {}]
    calendar = read(json.dumps({"scheduled": days, "last_calendar_day": ""}).encode(), CalendarJson)
    assert [day.inventory.reservation for day in calendar.scheduled] == ["closed"]
    assert calendar.last_calendar_day is None


def test_cities_are_a_bare_list():
    body = b'[{"id":1,"code":"ny","url_slug":"new-york-ny","time_zone":"EST5EDT","shape_data":null},null]'
    (city,) = read_list(body, CitiesJson, "cities").cities
    assert city.time_zone == "EST5EDT"


HIT = {
    "id": {"resy": 52750},
    "name": "Amor Loco",
    "url_slug": "amor-loco",
    "location": {"id": 1, "name": "New York", "code": "ny", "url_slug": "new-york-ny"},
    "neighborhood": "New York",
    "locality": "New York",
    "max_party_size": 10,
    "reopen": {"date": "2021-07-07"},
    "is_tock_inventory": False,
}


def hit(name: str, **changes: object) -> HitJson:
    return read(json.dumps(HIT | {"name": name} | changes).encode(), HitJson)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("carbone", ["Carbone"]),
        ("CARB", ["Carbone"]),
        ("carbone new york", ["Carbone"]),
        ("l'artusi", ["L’Artusi"]),
        ("lartusi", ["L’Artusi"]),
        ("cafe", ["Café Mogador"]),
        ("mogador caf", ["Café Mogador"]),
        ("carbonne", ["Carbone"]),
        ("zanzibar", []),
        ("new york", []),
        ("!!!", []),
    ],
)
def test_a_name_is_confirmed_here(words: str, names: list[str]):
    hits = [hit("Carbone"), hit("L’Artusi"), hit("Café Mogador"), hit("Ador")]
    assert [one.name for one in translate.meant(hits, words)] == names


def test_a_hit_is_a_venue_in_its_city():
    venue = translate.venue_of_hit(hit("Amor Loco"), "America/New_York")
    assert venue is not None
    assert venue.ref.id == "new-york-ny/amor-loco"
    assert (venue.address, venue.party_min, venue.party_max) == ("New York", 1, 10)
    assert translate.venue_of_hit(hit("Tock's", is_tock_inventory=True), "UTC") is None
    assert translate.venue_of_hit(hit("Nowhere", location={}), "UTC") is None


def test_hits_may_be_at_the_top():
    body = json.dumps({"hits": [HIT, {"name": "no id"}]}).encode()
    search = read(body, SearchJson)
    assert (search.search, len(search.hits)) == (None, 1)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("EST5EDT", "America/New_York"),
        ("CST6CDT", "America/Chicago"),
        ("MST7MDT", "America/Denver"),
        ("PST8PDT", "America/Los_Angeles"),
        ("Europe/Madrid", "Europe/Madrid"),
        ("EST5EDT,M3.2.0,M11.1.0", "America/New_York"),
        ("", None),
        ("Mars/Olympus", None),
        ("../etc/passwd", None),
        ("/etc/localtime", None),
        ("x\x00y", None),
    ],
)
def test_a_zone_is_a_key_that_is_known_everywhere(name: str, key: str | None):
    assert zone_of(name) == key
    if key is not None:
        assert ZoneInfo(key)


OPTION = NotifyOptionJson(
    service_type_id=2,
    min_request_datetime=datetime(2026, 10, 22, 17, 0),
    max_request_datetime=datetime(2026, 10, 22, 23, 0),
    step_minutes=30,
)


@pytest.mark.parametrize(
    ("times", "window"),
    [
        ([time(19)], (time(19), time(19, 30), 2)),
        ([time(21), time(18, 15), time(19)], (time(18), time(21), 2)),
        ([time(19, 45), time(20, 10)], (time(19, 30), time(20, 30), 2)),
        ([time(23)], (time(23), time(23), 2)),
    ],
)
def test_a_window_is_in_the_venues_steps_and_within_its_hours(
    times: list[time], window: tuple[time, time, int]
):
    assert translate.asking_window([OPTION], times) == window


@pytest.mark.parametrize(("at", "service"), [(time(9), 5), (time(12), 3), (time(19), 2)])
def test_without_a_window_the_hour_says_which_service(at: time, service: int):
    first, last, said = translate.asking_window([], [at])
    assert (first, said) == (at, service)
    assert timedelta(hours=last.hour - first.hour, minutes=last.minute - first.minute) == timedelta(
        minutes=30
    )
