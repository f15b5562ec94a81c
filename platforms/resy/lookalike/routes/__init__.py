"""One module a topic: pure functions from a call to an answer."""
