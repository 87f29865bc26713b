"""What other threads wish of a task."""

import threading

from weir_runtime.model.state import State
from weir_runtime.worker.control import Control


class Shown:
    def __init__(self) -> None:
        self.states: list[State] = []
        self.traces: list[str | None] = []

    def __call__(self, state: State, trace: str | None) -> None:
        self.states.append(state)
        self.traces.append(trace)


def test_a_wait_ends_at_once_when_the_task_is_to_stop() -> None:
    control = Control(Shown())
    ended: list[bool] = []
    thread = threading.Thread(target=lambda: ended.append(control.wait(60)))
    thread.start()
    control.stop(5)
    thread.join(5)
    assert ended == [True]
    assert control.stopping


def test_a_wait_without_wishes_lasts_and_says_so() -> None:
    assert Control(Shown()).wait(0.01) is False


def test_a_paused_task_shows_it_holds_and_shows_that_it_goes_on() -> None:
    shown = Shown()
    control = Control(shown)
    control.show(State.RUNNING)
    control.set_target("PAUSED")
    thread = threading.Thread(target=control.checkpoint)
    thread.start()
    while State.PAUSED not in shown.states:
        thread.join(0.001)
    assert thread.is_alive()
    control.set_target("STARTED")
    thread.join(5)
    assert shown.states == [State.RUNNING, State.PAUSED, State.RUNNING]


def test_a_task_that_starts_paused_is_not_running_before_it_has_started() -> None:
    shown = Shown()
    control = Control(shown)
    control.set_target("PAUSED")
    thread = threading.Thread(target=control.checkpoint)
    thread.start()
    while not shown.states:
        thread.join(0.001)
    control.set_target("STARTED")
    thread.join(5)
    assert shown.states == [State.PAUSED]


def test_a_failure_is_shown_once_with_its_trace_and_is_the_last_state() -> None:
    shown = Shown()
    control = Control(shown)
    control.fail(ValueError("one"))
    control.fail(ValueError("two"))
    control.show(State.RUNNING)
    assert shown.states == [State.FAILED]
    assert (shown.traces[0] or "").startswith("ValueError: one")
    assert control.stopping


def test_what_is_left_until_the_deadline_shrinks() -> None:
    now = [10.0]
    control = Control(Shown(), clock=lambda: now[0])
    assert control.remaining_s(7) == 7
    control.stop(5)
    now[0] = 13.0
    assert control.remaining_s(7) == 2
    now[0] = 99.0
    assert control.remaining_s(7) == 0


def test_who_comes_late_to_listen_for_the_stop_is_called_at_once() -> None:
    control = Control(Shown())
    control.stop(1)
    called: list[int] = []
    control.on_stop(lambda: called.append(1))
    assert called == [1]
