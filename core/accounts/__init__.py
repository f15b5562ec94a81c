"""Guests' own accounts on platforms: kept, renewed, and told of before they end."""
