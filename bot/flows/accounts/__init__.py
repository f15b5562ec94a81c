"""The card of a guest's connected accounts."""
