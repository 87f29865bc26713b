"""`make demo` as a person runs it: embedded broker, one worker, examples/ reconciled."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

DEMO = Path(__file__).parents[2] / "examples" / "demo.py"


def has_lines(file: Path) -> bool:
    return file.exists() and b"\n" in file.read_bytes()


@pytest.mark.slow
def test_the_demo_moves_lines_and_ends_cleanly_on_ctrl_c(tmp_path: Path) -> None:
    with (tmp_path / "demo.log").open("w+") as log:
        demo = subprocess.Popen([sys.executable, DEMO], stdout=log, stderr=log)
        output, orders = Path("/tmp/weir-demo/output.txt"), Path("/tmp/weir-demo/orders.txt")
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and demo.poll() is None:
            text = (tmp_path / "demo.log").read_text()
            # the table is drawn once everything has been applied
            if "Ctrl-C ends" in text and has_lines(output) and has_lines(orders):
                break
            time.sleep(0.2)
        second = subprocess.run([sys.executable, DEMO], capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert second.stderr == "another demo is using /tmp/weir-demo; end it with Ctrl-C first\n"
        children = psutil.Process(demo.pid).children(recursive=True)
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0, (tmp_path / "demo.log").read_text()
    text = (tmp_path / "demo.log").read_text()
    assert "4 of 4 connectors are as asked" in text
    lines = output.read_text().splitlines()
    source = Path("/tmp/weir-demo/input.txt").read_text().splitlines()
    assert lines
    assert lines == source[: len(lines)]
    assert has_lines(orders)
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
