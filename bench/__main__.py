"""`python -m bench` measures everything and writes docs/benchmarks.md; `python -m bench NAME…` measures and prints.

The names: lateness, resy, faults, answers, starting, standing, contention.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.answers import answers
from bench.contention import contests
from bench.faults import disturbed
from bench.lateness import lateness
from bench.machine import machine
from bench.report import (
    Section,
    answering,
    contending,
    enduring,
    facts,
    late,
    page,
    racing,
    standing_by,
    starting_up,
)
from bench.resy import resy_drops
from bench.standing import standing
from bench.starting import starts

_PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
_CHATS = (1, 50, 200)
_SECONDS = 10.0


def _answers() -> Section:
    found = [one for chats in _CHATS for one in asyncio.run(answers(chats, seconds=_SECONDS))]
    return answering(found)


MEASURES: dict[str, Callable[[], Section]] = {
    "lateness": lambda: late(asyncio.run(lateness())),
    "resy": lambda: racing(asyncio.run(resy_drops())),
    "answers": _answers,
    "starting": lambda: starting_up(asyncio.run(starts())),
    "standing": lambda: standing_by(asyncio.run(standing())),
    "contention": lambda: contending(contests()),
    "faults": lambda: enduring(disturbed()),
}


def main(names: Sequence[str]) -> int:
    """The exit code: 1 when something that has to hold did not, 2 for a name that is none."""
    if unknown := set(names) - set(MEASURES):
        print(f"Not measured here: {', '.join(sorted(unknown))}. There are: {', '.join(MEASURES)}.")
        return 2
    began = time.monotonic()
    here = facts(machine())
    print(here, end="\n\n", flush=True)
    sections: list[Section] = []
    for name in names or MEASURES:
        section = MEASURES[name]()
        sections.append(section)
        print(section.text, flush=True)
    took = time.monotonic() - began
    if not names:
        _PAGE.write_text(page(here, sections, took=took), encoding="utf-8")
        print(f"Written to {_PAGE.relative_to(Path.cwd()) if _PAGE.is_relative_to(Path.cwd()) else _PAGE}")
    broken = [line for section in sections for line in section.broken]
    for line in broken:
        print(f"DOES NOT HOLD: {line}")
    print(f"{took:.0f} seconds")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
