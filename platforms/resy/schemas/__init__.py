"""Resy's JSON: only what is read, and as little of that as possible demanded.

Fields that are not here are passed over. A field of the wrong type counts as absent (see `reading.read`), and where
something demanded is absent, so is what it belongs to: a slot without a start is no slot, and the rest is.
"""
