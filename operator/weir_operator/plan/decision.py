"""The plan for one connector: which rule decides."""

from __future__ import annotations

from dataclasses import replace

from weir_operator.plan import deletion, difference, health, kept, moving, writing
from weir_operator.plan.memory import EXPECTATION_S, Memory, Trouble, met, spread
from weir_operator.plan.model import Desired, ManagementPolicy, Nonces
from weir_operator.plan.observation import Contact, Observed
from weir_operator.plan.outcome import Plan
from weir_operator.plan.step import Step
from weir_operator.resources.reason import Reason


def plan(desired: Desired, observed: Observed, memory: Memory, now: float) -> Plan:
    """Decide what to do next about one connector.

    `now` is monotonic seconds. The answer's memory replaces the given one also when there are no
    actions. Called again with what it asked for done, it asks for nothing.
    """
    desired = kept.laid_over(desired, observed.view)
    memory = _closed(memory.for_generation(desired.generation), desired, observed, now)
    step = Step(desired, observed, memory, now)
    if desired.deleting:
        return deletion.plan(step)
    refused = _refused(step)
    if refused is not None:
        return refused
    if desired.management_policy is ManagementPolicy.OBSERVE:
        return _observe(step)
    return _pending(step) or _managed(step)


def _managed(step: Step) -> Plan:
    placement = step.memory.placement
    if placement is not None and placement.key != step.desired.key:
        return moving.plan(step)
    return writing.plan(step) or health.plan(step)


def _refused(step: Step) -> Plan | None:
    """Give the answer of everything that stands before looking at the connector."""
    desired, observed = step.desired, step.observed
    if desired.refusal is not None:
        return step.stall(desired.refusal.reason, desired.refusal.message)
    if observed.holder:
        return step.stall(
            Reason.NAME_CONFLICT,
            f"the connector {desired.connector} at {desired.key.url} belongs to"
            f" {observed.holder}; choose another spec.name or delete that resource",
        )
    if observed.contact is Contact.REFUSED:
        return step.stall(Reason.UNAUTHORIZED, observed.problem)
    if observed.contact is Contact.LOST:
        return step.wait(Reason.CONNECT_UNREACHABLE, observed.problem)
    if observed.contact is Contact.NONE_YET:
        return step.wait(Reason.PENDING, "the cluster has not been read yet")
    return None


def _observe(step: Step) -> Plan:
    found = difference.compare(step.desired, step.view)
    if found.missing and not step.observed.confirmed:
        return step.act(Reason.PENDING, writing.CONFIRM)
    lacking = kept.lack(step.desired, step.view) if found.missing else ""
    if lacking:
        return step.stall(Reason.INVALID_CONFIG, lacking, difference=found)
    view = step.view
    failed = health.failed_parts(view.status) if view is not None and view.status else ()
    if view is not None and failed:
        sentence = health.failure_sentence(view, failed)
        return step.stall(health.failure_reason(failed), sentence, difference=found)
    return step.settle(Reason.OBSERVED_ONLY, str(found), difference=found)


def _pending(step: Step) -> Plan | None:
    """Wait out a pause after a failure, or until Connect was read after our last write."""
    trouble = step.memory.trouble
    if trouble is not None and trouble.not_before > step.now:
        found = difference.compare(step.desired, step.view) or None
        # credentials that may read and not write do not get better by themselves
        say = step.stall if trouble.reason is Reason.UNAUTHORIZED else step.wait
        return say(trouble.reason, trouble.message, at=trouble.not_before, difference=found)
    if step.is_stale and step.memory.expectation is None:
        return step.wait(Reason.UPDATING, "waiting for a fresh read of Connect")
    return None


def _closed(memory: Memory, desired: Desired, observed: Observed, now: float) -> Memory:
    """Close an expectation that was met, or turn one that was not into a pause."""
    expected = memory.expectation
    if expected is None:
        return memory
    seen = observed.contact is Contact.FINE and observed.read_at >= memory.wrote_at
    if seen and met(expected, observed.view):
        return replace(memory, expectation=None, trouble=None)
    if now < expected.deadline or not seen:
        return memory
    if expected.healthy:
        # a part that fails again is no lost call: its failure is told instead
        return replace(memory, expectation=None)
    failures = memory.trouble.failures + 1 if memory.trouble else 1
    return replace(
        memory,
        expectation=None,
        trouble=Trouble(
            failures,
            now + pause_s(failures, desired.owner.uid),
            Reason.UPDATING,
            f"Connect accepted the change and does not show it after {EXPECTATION_S:.0f} seconds",
        ),
    )


def pause_s(failures: int, seed: str, *, initial_s: float = 1.0, most_s: float = 300.0) -> float:
    """Give the pause after a number of failures in a row, spread so that not all come at once."""
    grown = initial_s * 2.0 ** min(failures - 1, 32)
    return float(min(grown, most_s) * spread(seed, failures))


def introduced(desired: Desired) -> Nonces:
    """Give the nonces that count as handled when a resource is first seen.

    A resource without a status was created with its annotations: they ask for nothing.
    """
    return desired.handled if desired.status else desired.requests
