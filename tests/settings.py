"""Settings for a test or a measurement: what is given, and the environment; no `.env` file is read."""

from typing import Any

from core.runtime.settings import Settings

_NO_FILE: dict[str, Any] = {"_env_file": None}


def settings_of(**given: Any) -> Settings:
    return Settings(**_NO_FILE, **given)
