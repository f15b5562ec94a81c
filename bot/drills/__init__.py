"""A plan's drop, tried before it comes: how far each drill is, and what plays it."""
