"""The machine's own Chromium, and where pictures of the page go."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "no Chromium here: install one (Debian: apt install chromium; macOS: brew install --cask chromium) "
    "or point FOURTOP_CHROMIUM at its executable"
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """Where the browser is; None where there is none."""
    return os.environ.get("FOURTOP_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def picture(name: str) -> str:
    """The file for a picture, in the folder that CI keeps."""
    folder = Path(os.environ.get("FOURTOP_ARTEFACTS", "artefacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder / f"{name}.png")
