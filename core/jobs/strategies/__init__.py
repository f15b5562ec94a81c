"""How a job goes after its table."""
