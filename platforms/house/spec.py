"""What the house says of itself: our own booking engine, here or in another process."""

from collections.abc import Sequence

from pydantic import Field, SecretStr, field_validator

from core.health import Checkup, Finding, Health
from core.platform_spec import BuiltPlatform, Offered, PlatformSpec
from core.runtime.redaction import SecretRedaction
from core.runtime.settings import FromEnvironment, hard_to_guess
from core.security.secret import Secret
from platforms.house.engine.rules import PLATFORM
from platforms.house.http import api
from platforms.house.http.client import HouseClient
from platforms.house.inventory import LocalInventory
from platforms.house.own_venues import HouseVenues
from platforms.house.platform import HousePlatform

_VENUES = HouseVenues()

_TOKEN_LEFT = Finding(
    what=PLATFORM,
    health=Health.NOTE,
    words="FOURTOP_HOUSE_TOKEN opens nothing here: it is for calling another house.",
    advice="Make keys for those who call this one with `fourtop keys add`.",
)


class HouseSettings(FromEnvironment):
    house_url: str | None = Field(
        None,
        description="The HTTP server of another Fourtop, whose house venues are used in place of our own.",
    )
    house_token: SecretStr | None = Field(
        None, description="The key to it, which its host has made with `fourtop keys add`."
    )

    @field_validator("house_token")
    @classmethod
    def _hard(cls, token: SecretStr | None) -> SecretStr | None:
        return hard_to_guess(token)

    def key(self) -> Secret | None:
        return None if self.house_token is None else Secret(self.house_token.get_secret_value())


def _build(settings: HouseSettings, offered: Offered) -> BuiltPlatform:
    if settings.house_url is not None:
        client = HouseClient(settings.house_url, offered.clock, key=settings.key())
        return BuiltPlatform(platform=HousePlatform(client, caller=offered.caller))
    inventory = LocalInventory(offered.database, offered.clock)
    return BuiltPlatform(
        platform=HousePlatform(inventory, caller=offered.caller),
        routes=(api.routes(inventory, keys=offered.api_keys),),
    )


async def _health(settings: HouseSettings, checkup: Checkup) -> Sequence[Finding]:
    if settings.house_url is not None:
        return [await _elsewhere(settings, settings.house_url, checkup)]
    left = [] if settings.house_token is None else [_TOKEN_LEFT]
    if checkup.database is None:
        return left
    count = len(await _VENUES.all(checkup.database, checkup.clock))
    words = f"{count} venue{'' if count == 1 else 's'}."
    if count:
        return [Finding(what=PLATFORM, health=Health.GOOD, words=words), *left]
    advice = "Add some: `fourtop venue add --samples`, or `fourtop venue import FILE`."
    return [Finding(what=PLATFORM, health=Health.NOTE, words=words, advice=advice), *left]


async def _elsewhere(settings: HouseSettings, url: str, checkup: Checkup) -> Finding:
    key, shown = settings.key(), SecretRedaction()(url)
    headers = {} if key is None else {"Authorization": f"Bearer {key.reveal()}"}
    match (await checkup.ask(f"{url.rstrip('/')}/house/v1/venues?limit=1", headers)).status:
        case 200:
            return Finding(what=PLATFORM, health=Health.GOOD, words=f"the one at {shown} answers.")
        case 401 | 403:
            advice = "Have its host make one with `fourtop keys add`, and put it into FOURTOP_HOUSE_TOKEN."
            return Finding(
                what=PLATFORM, health=Health.BAD, words=f"{shown} wants another key.", advice=advice
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
