"""Chance that comes out the same each time."""

import random


def chance(*seed: object) -> random.Random:
    """Numbers that only `seed` decides; one that has a stream of its own is not moved by what others draw."""
    return random.Random("/".join(map(str, seed)))  # noqa: S311 - nothing is kept secret with it
