"""What a platform says of itself, in one place: everything that Fourtop knows of it follows from its spec."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import SecretStr
from starlette.routing import BaseRoute

from core.clock import Clock
from core.domain.venue import Venue
from core.drops.almanac import Almanac
from core.health import Checkup, Finding
from core.persistence.database import Database
from core.ports import Platform
from core.powers.accounts import Wallet
from core.runtime.settings import FromEnvironment, loaded
from core.security.api_keys import ApiKeys
from core.security.secret import Secret

# Covariant though `build` and `health` are given one: nobody but `PlatformAsSet` calls them, with the settings that
# their own spec has read.
S_co = TypeVar("S_co", bound=FromEnvironment, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What the process has for a platform to be built of. `caller` is as whom it may know this install's guests,
    `api_keys` are those of whoever calls it over HTTP.
    """

    database: Database
    clock: Clock
    wallet: Wallet
    almanac: Almanac
    caller: str
    api_keys: ApiKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPlatform:
    """The port with its powers, and what it serves on this process's HTTP server."""

    platform: Platform
    routes: Sequence[BaseRoute] = ()


class OwnVenues(Protocol):
    """Venues whose tables the platform keeps itself: a host writes them down, for `fourtop venue`."""

    def samples(self) -> str:
        """A few venues to begin with, as YAML."""
        ...

    async def add(self, database: Database, text: str, *, file: str, clock: Clock) -> Sequence[Venue]:
        """Read venues from YAML. Raises `BadInput`, and then nothing was changed."""
        ...

    async def all(self, database: Database, clock: Clock) -> Sequence[Venue]: ...

    def elsewhere(self, url: str, clock: Clock, *, caller: str, key: Secret) -> Platform:
        """The venues of another process, behind its HTTP server, which made the key; `caller` says whose guests
        it books for.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSpec(Generic[S_co]):
    """`name` is the one in a `VenueRef`, `title` the one that people read.

    `settings` are its variables; `build` makes it of them and what is offered, or None where they turn it off.
    `health` looks at it without having it built: a finding for each thing that a host should know.
    `secret_names` are patterns of headers and keys whose values no log line holds; the values of settings that are
    `SecretStr` need not be named.
    """

    name: str
    title: str
    settings: type[S_co]
    build: Callable[[S_co, Offered], BuiltPlatform | None]
    health: Callable[[S_co, Checkup], Awaitable[Sequence[Finding]]]
    secret_names: Sequence[str] = ()
    own_venues: OwnVenues | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformAsSet:
    """A platform as the host has set it."""

    spec: PlatformSpec[FromEnvironment]
    settings: FromEnvironment

    def build(self, offered: Offered) -> BuiltPlatform | None:
        """None where it is turned off."""
        return self.spec.build(self.settings, offered)

    async def health(self, checkup: Checkup) -> Sequence[Finding]:
        return await self.spec.health(self.settings, checkup)

    def secrets(self) -> Sequence[str]:
        """The values of its settings that nobody is to see."""
        values = (getattr(self.settings, name) for name in type(self.settings).model_fields)
        return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def as_set(specs: Iterable[PlatformSpec[FromEnvironment]]) -> tuple[PlatformAsSet, ...]:
    """Each with its settings from the environment. Raises `BadInput` naming the variable that is wrong."""
    return tuple(PlatformAsSet(spec=spec, settings=loaded(spec.settings)) for spec in specs)


def by_default(specs: Iterable[PlatformSpec[FromEnvironment]]) -> tuple[PlatformAsSet, ...]:
    """Each with its defaults, whatever the environment says."""
    return tuple(PlatformAsSet(spec=spec, settings=spec.settings.model_construct()) for spec in specs)
