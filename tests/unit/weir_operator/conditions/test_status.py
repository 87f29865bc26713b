"""Conditions and status from facts."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from weir_operator.client.view import ConnectorView, StatusView, TaskView
from weir_operator.conditions import status as statuses
from weir_operator.conditions.facts import Facts, Progress, Verdict
from weir_operator.conditions.judgement import judge
from weir_operator.resources.reason import Reason
from weir_operator.resources.status import KafkaConnectorStatus

T1, T2 = "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"


def view(state: str = "RUNNING", *tasks: str, trace: str = "") -> ConnectorView:
    parts = tuple(TaskView(n, s, "w:1", trace) for n, s in enumerate(tasks))
    return ConnectorView("c", {}, len(tasks), "source", StatusView(state, "w:1", trace, parts))


def facts(**changes: Any) -> Facts:
    given = Facts(
        generation=3,
        name="c",
        progress=Progress.SETTLED,
        reason=Reason.AS_ASKED,
        now=T1,
        view=view("RUNNING", "RUNNING"),
        synced=Verdict(True, Reason.IN_SYNC),
    )
    return replace(given, **changes)


def kstatus(status: dict[str, Any], generation: int) -> str:
    """Judge as cli-utils' kstatus does for a resource it does not know."""
    if status.get("observedGeneration", generation) != generation:
        return "InProgress"
    conditions = {entry["type"]: entry["status"] for entry in status.get("conditions", ())}
    if conditions.get("Reconciling") == "True":
        return "InProgress"
    if conditions.get("Stalled") == "True":
        return "Failed"
    return "Current" if conditions.get("Ready", "True") == "True" else "InProgress"


@pytest.mark.parametrize(
    ("changes", "ready", "verdict"),
    [
        ({}, (True, Reason.RUNNING), "Current"),
        ({"view": view("PAUSED", "PAUSED")}, (True, Reason.PAUSED), "Current"),
        ({"view": view("STOPPED")}, (True, Reason.STOPPED), "Current"),
        (
            {"progress": Progress.STALLED, "reason": Reason.INVALID_CONFIG},
            (False, Reason.INVALID_CONFIG),
            "Failed",
        ),
        (
            {"progress": Progress.STALLED, "reason": Reason.TASK_FAILED},
            (False, Reason.TASK_FAILED),
            "Failed",
        ),
        (
            {"progress": Progress.WORKING, "reason": Reason.CREATING},
            (False, Reason.CREATING),
            "InProgress",
        ),
        (
            {"progress": Progress.WORKING, "reason": Reason.CONNECT_UNREACHABLE, "contact": False},
            (None, Reason.CONNECT_UNREACHABLE),
            "InProgress",
        ),
        (
            {"progress": Progress.WORKING, "reason": Reason.DELETING, "deleting": True},
            (False, Reason.DELETING),
            "InProgress",
        ),
        ({"view": None}, (False, Reason.NOT_FOUND), "InProgress"),
    ],
)
def test_ready_and_what_kstatus_makes_of_it(
    changes: dict[str, Any], ready: tuple[bool | None, Reason], verdict: str
) -> None:
    given = facts(**changes)
    found = judge(given)["Ready"]
    assert (found.status, found.reason) == ready
    assert kstatus(statuses.build(given), 3) == verdict


def test_stalled_and_reconciling_are_never_both_true() -> None:
    for progress, reason, contact in itertools.product(Progress, Reason, [True, False]):
        found = judge(facts(progress=progress, reason=reason, contact=contact))
        assert not (found["Stalled"].status and found["Reconciling"].status)


def test_a_transition_time_moves_only_with_the_status() -> None:
    first = statuses.build(facts())
    second = statuses.build(facts(now=T2, view=view("PAUSED", "PAUSED"), previous=first))
    times = {entry["type"]: entry["lastTransitionTime"] for entry in second["conditions"]}
    assert times["Ready"] == T1
    third = statuses.build(
        facts(now=T2, progress=Progress.WORKING, reason=Reason.UPDATING, previous=second)
    )
    times = {entry["type"]: entry["lastTransitionTime"] for entry in third["conditions"]}
    assert times["Ready"] == T2
    assert times["Stalled"] == T1


def test_equal_facts_are_not_worth_a_write() -> None:
    first = statuses.build(facts(last_contact=T1))
    second = statuses.build(facts(now=T2, last_contact=T2, previous=first))
    assert not statuses.differs(second, first, contact=True)
    assert statuses.differs(statuses.build(facts(view=view("FAILED"))), first, contact=True)


def test_an_outage_keeps_what_was_known() -> None:
    first = statuses.build(facts())
    lost = facts(
        progress=Progress.WORKING,
        reason=Reason.CONNECT_UNREACHABLE,
        contact=False,
        view=None,
        last_contact=T1,
        previous=first,
    )
    status = statuses.build(lost)
    assert status["connector"] == first["connector"]
    assert status["tasks"] == first["tasks"]
    assert status["lastContact"] == T1
    assert judge(lost)["Synced"].status is None


def test_a_rebalance_leaves_ready_as_it_was() -> None:
    first = statuses.build(facts())
    moving = facts(progress=Progress.WORKING, reason=Reason.REBALANCING, previous=first)
    assert judge(moving)["Ready"] == Verdict(True, Reason.RUNNING)
    alone = facts(progress=Progress.WORKING, reason=Reason.REBALANCING)
    assert judge(alone)["Ready"].status is None


@pytest.mark.parametrize("length", [0, 2048, 2049, 100_000])
def test_a_trace_is_cut_to_two_kibibytes_with_its_beginning_and_its_end(length: int) -> None:
    trace = "Fehler: ü" + "ä" * length + "Caused by: x"
    status = statuses.build(facts(view=view("RUNNING", "FAILED", trace=trace)))
    cut = status["tasks"][0]["trace"]
    assert len(cut.encode()) <= statuses.TRACE_BYTES
    assert cut.startswith("Fehler: ü")
    assert cut.endswith("Caused by: x")


def test_the_status_of_a_thousand_failed_tasks_is_bounded() -> None:
    states = ["RUNNING"] * 600 + ["FAILED"] * 400
    status = statuses.build(facts(view=view("RUNNING", *states, trace="x" * 5000)))
    assert len(str(status).encode()) < 100_000
    assert status["tasksSummary"] == "600/1000"
    assert sum(task["state"] == "FAILED" for task in status["tasks"]) == 400


def test_the_status_fits_the_model_of_the_definition() -> None:
    status = statuses.build(
        facts(
            placement={"url": "http://c", "name": "c"},
            handled={"restart": "1"},
            restarts={-1: 2, 0: 1},
            last_contact=T1,
            view=view("FAILED", "FAILED", trace="x"),
        )
    )
    model = KafkaConnectorStatus.model_validate(status, extra="forbid")
    assert model.tasks[0].restarts == 1
    assert model.connector is not None
    assert model.connector.restarts == 2


def test_a_validation_that_was_not_repeated_is_kept_for_its_generation_only() -> None:
    first = statuses.build(facts(validated=Verdict(True, Reason.VALID)))
    unknown = Verdict(False, Reason.UPDATING)
    assert judge(facts(synced=unknown, previous=first))["Validated"].status is True
    later = facts(synced=unknown, previous=first, generation=4)
    assert judge(later)["Validated"].status is None
