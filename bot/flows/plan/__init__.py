"""The card of an armed plan, until its end."""
