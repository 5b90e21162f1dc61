"""A running server for the journeys: its own process, data folder and port on the loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data: Path) -> dict[str, str]:
    return {
        **os.environ,
        "GIAO_DATA": str(data),
        "GIAO_DATABASE_URL": "",
        "GIAO_DEBUG": "",
        "DJANGO_SETTINGS_MODULE": "giao.site.settings",
        "PYTHONPATH": str(ROOT),
    }


def seed(data: Path, script: Path) -> None:
    """Run a script that fills the data folder (after bringing its database up to date)."""
    subprocess.run([sys.executable, str(script)], env=environment(data), cwd=ROOT, check=True)


def load_demo(data: Path) -> None:
    """Load the demonstration as `giao demo` does."""
    subprocess.run(
        [sys.executable, "-m", "giao", "demo", "--quiet", "--data", str(data)],
        env=environment(data),
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def running(data: Path) -> Iterator[str]:
    """The address of a server over `data`; it is ended afterwards, with its worker."""
    port = free_port()
    log = (data / "server.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "giao.site.serve", "--port", str(port)],
        env=environment(data),
        cwd=ROOT,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address, process, data / "server.log")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _attempt in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended before it answered:\n{log.read_text(encoding='utf-8')}")
        try:
            with urllib.request.urlopen(address + "/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"the server does not answer:\n{log.read_text(encoding='utf-8')}")
