"""What Resy's client says of itself."""

from collections.abc import Sequence

from pydantic import Field

from core.health import Checkup, Finding, Health
from core.platform_spec import BuiltPlatform, Offered, PlatformSpec
from core.runtime.settings import FromEnvironment
from platforms.resy.statuses import PLATFORM
from platforms.resy.user_agent import headers


class ResySettings(FromEnvironment):
    resy: bool = Field(True, description="Whether guests may connect accounts of their own at Resy.")
    resy_api_url: str = Field("https://api.resy.com", description="Where its API is.")
    resy_api_key: str = Field(
        "VbWk7s3L4KiK5fzlO7JD3Q5EYolJI7n5", description="The key that resy.com's own pages send."
    )


def _build(settings: ResySettings, offered: Offered) -> BuiltPlatform | None:
    if not settings.resy:
        return None
    from platforms.resy.platform import ResyPlatform  # noqa: PLC0415 - its rehearsals bring a server along

    platform = ResyPlatform(
        settings.resy_api_url,
        settings.resy_api_key,
        offered.clock,
        wallet=offered.wallet,
        almanac=offered.almanac,
    )
    return BuiltPlatform(platform=platform)


async def _health(settings: ResySettings, checkup: Checkup) -> Sequence[Finding]:
    if not settings.resy:
        return [_found(Health.NOTE, "off.", "Set FOURTOP_RESY=true to turn it on.")]
    url = settings.resy_api_url.rstrip("/")
    match (await checkup.ask(f"{url}/3/geoip", headers(settings.resy_api_key))).status:
        case 200:
            return [_found(Health.GOOD, "answers; guests /connect their own accounts.")]
        case 401 | 419:
            advice = "Leave FOURTOP_RESY_API_KEY out, or update Fourtop."
            return [_found(Health.BAD, "refuses the API key.", advice)]
        case None:
            advice = "Is this machine on the network? Set FOURTOP_RESY=false if Resy is not wanted."
            return [_found(Health.BAD, f"{url} does not answer.", advice)]
        case status:
            words = f"answered {status}: it may not like this machine's address."
            return [_found(Health.NOTE, words, "Try again in an hour.")]


def _found(health: Health, words: str, advice: str = "") -> Finding:
    return Finding(what=PLATFORM, health=health, words=words, advice=advice)


SPEC = PlatformSpec(
    name=PLATFORM,
    title="Resy",
    settings=ResySettings,
    build=_build,
    health=_health,
    secret_names=(r"x-resy-[\w-]+",),
)
