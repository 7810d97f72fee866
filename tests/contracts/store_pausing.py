"""What must hold of a provider that an operator has paused."""

from datetime import timedelta

from bot.core.model import PAUSED, Health


def health(**facts):
    sound = {"closed_until": None, "why": "", "trouble": "", "trouble_at": None, "worked_at": None, "told": ""}
    return Health("acme", **(sound | facts))


class PausingContract:
    async def test_one_that_was_never_used_can_be_paused_and_resumed_once_each(self, store, scene):
        until = scene.clock.now() + timedelta(days=1)

        assert await store.pause_provider("acme", until, actor="op")
        assert not await store.pause_provider("acme", until, actor="op")
        assert await store.healths() == {"acme": health(closed_until=until, why=PAUSED)}
        assert await store.resume_provider("acme", actor="op")
        assert not await store.resume_provider("acme", actor="op")
        assert await store.healths() == {"acme": health()}

    async def test_everyday_health_does_not_open_a_paused_one_and_keeps_the_rest(self, store, scene):
        now = scene.clock.now()
        until = now + timedelta(days=1)
        await store.pause_provider("acme", until, actor="op")
        await store.write_health(health(closed_until=now, why="key", trouble="401", worked_at=now))

        assert await store.healths() == {
            "acme": health(closed_until=until, why=PAUSED, trouble="401", worked_at=now),
        }

    async def test_everyday_health_that_has_not_heard_of_the_end_of_a_pause_does_not_pause_again(self, store, scene):
        now = scene.clock.now()
        await store.write_health(health(worked_at=now))
        await store.write_health(health(closed_until=now, why=PAUSED, trouble="500"))

        assert await store.healths() == {"acme": health(trouble="500")}

    async def test_a_pause_ends_whatever_it_was_closed_for(self, store, scene):
        now = scene.clock.now()
        await store.write_health(health(closed_until=now, why="key", told="key", trouble="401"))
        await store.pause_provider("acme", now, actor="op")
        await store.resume_provider("acme", actor="op")

        assert await store.healths() == {"acme": health(trouble="401")}
