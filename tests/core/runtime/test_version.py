"""Which Fourtop this is."""

import importlib
import importlib.metadata

import pytest

from core.runtime import version
from platforms.resy.user_agent import user_agent


def test_it_is_what_was_installed_and_what_we_say_to_a_platform():
    assert importlib.metadata.version("fourtop") == version.VERSION
    assert user_agent().endswith(f"Fourtop/{version.VERSION})")


def test_a_copy_that_nobody_installed_has_none(monkeypatch: pytest.MonkeyPatch):
    def nothing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    try:
        with monkeypatch.context() as patch:
            patch.setattr(importlib.metadata, "version", nothing)
            assert importlib.reload(version).VERSION == "0"
    finally:
        importlib.reload(version)
