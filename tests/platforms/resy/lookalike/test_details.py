"""Details of a slot, and the book token."""

from datetime import date, timedelta

import pytest

from platforms.resy.lookalike import Policy, Sitting
from tests.platforms.resy.lookalike.scene import DAY, SEVEN


async def config_of(scene, **more):
    return (await scene.slots(**more))[0]["config"]["token"]


async def test_get_and_post_both_give_a_book_token(scene):
    config = await config_of(scene)
    posted = (await scene.details(config)).json()
    params = {"config_id": config, "day": str(DAY), "party_size": "2"}
    got = (await scene.call("GET", "/3/details", token=scene.token, params=params)).json()
    assert posted["book_token"]["date_expires"] == "2026-12-01T12:05:00Z"
    assert len(got["book_token"]["value"]) > 200
    assert set(posted) == set(got)


async def test_commit_0_gives_the_same_without_a_token(scene):
    config = await config_of(scene)
    shown = (await scene.details(config, commit=0)).json()
    committed = (await scene.details(config, commit=1)).json()
    del committed["book_token"]
    assert shown == committed


async def test_a_form_is_415_and_no_body_an_invalid_configuration(scene):
    form = {"config_id": await config_of(scene), "day": str(DAY), "party_size": 2}
    posted = await scene.call("POST", "/3/details", token=scene.token, data=form)
    bare = await scene.call("POST", "/3/details", token=scene.token, params=form)
    assert posted.status_code == 415
    assert (bare.status_code, bare.json()["message"]) == (400, "invalid configuration ID")


@pytest.mark.parametrize(
    "config",
    [
        "nonsense",
        "rgs://resy/1/2/3/2026-12-10/2026-12-10/19:00:00/2/Dining Room",
        "rgs://resy/60001/x/2/2026-12-10/2026-12-10/19:00:00/2/Dining Room",
    ],
)
async def test_a_config_that_means_nothing_is_404(scene, config):
    assert (await scene.details(config)).status_code == 404


async def test_a_size_that_does_not_fit_is_404(scene):
    config = await config_of(scene)
    assert (await scene.details(config, size=3)).status_code == 404
    larger = config.replace("/2/Dining Room", "/5/Dining Room")
    assert (await scene.details(larger, size=5)).status_code == 404
    assert (await scene.details(config, day=date(2026, 12, 11))).status_code == 404


async def test_a_seating_may_hold_any_character(scene):
    venue = scene.add_venue("Odd", sittings=(Sitting(at=SEVEN, seating="Chef's / Bar & Grill +1"),))
    config = await config_of(scene, venue=venue)
    assert config.endswith("/2/Chef's / Bar & Grill +1")
    book_token = (await scene.details(config)).json()["book_token"]["value"]
    assert (await scene.book(book_token)).status_code == 201


async def test_a_token_is_handed_out_for_what_is_gone(scene):
    config = await config_of(scene)
    scene.world.sell_out(scene.venue, DAY)
    answer = await scene.details(config)
    assert answer.status_code == 200
    assert (await scene.book(answer.json()["book_token"]["value"])).status_code == 404


async def test_a_guessed_token_books_nothing_before_the_drop(scene):
    config = (await config_of(scene)).replace("2026-12-10", "2026-12-15")
    answer = await scene.details(config, day=date(2026, 12, 15))
    assert answer.status_code == 200
    assert (await scene.book(answer.json()["book_token"]["value"])).status_code == 404
    await scene.clock.advance(timedelta(hours=3))
    answer = await scene.details(config, day=date(2026, 12, 15))
    assert (await scene.book(answer.json()["book_token"]["value"])).status_code == 201


async def test_the_cards_are_the_bookers_or_null(scene):
    config = await config_of(scene)
    mine = (await scene.details(config)).json()["user"]["payment_methods"]
    theirs = (await scene.details(config, token=scene.add_friend())).json()["user"]["payment_methods"]
    assert [(card["id"], card["display"]) for card in mine] == [(99887766, "4242")]
    assert theirs is None
    scene.turn(null_payment_methods=True)
    assert (await scene.details(config)).json()["user"]["payment_methods"] is None


async def test_a_free_slot_has_no_fee_and_its_refund_ends_as_it_starts(scene):
    told = (await scene.details(await config_of(scene))).json()
    assert told["cancellation"]["fee"] is None
    assert told["cancellation"]["refund"]["date_cut_off"] == "2026-12-11T00:00:00Z"
    assert told["payment"]["config"]["type"] == "free"
    assert told["payment"]["amounts"]["total"] == 0
    assert told["config"]["double_confirmation"] is None
    assert "name" not in told["venue"]


async def test_a_fee_tells_its_amount_and_until_when(scene):
    policy = Policy(fee=25.0, cut_off=timedelta(days=1), text="$25 a person.")
    venue = scene.add_venue("Fee", policy=policy, double_confirmation=("The bar has no chairs.",))
    told = (await scene.details(await config_of(scene, venue=venue))).json()
    assert told["cancellation"]["fee"]["amount"] == 25.0
    assert told["cancellation"]["fee"]["date_cut_off"] == "2026-12-10T00:00:00Z"
    assert told["cancellation"]["display"]["policy"] == ["$25 a person."]
    assert told["config"]["double_confirmation"] == ["The bar has no chairs."]


async def test_a_deposit_is_in_the_total(scene):
    venue = scene.add_venue("Prepaid", policy=Policy(deposit=50.0))
    told = (await scene.details(await config_of(scene, venue=venue))).json()
    assert told["payment"]["amounts"]["total"] == 100.0


@pytest.mark.parametrize("name", ["config_id", "day", "party_size"])
async def test_each_parameter_has_to_be_there(scene, name):
    body = {"config_id": await config_of(scene), "day": str(DAY), "party_size": 2}
    del body[name]
    answer = await scene.call("POST", "/3/details", token=scene.token, json=body)
    assert (answer.status_code, list(answer.json()["data"])) == (400, [name])
