"""Search, venue, config, calendar, and places."""

from datetime import date, time, timedelta

import pytest

from platforms.resy.lookalike import CHICAGO, MADRID, DaysAhead, Policy, WholeMonth


async def search(scene, **body):
    return await scene.call("POST", "/3/venuesearch/search", json={"query": "", **body})


def names(answer):
    return [hit["name"] for hit in answer.json()["search"]["hits"]]


async def test_search_finds_neighbours_of_a_name_and_the_nearest_first(scene):
    scene.add_venue("Amor Loco")
    scene.add_venue("Ador")
    assert names(await search(scene, query="amor loco"))[0] == "Amor Loco"
    assert "Ador" in names(await search(scene, query="amor"))
    assert names(await search(scene, query="luna")) == ["Casa Luna"]


async def test_search_without_a_hit_is_no_error(scene):
    answer = await search(scene, query="zzzz")
    assert (answer.status_code, answer.json()["search"]["hits"]) == (200, [])


async def test_search_never_gives_more_than_a_page(scene):
    for number in range(12):
        scene.add_venue(f"Taverna {number}")
    first = await search(scene, query="taverna", per_page=5, page=1)
    third = await search(scene, query="taverna", per_page=5, page=3)
    assert (len(names(first)), len(names(third))) == (5, 2)
    assert first.json()["search"]["nbHits"] == 12
    assert first.json()["meta"]["total_pages"] == 3


async def test_search_is_worldwide_unless_told_where(scene):
    scene.add_venue("Casa Chicago", city=CHICAGO)
    assert len(names(await search(scene, query="casa"))) == 2
    geo = {"latitude": 40.71, "longitude": -74.0, "radius": 35400}
    assert names(await search(scene, query="casa", geo=geo)) == ["Casa Luna"]
    box = {"bounding_box": [41, -88, 42, -87]}
    assert names(await search(scene, query="casa", geo=box)) == ["Casa Chicago"]


async def test_search_refuses_a_field_it_does_not_know(scene):
    answer = await search(scene, query="luna", location={"latitude": 1})
    assert answer.status_code == 400
    assert "Unknown field." in answer.text


async def test_search_takes_the_same_json_in_a_form(scene):
    form = {"struct_data": '{"query": "luna"}'}
    answer = await scene.call("POST", "/3/venuesearch/search", data=form)
    assert names(answer) == ["Casa Luna"]


async def test_search_shows_slots_only_when_asked_and_without_payment(scene):
    assert "availability" not in (await search(scene, query="luna")).json()["search"]["hits"][0]
    filtering = {"day": "2026-12-10", "party_size": 2, "time_filter": "21:30"}
    answer = await search(scene, query="luna", availability=True, slot_filter=filtering)
    slots = answer.json()["search"]["hits"][0]["availability"]["slots"]
    assert [slot["date"]["start"] for slot in slots] == ["2026-12-10 21:15:00"]
    assert not {"payment", "size"} & slots[0].keys()


@pytest.mark.parametrize("city", ["new-york-ny", "ny"])
async def test_a_venue_is_found_by_slug_and_city_or_by_id(scene, city):
    by_slug = await scene.call("GET", "/3/venue", params={"url_slug": "casa-luna", "location": city})
    by_id = await scene.call("GET", "/3/venue", params={"id": scene.venue.id})
    assert by_slug.json() == by_id.json()
    assert by_id.json()["id"]["resy"] == scene.venue.id
    assert by_id.json()["locale"]["time_zone"] == "EST5EDT"


@pytest.mark.parametrize(
    "params", [{"id": 1}, {"url_slug": "casa-luna", "location": "la"}, {"url_slug": "x", "location": "ny"}]
)
async def test_an_unknown_venue_is_404(scene, params):
    assert (await scene.call("GET", "/3/venue", params=params)).status_code == 404


async def test_a_venue_tells_its_text_and_whether_a_card_is_needed(scene):
    text = "Reservations are released 14 days in advance at 10 AM."
    venue = scene.add_venue("Fee", need_to_know=text, policy=Policy(fee=25.0), recaptcha=True)
    told = (await scene.call("GET", "/3/venue", params={"id": venue.id})).json()
    assert text in [one["body"] for one in told["content"] if one["name"] == "need_to_know"]
    assert told["config"]["allow_bypass_payment_method"] == 0
    assert told["feature_recaptcha"] is True


