"""The platform that `docs/adding-a-platform.md` works out, taken from that page."""

import importlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Protocol, cast

import bot.platforms
import platforms
from core.domain.slot import Slot
from core.platform_spec import PlatformSpec
from core.ports import Platform

_ROOT = Path(__file__).resolve().parent.parent
_PAGE = _ROOT / "docs" / "adding-a-platform.md"
_BLOCK = re.compile(r"^```python\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PACKAGE = "platforms.garden"


def blocks() -> dict[str, str]:
    """The code on the page, by the file it belongs to."""
    return dict(_BLOCK.findall(_PAGE.read_text()))


@contextmanager
def folder() -> Iterator[ModuleType]:
    """The platform's folder is there; gives its module `platform.py`."""
    with TemporaryDirectory() as place:
        for name, code in blocks().items():
            if name.startswith("platforms/garden/"):
                file = Path(place) / "garden" / Path(name).name
                file.parent.mkdir(exist_ok=True)
                file.write_text(code)
        (Path(place) / "garden" / "__init__.py").touch()
        platforms.__path__.append(place)
        importlib.invalidate_caches()
        try:
            yield importlib.import_module(f"{_PACKAGE}.platform")
        finally:
            platforms.__path__.remove(place)
            for name in [name for name in sys.modules if name.startswith(_PACKAGE)]:
                del sys.modules[name]
            platforms.__dict__.pop("garden", None)


class SentCode(Protocol):
    """What went to a member's telephone."""

    code: str


class Worked(Platform, Protocol):
    """The page's platform, with what a test looks at in it."""

    sent: list[SentCode]

    def _taken(self, slot: Slot) -> int: ...


def own(platform: Platform) -> Worked:
    """The platform, which is the one of the page."""
    assert type(platform).__module__ == f"{_PACKAGE}.platform"
    return cast(Worked, platform)


def listed() -> tuple[PlatformSpec, ...]:
    """`PLATFORMS` as it is with the page's line in the list. Its folder has to be there."""
    source = Path(bot.platforms.__file__).read_text()
    head, opening, rest = source.partition("_FOLDERS = (\n")
    assert opening
    names: dict[str, object] = {}
    exec(compile(head + opening + blocks()["bot/platforms.py"] + rest, bot.platforms.__file__, "exec"), names)
    found = names["PLATFORMS"]
    assert isinstance(found, tuple)
    return found
