"""What must hold of whose turn it is, and of what is learned about durations."""

from datetime import timedelta

from bot.core.model import CommunityId, State, User, UserId
from bot.core.store import Change
from providers.contract import Pace
from tests.contracts.store_scene import ANN, BEN, GUILD

CAM = User(UserId("web", "cam"), "Cam")
OTHER_GUILD = CommunityId("discord", "88")


class AdmissionContract:
    async def test_nobody_waiting_admits_nobody(self, store):
        assert await store.admit({"preview": Pace(10, 10)}) == []
        assert await store.next_turn({"preview": Pace(10, 10)}) is None
        assert await store.positions() == {}

    async def test_a_provider_takes_no_more_than_it_can_at_once(self, store, scene):
        jobs = await self.crowd(scene, (ANN, None), 3)
        pace = {"preview": Pace(100, 2)}

        assert await store.admit(pace) == jobs[:2]
        assert await store.admit(pace) == []
        assert await store.next_turn(pace) is None
        await self.finish(store, jobs[0])
        assert await store.admit(pace) == jobs[2:]

    async def test_admission_does_not_take_the_job_from_its_waiting_carrier(self, store, scene):
        await scene.rich()
        job = await scene.queued()

        assert await store.admit({"preview": Pace(10, 10)}) == [job.id]

        moved = await store.move(job, Change(State.SUBMITTING, begins_attempt=True))
        assert moved.admitted_at == scene.clock.now()

    async def test_a_paused_provider_admits_nobody(self, store, scene):
        await self.crowd(scene, (ANN, None), 1)

        assert await store.admit({"other": Pace(10, 10)}) == []
        assert await store.admit({}) == []
        assert await store.next_turn({}) is None

    async def test_the_rate_counts_submits_of_the_last_minute_and_jobs_about_to_submit(self, store, scene):
        jobs = await self.crowd(scene, (ANN, None), 4)
        pace = {"preview": Pace(submits_per_minute=2, at_once=100)}
        assert await store.admit(pace) == jobs[:2]
        assert await store.admit(pace) == []
        for admitted in jobs[:2]:
            scene.clock.advance(seconds=10)
            await self.finish(store, admitted)
        assert await store.admit(pace) == []

        due = await store.next_turn(pace)

        assert due == scene.clock.now() + timedelta(seconds=51)
        scene.clock.set(due - timedelta(milliseconds=1))
        assert await store.admit(pace) == []
        scene.clock.set(due)
        assert await store.admit(pace) == jobs[2:3]

    async def test_jobs_about_to_submit_fill_the_rate_for_a_minute_at_most(self, store, scene):
        await self.crowd(scene, (ANN, None), 2)
        pace = {"preview": Pace(1, 100)}
        await store.admit(pace)

        assert await store.next_turn(pace) == scene.clock.now() + timedelta(seconds=61)

    async def test_with_room_and_somebody_waiting_the_next_turn_is_now(self, store, scene):
        await self.crowd(scene, (ANN, None), 1)

        assert await store.next_turn({"preview": Pace(1, 1)}) == scene.clock.now()

    async def test_a_job_is_not_admitted_before_the_provider_wants_it(self, store, scene):
        await scene.rich()
        job = await scene.submitting()
        later = scene.clock.now() + timedelta(seconds=20)
        await store.move(job, Change(State.QUEUED, not_before=later))
        pace = {"preview": Pace(100, 100)}

        assert await store.admit(pace) == []
        assert await store.next_turn(pace) == later
        scene.clock.set(later)
        assert await store.admit(pace) == [job.id]

    async def test_who_wants_to_stop_is_not_admitted(self, store, scene):
        jobs = await self.crowd(scene, (ANN, None), 2)
        await store.ask_cancel(jobs[0])

        assert await store.admit({"preview": Pace(10, 10)}) == jobs[1:]

    async def test_communities_go_round_then_people_then_the_oldest(self, store, scene):
        ann = await self.crowd(scene, (ANN, GUILD), 3)
        ben = await self.crowd(scene, (BEN, GUILD), 1)
        cam = await self.crowd(scene, (CAM, None), 2)
        expected = [ann[0], cam[0], ben[0], cam[1], ann[1], ann[2]]

        assert sorted((await store.positions()).items(), key=lambda item: item[1]) == [
            (job, place) for place, job in enumerate(expected, 1)
        ]
        assert await store.admit({"preview": Pace(100, 4)}) == expected[:4]
        assert await store.positions() == {ann[1]: 1, ann[2]: 2}

    async def test_places_that_free_themselves_one_by_one_go_round_too(self, store, scene):
        ann = await self.crowd(scene, (ANN, None), 4)
        cam = await self.crowd(scene, (CAM, OTHER_GUILD), 2)
        one_at_once = {"preview": Pace(100, 1)}
        served = []
        for _ in range(6):
            scene.clock.advance(seconds=1)
            [admitted] = await store.admit(one_at_once)
            await self.finish(store, admitted)
            served.append(admitted)

        assert served == [ann[0], cam[0], ann[1], cam[1], ann[2], ann[3]]

    async def test_who_has_many_under_way_lets_others_go_first(self, store, scene):
        await self.crowd(scene, (ANN, None), 5)
        await store.admit({"preview": Pace(100, 3)})
        cam = await self.crowd(scene, (CAM, None), 2)

        assert await store.admit({"preview": Pace(100, 5)}) == cam

    async def test_each_provider_has_a_queue_of_its_own(self, store, scene):
        [first] = await self.crowd(scene, (ANN, None), 1)
        [other] = await self.crowd(scene, (ANN, None), 1, offer="other/model")

        assert await store.positions() == {first: 1, other: 1}
        assert set(await store.admit({"preview": Pace(1, 1), "other": Pace(1, 1)})) == {first, other}

    async def test_the_newest_two_hundred_durations_are_remembered(self, store):
        assert await store.durations("preview/card") == ()
        for seconds in range(203):
            await store.learn("preview/card", float(seconds))
        await store.learn("other/model", 7.5)

        assert await store.durations("preview/card") == tuple(float(seconds) for seconds in range(202, 2, -1))
        assert await store.durations("other/model") == (7.5,)

    async def crowd(self, scene, who, count, **changes):
        user, community = who
        await scene.rich(user, 1000)
        ids = []
        for _ in range(count):
            scene.clock.advance(milliseconds=1)
            ids.append((await scene.queued(user, community=community, **changes)).id)
        return ids

    async def finish(self, store, id):
        job = await store.seize(id)
        job = await store.move(job, Change(State.SUBMITTING, begins_attempt=True))
        await store.move(job, Change(State.FETCHING, ticket="t"))
