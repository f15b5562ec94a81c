"""Every platform there is, a line each: the only file that names one."""

from importlib import import_module
from typing import cast

from core.errors import BadInput
from core.platform_spec import OwnVenues, PlatformSpec
from core.runtime.settings import FromEnvironment

_FOLDERS = (
    "house",
    "resy",
)


def _spec(folder: str) -> PlatformSpec[FromEnvironment]:
    found = cast(object, import_module(f"platforms.{folder}.spec").SPEC)
    assert isinstance(found, PlatformSpec)
    return cast(PlatformSpec[FromEnvironment], found)


PLATFORMS = tuple(_spec(folder) for folder in _FOLDERS)


def title(name: str) -> str:
    """A platform as people write it, one that was here before included."""
    return next((spec.title for spec in PLATFORMS if spec.name == name), name.capitalize())


def keeps_venues() -> tuple[PlatformSpec[FromEnvironment], OwnVenues]:
    """The platform whose venues a host adds. Raises `BadInput` where there is none."""
    for spec in PLATFORMS:
        if spec.own_venues is not None:
            return spec, spec.own_venues
    raise BadInput("venues", "no platform here keeps any of your own.")
