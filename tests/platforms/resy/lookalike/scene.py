"""A venue with a few tables, somebody who wants one, and a server to ask."""

from dataclasses import replace
from datetime import date, time, timedelta

import httpx

from platforms.resy.lookalike import Card, DaysAhead, Knobs, LookAlike, Person, Sitting, Venue
from tests.fakes.clock import FakeClock

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"
KEY = 'ResyAPI api_key="VbWk7s3L4KiK5fzlO7JD3Q5EYolJI7n5"'
DAY = date(2026, 12, 10)
SEVEN, LATER = time(19), time(21, 15)


class Scene:
    """A world whose clock stands at 07:00 in New York on 2026-12-01, and calls to its server."""

    def __init__(self, *, skew: timedelta = timedelta()) -> None:
        self.clock = FakeClock()
        self.world = LookAlike(self.clock, seed=1, skew=skew)
        self.venue = self.add_venue()
        self.ann = self.world.add_person("ann@example.org", cards=(Card(),))
        self.token = self.world.sign_in(self.ann).auth
        self.url = ""
        self.http = httpx.AsyncClient(trust_env=False)

    def add_venue(self, name="Casa Luna", *, tables=1, **more) -> Venue:
        fields = {
            "release": DaysAhead(days=14, at=time(10)),
            "sittings": (
                Sitting(at=SEVEN, tables=tables, largest=4),
                Sitting(at=SEVEN, seating="Bar", tables=tables, largest=2),
                Sitting(at=LATER, tables=tables, largest=4),
            ),
        }
        return self.world.add_venue(Venue(name=name, **{**fields, **more}))

    def add_friend(self, email="bob@example.org", **more) -> str:
        return self.world.sign_in(self.world.accounts.add(Person(email=email, **more))).auth

    def turn(self, **knobs) -> None:
        self.world.knobs = replace(self.world.knobs, **knobs)

    def knobs(self) -> Knobs:
        return self.world.knobs

    async def call(self, method, path, *, token="", agent=BROWSER, key=KEY, headers=None, **more):
        own = {"User-Agent": agent, "Authorization": key}
        if token:
            own["X-Resy-Auth-Token"] = token
        sent = {name: value for name, value in {**own, **(headers or {})}.items() if value is not None}
        http = self.http
        request = http.build_request(method, self.url + path, **more)
        for name in ("user-agent",):
            del request.headers[name]
        request.headers.update(sent)
        return await http.send(request)

    async def find(self, *, day=DAY, size=2, venue=None, **more):
        asked = {"lat": 0, "long": 0, "day": str(day), "party_size": size}
        asked["venue_id"] = (venue or self.venue).id
        return await self.call("GET", "/4/find", params=asked, **more)

    async def slots(self, **more):
        venues = (await self.find(**more)).json()["results"]["venues"]
        return venues[0]["slots"]

    async def details(self, config, *, day=DAY, size=2, token=None, **more):
        body = {"commit": 1, "config_id": config, "day": str(day), "party_size": size, **more}
        return await self.call("POST", "/3/details", token=token or self.token, json=body)

    async def book_token(self, *, which=0, **more):
        slot = (await self.slots(**{k: v for k, v in more.items() if k in ("day", "size", "venue")}))[which]
        more.pop("venue", None)
        answer = await self.details(slot["config"]["token"], **more)
        return answer.json()["book_token"]["value"]

    async def book(self, book_token, *, token=None, **fields):
        form = {"book_token": book_token, **fields}
        return await self.call("POST", "/3/book", token=token or self.token, data=form)

    async def reservations(self, *, token=None, **params):
        return await self.call("GET", "/3/user/reservations", token=token or self.token, params=params)

    async def cancel(self, resy_token, *, token=None):
        form = {"resy_token": resy_token}
        return await self.call("POST", "/3/cancel", token=token or self.token, data=form)
