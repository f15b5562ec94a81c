"""The dialogue that connects a guest's own account."""
