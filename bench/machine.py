"""What the numbers were taken on, and how quiet it was."""

import os
import platform
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("sqlalchemy", "aiohttp", "httpx", "python-telegram-bot", "discord.py", "pydantic")
_FSYNCS = 100
_LISTENED = 2.0
_GAP = 0.003


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """`precedence` is the nice value against the neighbours (negative: before them). `share` is how much of a
    core a loop that does nothing but ask the time got for two seconds, and `gaps` the milliseconds of its longest
    pauses: both say how much the neighbours took. `fsync` is in milliseconds.
    """

    cores: int
    processor: str
    system: str
    python: str
    libraries: str
    on: date
    precedence: int
    load: tuple[float, float, float]
    share: float
    gaps: tuple[float, ...]
    fsync: float


def machine() -> Machine:
    share, gaps = _listen()
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        processor=_processor(),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        libraries=", ".join(f"{name} {version(name)}" for name in _LIBRARIES),
        on=datetime.now(UTC).date(),
        precedence=_precedence(),
        load=os.getloadavg(),
        share=share,
        gaps=gaps,
        fsync=_fsync(),
    )


def _listen() -> tuple[float, tuple[float, ...]]:
    began = last = time.perf_counter()
    busy = time.process_time()
    gaps: list[float] = []
    while last < began + _LISTENED:
        now = time.perf_counter()
        if now - last > _GAP:
            gaps.append((now - last) * 1e3)
        last = now
    return (time.process_time() - busy) / (last - began), tuple(sorted(gaps, reverse=True)[:3])


def _fsync() -> float:
    path = Path(f".bench-{os.getpid()}")
    try:
        with path.open("wb") as file:
            began = time.perf_counter()
            for _ in range(_FSYNCS):
                file.write(b"x" * 4096)
                file.flush()
                os.fdatasync(file.fileno())
            return (time.perf_counter() - began) / _FSYNCS * 1e3
    finally:
        path.unlink(missing_ok=True)


def _precedence() -> int:
    """Linux weighs whole sessions against each other where it has groups for them, else processes."""
    group = Path("/proc/self/autogroup")
    if group.exists() and (words := group.read_text().split()):
        return int(words[-1])
    return os.nice(0)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    named = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()
