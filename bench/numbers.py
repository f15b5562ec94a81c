"""Percentiles."""

from collections.abc import Sequence


def percentile(values: Sequence[float], of: float) -> float:
    """The nearest-rank percentile: a value that really occurred; 0 where there is none."""
    if not values:
        return 0.0
    rank = -(-len(values) * of // 100)
    return sorted(values)[max(int(rank), 1) - 1]
