"""Which fact is told to whom, and which cards show it."""
