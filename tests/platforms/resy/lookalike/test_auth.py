"""Signing in and renewing."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from platforms.resy.lookalike import Person


def claims(token):
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


async def login(scene, *, version=4, **form):
    sent = {"email": "ann@example.org", "password": "correct horse", **form}
    return await scene.call("POST", f"/{version}/auth/password", data=sent)


@pytest.mark.parametrize("version", [3, 4])
async def test_a_login_gives_the_user_and_a_token_of_45_days(scene, version):
    answer = await login(scene, version=version)
    user = answer.json()
    assert answer.status_code == 200
    assert (user["id"], user["first_name"], user["em_address"]) == (scene.ann.id, "Ann", "ann@example.org")
    assert user["payment_methods"][0]["display"] == "4242"
    life = claims(user["token"])["exp"] - scene.clock.now().timestamp()
    assert life == timedelta(days=45).total_seconds()
    assert claims(user["token"])["uid"] == scene.ann.id
    assert "iat" not in claims(user["token"])
    header = json.loads(base64.urlsafe_b64decode(user["token"].split(".")[0] + "=="))
    assert header == {"typ": "JWT", "alg": "ES256"}
    assert (await scene.call("GET", "/2/user", token=user["token"])).json()["id"] == scene.ann.id


async def test_the_refresh_token_is_in_the_cookie_only(scene):
    answer = await login(scene)
    refresh = answer.cookies["production_refresh_token"]
    assert refresh not in answer.text
    life = claims(refresh)["exp"] - scene.clock.now().timestamp()
    assert life == timedelta(days=90).total_seconds()


@pytest.mark.parametrize("form", [{"password": "wrong"}, {"email": "nobody@example.org"}])
async def test_wrong_credentials_get_419(scene, form):
    answer = await login(scene, **form)
    assert answer.status_code == 419
    assert "set-cookie" not in answer.headers


async def test_empty_fields_get_400_that_names_them(scene):
    answer = await login(scene, password="")
    assert (answer.status_code, list(answer.json()["data"])) == (400, ["password"])


async def test_one_of_the_two_addresses_may_be_gone(scene):
    scene.turn(login_versions=("3",))
    assert (await login(scene, version=4)).status_code == 404
    assert (await login(scene, version=3)).status_code == 200


async def test_somebody_without_a_card_has_an_empty_list(scene):
    scene.world.accounts.add(Person(email="bob@example.org"))
    user = (await login(scene, email="bob@example.org")).json()
    assert (user["payment_methods"], user["payment_method_id"]) == ([], None)


async def test_a_closed_account_cannot_sign_in(scene):
    scene.world.accounts.change(replace(scene.ann, closed=True))
    assert (await login(scene)).status_code == 409


async def refresh(scene, token):
    scene.http.cookies.clear()
    return await scene.call(
        "POST", "/3/auth/refresh", headers={"Cookie": f"production_refresh_token={token}"}
    )


async def test_a_refresh_gives_a_new_pair_and_ends_the_old_refresh_token(scene):
    pair = scene.world.sign_in(scene.ann)
    answer = await refresh(scene, pair.refresh)
    new = answer.json()["token"], answer.cookies["production_refresh_token"]
    assert answer.status_code == 200
    assert set(new).isdisjoint({pair.auth, pair.refresh})
    assert (await scene.call("GET", "/2/user", token=new[0])).status_code == 200
    assert (await scene.call("GET", "/2/user", token=pair.auth)).status_code == 200
    assert (await refresh(scene, pair.refresh)).status_code == 419
    assert (await refresh(scene, new[1])).status_code == 200


async def test_the_old_refresh_token_lives_on_where_the_knob_says_so(scene):
    scene.turn(refresh_ends_old=False)
    pair = scene.world.sign_in(scene.ann)
    assert [(await refresh(scene, pair.refresh)).status_code for _ in range(2)] == [200, 200]


async def test_a_refresh_token_that_is_unknown_or_too_old_gets_419(scene):
    pair = scene.world.sign_in(scene.ann)
    assert (await refresh(scene, "unknown")).status_code == 419
    assert (await refresh(scene, pair.auth)).status_code == 419
    await scene.clock.advance(timedelta(days=90))
    assert (await refresh(scene, pair.refresh)).status_code == 419
