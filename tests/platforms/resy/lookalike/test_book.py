"""Booking: in order, at once, never twice."""

import asyncio
import json
from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from platforms.resy.lookalike import Card, Policy, Sitting, Trap
from tests.platforms.resy.lookalike.scene import DAY, LATER, SEVEN


async def test_a_table_is_booked_with_201(scene):
    answer = await scene.book(await scene.book_token())
    assert answer.status_code == 201
    assert set(answer.json()) == {"resy_token", "reservation_id", "venue_opt_in"}
    (reserved,) = scene.world.live_reservations(scene.ann)
    assert reserved.id == answer.json()["reservation_id"]
    assert scene.world.left(scene.venue, DAY, SEVEN, "Dining Room") == 0


@pytest.mark.parametrize("tables", [1, 3])
async def test_fifty_at_once_get_as_many_tables_as_there_are(scene, tables):
    venue = scene.add_venue("Wanted", tables=tables)
    friends = [scene.add_friend(f"{number}@example.org") for number in range(50)]
    config = (await scene.slots(venue=venue))[0]["config"]["token"]
    tokens = [(await scene.details(config, token=who)).json()["book_token"]["value"] for who in friends]
    answers = await asyncio.gather(
        *(scene.book(token, token=who) for token, who in zip(tokens, friends, strict=True))
    )
    assert Counter(answer.status_code for answer in answers) == {201: tables, 404: 50 - tables}
    assert len(scene.world.live_reservations()) == tables
    assert scene.world.left(venue, DAY, SEVEN, "Dining Room") == 0


async def test_the_same_booking_again_is_412_and_names_the_first(scene):
    book_token = await scene.book_token()
    first = (await scene.book(book_token)).json()
    again = await scene.book(book_token)
    assert again.status_code == 412
    assert again.json() == {
        "specs": {"day": "2026-12-10", "time_slot": "19:00:00", "reservation_id": first["reservation_id"]},
        "venue": {"id": scene.venue.id, "name": "Casa Luna"},
    }
    assert len(scene.world.live_reservations()) == 1


async def test_a_412_may_say_nothing(scene):
    scene.turn(conflict_has_specs=False)
    book_token = await scene.book_token()
    await scene.book(book_token)
    assert "specs" not in (await scene.book(book_token)).json()


async def test_the_same_venue_and_day_conflicts_even_hours_apart(scene):
    early, late = await scene.book_token(which=0), await scene.book_token(which=2)
    assert (await scene.book(early)).status_code == 201
    assert (await scene.book(late)).status_code == 412


async def test_a_venue_may_allow_several_that_do_not_overlap(scene):
    venue = scene.add_venue("Many", allow_multiple=True, tables=2)
    early, late = await scene.book_token(which=0, venue=venue), await scene.book_token(which=2, venue=venue)
    assert [(await scene.book(token)).status_code for token in (early, early, late)] == [201, 412, 201]


async def test_overlapping_tables_elsewhere_conflict_and_others_do_not(scene):
    sittings = tuple(Sitting(at=at) for at in (time(17, 30), time(20), time(20, 30)))
    other = scene.add_venue("Other", sittings=sittings, allow_multiple=True)
    before, overlapping, after = [await scene.book_token(which=which, venue=other) for which in range(3)]
    assert (await scene.book(await scene.book_token())).status_code == 201
    answer = await scene.book(overlapping)
    assert (answer.status_code, answer.json()["venue"]["name"]) == (412, "Casa Luna")
    assert [(await scene.book(token)).status_code for token in (before, after)] == [201, 201]


async def test_accounts_do_not_know_of_each_other(scene):
    venue = scene.add_venue("Two", tables=2)
    friend = scene.add_friend()
    theirs = await scene.book_token(venue=venue, token=friend)
    assert (await scene.book(await scene.book_token(venue=venue))).status_code == 201
    assert (await scene.book(theirs, token=friend)).status_code == 201


async def test_replace_gives_the_conflicting_table_back(scene):
    early, late = await scene.book_token(which=0), await scene.book_token(which=2)
    await scene.book(early)
    assert (await scene.book(late, replace=1)).status_code == 201
    (left,) = scene.world.live_reservations()
    assert left.sitting.at == LATER
    assert scene.world.left(scene.venue, DAY, SEVEN, "Dining Room") == 1


async def test_a_book_token_lives_five_minutes(scene):
    book_token = await scene.book_token()
    await scene.clock.advance(timedelta(seconds=300))
    answer = await scene.book(book_token)
    assert (answer.status_code, answer.json()) == (404, {"status": 404, "message": "Not Found"})


@pytest.mark.parametrize("status", [400, 404, 502])
async def test_an_unknown_book_token_has_a_status_by_knob(scene, status):
    scene.turn(bad_book_token=status)
    config = (await scene.slots())[0]["config"]["token"]
    assert (await scene.book("unknown")).status_code == status
    assert (await scene.book(config)).status_code == status


async def test_a_book_token_is_its_owners(scene):
    book_token = await scene.book_token()
    assert (await scene.book(book_token, token=scene.add_friend())).status_code == 404
    assert (await scene.book(book_token)).status_code == 201


async def test_json_instead_of_a_form_is_an_invalid_book_token(scene):
    body = {"book_token": await scene.book_token()}
    answer = await scene.call("POST", "/3/book", token=scene.token, json=body)
    assert (answer.status_code, answer.json()["message"]) == (400, "invalid book token")
    assert scene.world.live_reservations() == []