async def test_a_retired_id_is_unknown_and_the_slug_leads_to_the_new_one(scene):
    new = scene.world.retire_id(scene.venue)
    assert new.id != scene.venue.id
    assert (await scene.find()).status_code == 400
    by_slug = {"url_slug": "casa-luna", "location": "ny"}
    assert (await scene.call("GET", "/3/venue", params=by_slug)).json()["id"]["resy"] == new.id
    assert len(await scene.slots(venue=new)) == 3


async def test_config_tells_the_lead_time_as_today_plus_it(scene):
    told = (await scene.call("GET", "/2/config", params={"venue_id": scene.venue.id})).json()
    assert told["lead_time_in_days"] == 14
    assert (told["calendar_date_from"], told["calendar_date_to"]) == ("2026-12-01", "2026-12-15")
    assert isinstance(told["service_types"], list)
    assert (await scene.call("GET", "/2/config", params={"venue_id": 1})).status_code == 404
    assert (await scene.call("GET", "/2/config")).status_code == 400
    assert (await scene.call("GET", "/2/config", params={"venue_id": "x"})).status_code == 502


async def calendar(scene, venue=None, first="2026-12-08", last="2027-03-01", **more):
    asked = {"venue_id": (venue or scene.venue).id, "num_seats": 2, "start_date": first, "end_date": last}
    return await scene.call("GET", "/4/venue/calendar", params={**asked, **more})


async def test_the_calendar_ends_with_the_last_day_that_is_out(scene):
    told = (await calendar(scene)).json()
    assert told["last_calendar_day"] == "2026-12-14", "the 15th drops at ten, in three hours"
    assert [one["date"] for one in told["scheduled"]][-1] == "2026-12-14"
    await scene.clock.advance(timedelta(hours=3))
    assert (await calendar(scene)).json()["last_calendar_day"] == "2026-12-15"


async def test_the_calendar_says_what_is_sold_out_and_what_is_closed(scene):
    venue = scene.add_venue("Closed", closed_on=frozenset({date(2026, 12, 9)}))
    scene.world.sell_out(venue, date(2026, 12, 10))
    told = (await calendar(scene, venue, last="2026-12-10")).json()["scheduled"]
    states = [one["inventory"]["reservation"] for one in told]
    assert states == ["available", "not available", "sold-out"]


async def test_the_calendar_wants_num_seats_and_a_known_venue(scene):
    assert (await calendar(scene, num_seats="")).status_code == 400
    assert (await calendar(scene, venue_id=1)).status_code == 404


async def test_a_whole_month_is_in_the_calendar_at_once(scene):
    venue = scene.add_venue("Month", release=WholeMonth(on_day=1, at=time(10), months=1))
    assert (await calendar(scene, venue)).json()["last_calendar_day"] == "2026-12-31"
    await scene.clock.advance(timedelta(hours=3))
    assert (await calendar(scene, venue)).json()["last_calendar_day"] == "2027-01-31"
    told = (await scene.call("GET", "/2/config", params={"venue_id": venue.id})).json()
    assert told["lead_time_in_days"] == 61


async def test_days_count_by_the_venues_own_calendar(scene):
    venue = scene.add_venue("Lejos", city=MADRID, release=DaysAhead(days=1))
    await scene.clock.advance(timedelta(hours=11, minutes=30))
    told = (await scene.call("GET", "/2/config", params={"venue_id": venue.id})).json()
    assert told["calendar_date_from"] == "2026-12-02", "it is half past midnight there"


async def test_geoip_and_cities_want_only_the_key(scene):
    assert (await scene.call("GET", "/3/geoip")).json()["success"] is True
    cities = (await scene.call("GET", "/3/location/config")).json()
    assert {"ny": "EST5EDT", "la": "PST8PDT"}.items() <= {
        one["code"]: one["time_zone"] for one in cities
    }.items()


async def test_a_favourite_is_added_listed_and_removed(scene):
    async def favour(value):
        form = {"venue_id": scene.venue.id, "favorite": value}
        return await scene.call("POST", "/3/user/favorites", token=scene.token, data=form)

    async def listed():
        answer = await scene.call("GET", "/3/user/favorites", token=scene.token)
        return [one["venue"]["name"] for one in answer.json()["results"]["venues"]]

    assert (await favour(1)).status_code == 200
    assert await listed() == ["Casa Luna"]
    await favour(0)
    assert await listed() == []
