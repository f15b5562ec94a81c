"""Which news of a plan are everyone's, wherever they can be told."""

import pytest

from bot.notifications.news import BookedNews, LostNews, ReleasedNews, ReminderNews, TroubleNews, UnlistedNews
from bot.notifications.plan_news import concerns_everyone
from core.domain.trouble import Trouble


@pytest.mark.parametrize(
    "news",
    [
        BookedNews(plan_id="p"),
        LostNews(plan_id="p"),
        ReleasedNews(plan_id="p", by="Ann"),
        UnlistedNews(plan_id="p"),
        TroubleNews(plan_id="p", trouble=Trouble.LOCKED_OUT.value),
    ],
)
def test_what_became_of_the_table_is_for_everyone(news):
    assert concerns_everyone(news)


@pytest.mark.parametrize(
    "news",
    [
        ReminderNews(plan_id="p"),
        *(TroubleNews(plan_id="p", trouble=one.value) for one in Trouble if one is not Trouble.LOCKED_OUT),
    ],
)
def test_what_one_of_them_has_to_see_to_is_not(news):
    assert not concerns_everyone(news)
