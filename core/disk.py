"""What a file needs beyond being written, so that it is there after a power cut."""

import os
from contextlib import suppress
from pathlib import Path


def settle(folder: Path) -> None:
    """Have the disk know the names in a folder, where a system lets one ask for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