async def test_a_book_token_does_not_survive_without_its_escapes(scene):
    raw = f"book_token={await scene.book_token()}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await scene.call("POST", "/3/book", token=scene.token, content=raw, headers=headers)
    assert answer.status_code == 404


async def test_a_missing_book_token_is_400(scene):
    answer = await scene.book("")
    assert (answer.status_code, list(answer.json()["data"])) == (400, ["book_token"])


@pytest.mark.parametrize("policy", [Policy(fee=25.0), Policy(deposit=10.0), Policy(card_needed=True)])
async def test_where_a_card_is_needed_none_is_402(scene, policy):
    venue = scene.add_venue("Fee", policy=policy)
    book_token = await scene.book_token(venue=venue)
    answer = await scene.book(book_token)
    assert (answer.status_code, answer.json()) == (402, {"status": 402, "message": "Payment Required"})
    unknown = json.dumps({"id": 1})
    assert (await scene.book(book_token, struct_payment_method=unknown)).status_code == 402
    card = json.dumps({"id": 99887766})
    assert (await scene.book(book_token, struct_payment_method=card)).status_code == 201


@pytest.mark.parametrize("text", ['{"id": "99887766"}', "99887766", "{", '{"id": null}', '{"id": true}'])
async def test_the_card_has_to_be_json_with_a_number(scene, text):
    answer = await scene.book(await scene.book_token(), struct_payment_method=text)
    assert (answer.status_code, list(answer.json()["data"])) == (400, ["struct_payment_method"])


async def test_a_card_that_declines_is_403_with_words(scene):
    venue = scene.add_venue("Fee", policy=Policy(fee=25.0))
    scene.world.accounts.change(replace(scene.ann, cards=(Card(id=1, declines=True),)))
    answer = await scene.book(await scene.book_token(venue=venue), struct_payment_method='{"id": 1}')
    assert (answer.status_code, answer.json()["message"]) == (403, "Your card was declined.")
    assert scene.world.live_reservations() == []


async def test_the_checks_come_in_their_order(scene):
    """Token, card, own conflict, inventory: mended one by one."""
    venue = scene.add_venue("Fee", policy=Policy(fee=25.0))
    config = (await scene.slots(venue=venue))[0]["config"]["token"]
    await scene.book(await scene.book_token())
    scene.world.sell_out(venue, DAY)
    old = (await scene.details(config)).json()["book_token"]["value"]
    await scene.clock.advance(timedelta(minutes=6))
    assert (await scene.book(old)).status_code == 404
    fresh = (await scene.details(config)).json()["book_token"]["value"]
    assert (await scene.book(fresh)).status_code == 402
    card = {"struct_payment_method": '{"id": 99887766}'}
    assert (await scene.book(fresh, **card)).status_code == 412
    resy_token = (await scene.reservations()).json()["reservations"][0]["resy_token"]
    assert (await scene.cancel(resy_token)).status_code == 200
    assert (await scene.book(fresh, **card)).status_code == 404
    scene.world.give_back(venue, DAY, SEVEN, "Dining Room")
    assert (await scene.book(fresh, **card)).status_code == 201


async def test_a_lost_slot_may_be_a_bare_412(scene):
    scene.turn(sold_out_is_412=True)
    book_token = await scene.book_token()
    scene.world.sell_out(scene.venue, DAY)
    answer = await scene.book(book_token)
    assert (answer.status_code, "specs" in answer.json()) == (412, False)


async def test_a_venue_with_a_captcha_refuses_with_a_page(scene):
    venue = scene.add_venue("Robot", recaptcha=True)
    book_token = await scene.book_token(venue=venue)
    answer = await scene.book(book_token)
    assert answer.status_code == 403
    assert answer.headers["content-type"].startswith("text/html")
    scene.turn(captcha=False)
    assert (await scene.book(book_token)).status_code == 201


@pytest.mark.parametrize(
    ("kind", "status"),
    [(Trap.TWIN, 201), (Trap.HIDDEN, 201), (Trap.GLOBAL_DINING, 404), (Trap.NOT_ELIGIBLE, 404)],
)
async def test_what_is_not_for_everybody_is_not_booked(scene, kind, status):
    venue = scene.add_venue(kind.value, sittings=(Sitting(at=SEVEN, trap=kind),))
    assert (await scene.book(await scene.book_token(venue=venue))).status_code == status


async def test_tokens_of_one_time_are_tables_of_their_own(scene):
    sittings = (Sitting(at=SEVEN, template=1), Sitting(at=SEVEN, template=2))
    venue = scene.add_venue("Many", sittings=sittings)
    first = await scene.book_token(venue=venue)
    second = await scene.book_token(venue=venue, which=1, token=scene.add_friend())
    assert (await scene.book(first)).status_code == 201
    bob = scene.world.sign_in(scene.world.accounts.by_email("bob@example.org")).auth
    assert (await scene.book(second, token=bob)).status_code == 201


async def test_a_table_off_the_market_is_gone(scene):
    book_token = await scene.book_token(day=date(2026, 12, 2))
    scene.turn(book_token_life=timedelta(days=2))
    book_token = await scene.book_token(day=date(2026, 12, 2))
    await scene.clock.advance(timedelta(days=1, hours=11))
    assert (await scene.book(book_token)).status_code == 404
