"""A guest's own word for a plan: what may be booked in their name, in private."""
