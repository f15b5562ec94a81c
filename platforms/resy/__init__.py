"""Resy: its client, and a look-alike of its server."""
