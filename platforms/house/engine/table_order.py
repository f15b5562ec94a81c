"""In which order free tables are tried."""

import random
from collections.abc import Sequence
from itertools import groupby


def spread(tables: Sequence[tuple[int, int]], *, first: int | None = None) -> list[int]:
    """Ids of `tables` (ids with their seats, smallest first): `first` before all, then smaller before larger.

    Equals are shuffled, for guests who all take the first free table would all collide on it.
    """
    order: list[int] = []
    for _, equals in groupby(tables, key=lambda table: table[1]):
        ids = [table_id for table_id, _ in equals]
        random.shuffle(ids)
        order.extend(ids)
    order.sort(key=lambda table_id: table_id != first)
    return order
