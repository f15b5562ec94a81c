"""How many rounds a loop of random faults is run for."""

import os

import pytest

MANY = int(os.environ.get("FOURTOP_SOAK_SEEDS", "200"))
"""What a loop has in `make soak`; one with slow rounds has a share of that."""


def seeds(few: int, *, share: float = 1) -> pytest.MarkDecorator:
    """Parametrise `seed`: few in the suite, and many marked `soak`."""
    many = range(1001, 1001 + max(1, round(MANY * share)))
    soak = [pytest.param(seed, marks=(pytest.mark.soak, pytest.mark.timeout(600))) for seed in many]
    return pytest.mark.parametrize("seed", [*range(1, few + 1), *soak])
