"""From `/reserve` to an armed plan."""
