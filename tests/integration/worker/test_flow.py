"""Lines of a file through a real broker into another file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from weir_runtime.model.state import State

pytestmark = pytest.mark.kafka

SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector"
SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector"


def source(path: Path, topic: str) -> dict[str, str]:
    return {"connector.class": SOURCE, "tasks.max": "1", "file": str(path), "topic": topic}


def sink(path: Path, topic: str) -> dict[str, str]:
    return {"connector.class": SINK, "tasks.max": "1", "file": str(path), "topics": topic}


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def write(path: Path, first: int, last: int) -> list[str]:
    text = [f"line {number} of a log that grows" for number in range(first, last)]
    with path.open("a") as file:
        file.write("".join(f"{line}\n" for line in text))
    return text


def test_lines_of_a_growing_file_arrive_in_order_in_another(
    worker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    written = write(given, 0, 5000)
    worker.start()
    worker.put("source", source(given, group))
    worker.put("sink", sink(taken, group))
    worker.wait_running("source")
    worker.wait_running("sink")
    worker.until(lambda: lines(taken) == written, "the lines have not arrived")
    written += write(given, 5000, 6000)
    worker.until(lambda: lines(taken) == written, "the later lines have not arrived")
    topics = worker.must("GET", "/connectors/source/topics")
    assert topics == {"source": {"topics": [group]}}
    size = given.stat().st_size
    position = "/connectors/source/offsets"
    worker.until(
        lambda: (
            worker.must("GET", position)["offsets"]
            == [{"partition": {"filename": str(given)}, "offset": {"position": size}}]
        ),
        "the offset is not at the end of the file",
    )
    assert worker.stop() == 0


def test_a_restarted_worker_goes_on_from_its_topics(
    worker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    written = write(given, 0, 1000)
    worker.start()
    worker.put("source", source(given, group))
    worker.put("sink", sink(taken, group))
    worker.put("paused", source(tmp_path / "none.txt", group))
    worker.wait_running("paused")
    worker.must("PUT", "/connectors/paused/pause")
    worker.until(lambda: lines(taken) == written, "the lines have not arrived")
    assert worker.stop() == 0
    written += write(given, 1000, 2000)

    worker.start()
    assert sorted(worker.must("GET", "/connectors")) == ["paused", "sink", "source"]
    worker.wait_running("source")
    worker.wait_running("sink")
    worker.until(lambda: worker.states("paused") == ("PAUSED", ["PAUSED"]), "paused is not PAUSED")
    worker.until(lambda: lines(taken) == written, "the later lines have not arrived")
    assert worker.stop() == 0


def test_pause_stop_and_resume_decide_whether_lines_flow(
    worker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    written = write(given, 0, 10)
    worker.start()
    worker.put("source", source(given, group))
    worker.put("sink", sink(taken, group))
    worker.until(lambda: lines(taken) == written, "the lines have not arrived")

    def arrived() -> bool:
        return lines(taken) == written

    for how, states in (("pause", ("PAUSED", ["PAUSED"])), ("stop", ("STOPPED", []))):
        worker.must("PUT", f"/connectors/source/{how}")
        worker.until(lambda wanted=states: worker.states("source") == wanted, f"{how} has not come")
        later = write(given, len(written), len(written) + 10)
        time.sleep(1)
        assert lines(taken) == written
        worker.must("PUT", "/connectors/source/resume")
        worker.wait_running("source")
        written += later
        worker.until(arrived, "the lines after a resume have not arrived")


def test_offsets_of_a_stopped_source_can_be_set_back(
    worker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    written = write(given, 0, 10)
    worker.start()
    worker.put("source", source(given, group))
    worker.put("sink", sink(taken, group))
    worker.until(lambda: lines(taken) == written, "the lines have not arrived")
    worker.must("PUT", "/connectors/source/stop")
    length = len(written[0]) + 1
    answer = worker.must(
        "PATCH",
        "/connectors/source/offsets",
        {"offsets": [{"partition": {"filename": str(given)}, "offset": {"position": length}}]},
    )
    assert answer == {"message": "The offsets for this connector have been altered successfully"}
    worker.must("PUT", "/connectors/source/resume")
    written += written[1:]
    worker.until(lambda: lines(taken) == written, "the lines have not come again")

    worker.must("PUT", "/connectors/sink/stop")
    worker.until(lambda: worker.states("sink") == ("STOPPED", []), "the sink has not stopped")
    answer = worker.must("DELETE", "/connectors/sink/offsets")
    assert answer == {"message": "The offsets for this connector have been reset successfully"}
    assert worker.must("GET", "/connectors/sink/offsets") == {"offsets": []}
    worker.must("PUT", "/connectors/sink/resume")
    worker.until(
        lambda: lines(taken) == written + written, "the sink has not read everything again"
    )


def test_a_connector_whose_class_is_missing_fails_with_its_name_and_disturbs_nobody(
    worker: Any, group: str, tmp_path: Path
) -> None:
    given, taken = tmp_path / "in.txt", tmp_path / "out.txt"
    written = write(given, 0, 10)
    worker.start()
    status, answer = worker.call(
        "PUT", "/connectors/other/config", {"connector.class": "com.example.Missing"}
    )
    assert status == 400
    assert "com.example.Missing" in answer["message"]
    worker.put("source", source(given, group))
    worker.put("sink", sink(taken, group))
    worker.until(lambda: lines(taken) == written, "the lines have not arrived")
    assert worker.states("source")[0] == State.RUNNING
