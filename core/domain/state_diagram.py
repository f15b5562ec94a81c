"""A state table as a page of the docs shows it; pure."""

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import TypeVar

S = TypeVar("S", bound=StrEnum)


def diagram(follows: Mapping[S, Collection[S]], *, ends: Collection[S]) -> str:
    """Every step in the order of the states, the first of which is the beginning."""
    steps = [
        f"    {before} --> {after}" for before in follows for after in follows if after in follows[before]
    ]
    lasts = [f"    {state} --> [*]" for state in follows if state in ends]
    return "\n".join(
        ["```mermaid", "stateDiagram-v2", f"    [*] --> {next(iter(follows))}", *steps, *lasts, "```"]
    )


def sentences(said: Mapping[S, str]) -> str:
    """What each state means."""
    rows = [f"| `{state}` | {sentence} |" for state, sentence in said.items()]
    return "\n".join(["| state | what it means |", "|---|---|", *rows])


def redrawn(page: str, drawings: Mapping[str, str]) -> str:
    """The page with each named drawing, between its marks, drawn anew."""
    for name, text in drawings.items():
        block = f"<!-- {name}: drawn from the code -->\n{text}\n<!-- end -->"
        page = re.sub(rf"<!-- {name}: .*?<!-- end -->", lambda _, block=block: block, page, flags=re.DOTALL)
    return page
