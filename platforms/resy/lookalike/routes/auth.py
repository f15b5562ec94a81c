"""Signing in, renewing, and who one is."""

from platforms.resy.lookalike.accounts import Pair
from platforms.resy.lookalike.answer import Answer, as_json, invalid, not_found, unauthorized
from platforms.resy.lookalike.call import Call
from platforms.resy.lookalike.gates import closed
from platforms.resy.lookalike.person import Person
from platforms.resy.lookalike.shapes.people import person_json
from platforms.resy.lookalike.world import LookAlike

COOKIE = "production_refresh_token"


def login(world: LookAlike, call: Call) -> Answer:
    """The user object and a token; the one that renews it is in the cookie only."""
    if call.path.split("/")[1] not in world.knobs.login_versions:
        return not_found()
    if call.body != "form":
        return invalid({"email": "Missing data for required field."})
    call.require("email", "password")
    person = world.accounts.by_email(call.text("email"))
    if person is None or person.password != call.text("password"):
        return unauthorized()
    call.person = person
    if (refusal := closed(person)) is not None:
        return refusal
    pair = world.sign_in(person)
    return _with_pair(world, {**person_json(person), "legacy_token": pair.auth[-40:]}, pair)


def refresh(world: LookAlike, call: Call) -> Answer:
    """A new pair for a refresh token."""
    old = call.cookies.get(COOKIE, "")
    person: Person | None = world.accounts.renewer(old, now=call.now)
    if person is None:
        return unauthorized()
    call.person = person
    if (refusal := closed(person)) is not None:
        return refusal
    if world.knobs.refresh_ends_old:
        world.accounts.drop_refresh(old)
    return _with_pair(world, {}, world.sign_in(person))


def user(_: LookAlike, call: Call) -> Answer:
    """The user object."""
    return as_json(person_json(call.who))


def _with_pair(world: LookAlike, value: dict[str, object], pair: Pair) -> Answer:
    age = int(world.knobs.refresh_life.total_seconds())
    cookie = f"{COOKIE}={pair.refresh}; Max-Age={age}; Path=/; HttpOnly; Secure; SameSite=None"
    return as_json({**value, "token": pair.auth}, headers=(("Set-Cookie", cookie),))
