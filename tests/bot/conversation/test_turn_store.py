"""What a turn has left is looked at at once, and by those alone who have something to do."""

from tests.dialogues.acting import arm
from tests.stage import Stage


async def test_only_a_turn_that_records_facts_has_them_heard():
    async with Stage() as stage:
        rung, heard = [], []
        stage.bell.listen(lambda: rung.append(1))
        stage.bell.listen_to_facts(lambda: heard.append(1))
        await stage.fake.say("ann", "/help")
        assert rung
        assert not heard
        await arm(stage)
        assert heard
