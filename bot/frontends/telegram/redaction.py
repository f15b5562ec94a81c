"""Secrets kept out of what libraries log."""

import logging
from collections.abc import Iterable


class Redaction(logging.Filter):
    """Takes words out of the records of a logger that writes down URLs or parameters."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__()
        self._words = tuple(words)

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if any(word in message for word in self._words):
            for word in self._words:
                message = message.replace(word, "…")
            record.msg, record.args = message, ()
        return True


def keep_out_of_logs(words: Iterable[str], *, loggers: Iterable[str]) -> None:
    """From now on, none of the words is in what these loggers write."""
    redaction = Redaction(words)
    for name in loggers:
        logging.getLogger(name).addFilter(redaction)
