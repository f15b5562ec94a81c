"""News as the subject of a message, and back."""

from pydantic import TypeAdapter

from core.domain.news import News

_NEWS: TypeAdapter[News] = TypeAdapter(News)


def dump_news(news: News) -> str:
    return _NEWS.dump_json(news).decode()


def load_news(subject: str) -> News:
    """The news that `dump_news` wrote."""
    return _NEWS.validate_json(subject)
