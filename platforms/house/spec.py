"""What the house says of itself: our own booking engine, here or in another process."""

from collections.abc import Sequence

from pydantic import Field, SecretStr, field_validator

from core.health import Checkup, Finding, Health
from core.platform_spec import BuiltPlatform, Offered, PlatformSpec
from core.runtime.redaction import SecretRedaction
from core.runtime.settings import FromEnvironment, hard_to_guess
from platforms.house.engine.rules import PLATFORM
from platforms.house.http import api
from platforms.house.http.client import HouseClient
from platforms.house.inventory import LocalInventory
from platforms.house.own_venues import HouseVenues
from platforms.house.platform import HousePlatform

_VENUES = HouseVenues()


class HouseSettings(FromEnvironment):
    house_url: str | None = Field(
        None,
        description="The HTTP server of another Fourtop, whose house venues are used in place of our own.",
    )
    house_token: SecretStr | None = Field(
        None, description="What its API wants as a bearer token; without a URL, what ours does."
    )

    @field_validator("house_token")
    @classmethod
    def _hard(cls, token: SecretStr | None) -> SecretStr | None:
        return hard_to_guess(token)

    def token(self) -> str | None:
        return None if self.house_token is None else self.house_token.get_secret_value()


def _build(settings: HouseSettings, offered: Offered) -> BuiltPlatform:
    if settings.house_url is not None:
        client = HouseClient(settings.house_url, offered.clock, token=settings.token())
        return BuiltPlatform(platform=HousePlatform(client, caller=offered.caller))
    inventory = LocalInventory(offered.database, offered.clock)
    return BuiltPlatform(
        platform=HousePlatform(inventory, caller=offered.caller),
        routes=(api.routes(inventory, token=settings.token()),),
    )


async def _health(settings: HouseSettings, checkup: Checkup) -> Sequence[Finding]:
    if settings.house_url is not None:
        return [await _elsewhere(settings, settings.house_url, checkup)]
    if checkup.database is None:
        return []
    count = len(await _VENUES.all(checkup.database, checkup.clock))
    words = f"{count} venue{'' if count == 1 else 's'}."
    if count:
        return [Finding(what=PLATFORM, health=Health.GOOD, words=words)]
    advice = "Add some: `fourtop venue add --samples`, or `fourtop venue import FILE`."
    return [Finding(what=PLATFORM, health=Health.NOTE, words=words, advice=advice)]


async def _elsewhere(settings: HouseSettings, url: str, checkup: Checkup) -> Finding:
    token, shown = settings.token(), SecretRedaction()(url)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    match (await checkup.ask(f"{url.rstrip('/')}/house/v1/venues?limit=1", headers)).status:
        case 200:
            return Finding(what=PLATFORM, health=Health.GOOD, words=f"the one at {shown} answers.")
        case 401 | 403:
            advice = "Put the token that its host has set into FOURTOP_HOUSE_TOKEN."
            return Finding(
                what=PLATFORM, health=Health.BAD, words=f"{shown} wants another token.", advice=advice
            )
        case None:
            advice = "Does that Fourtop run? Leave FOURTOP_HOUSE_URL out to use venues of your own."
            return Finding(what=PLATFORM, health=Health.BAD, words=f"{shown} does not answer.", advice=advice)
        case status:
            advice = "Is FOURTOP_HOUSE_URL the address of a Fourtop?"
            return Finding(
                what=PLATFORM, health=Health.BAD, words=f"{shown} answered {status}.", advice=advice
            )


SPEC = PlatformSpec(
    name=PLATFORM,
    title="the venue",
    settings=HouseSettings,
    build=_build,
    health=_health,
    own_venues=_VENUES,
)
