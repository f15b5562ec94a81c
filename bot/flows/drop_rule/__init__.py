"""`/drop`: the rule by which a venue releases its tables."""
