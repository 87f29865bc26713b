from weir_runtime.group.part import Parts
from weir_runtime.group.ports import Assigned
from weir_runtime.group.standalone import StandaloneGroup
from weir_runtime.model.cluster import ClusterConfig

CONFIG = ClusterConfig(offset=3, connectors={"c": {}}, tasks={"c": ({}, {})})


class Notes:
    def __init__(self) -> None:
        self.assigned: list[Assigned] = []

    def snapshot(self) -> ClusterConfig:
        return CONFIG

    async def on_assigned(self, assigned: Assigned) -> None:
        self.assigned.append(assigned)

    async def on_revoked(self, parts: Parts) -> None:
        raise AssertionError(parts)

    async def on_coordinator_lost(self, parts: Parts) -> None:
        raise AssertionError(parts)


async def test_a_standalone_worker_leads_and_owns_everything() -> None:
    group, notes = StandaloneGroup("http://a:8083/", "a:8083"), Notes()
    await group.start(notes)
    assert notes.assigned[0].parts == Parts.configured(CONFIG)
    assert (group.generation, group.is_leader, group.lone) == (0, True, True)
    assert (group.leader_url, group.member_id) == ("http://a:8083/", "a:8083")


async def test_a_changed_config_is_reassigned_at_once() -> None:
    group = StandaloneGroup("http://a:8083/", "a:8083")
    await group.start(Notes())
    group.request_rejoin()
    assigned = group.reassign(ClusterConfig(offset=4, connectors={"d": {}}))
    assert assigned is not None
    assert assigned.parts == Parts.of(["d"])


async def test_before_the_start_and_after_the_stop_there_is_no_group() -> None:
    group = StandaloneGroup("http://a:8083/", "a:8083")
    assert (group.generation, group.leader_url, group.reassign(CONFIG)) == (-1, None, None)
    await group.start(Notes())
    await group.stop()
    assert (group.generation, group.is_leader, group.lone) == (-1, False, False)
