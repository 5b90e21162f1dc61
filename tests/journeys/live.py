"""A running server for the journeys: its own process, data folder and port on the loopback."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
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
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
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
def a_copy(name: str, fill: Callable[[Path], None]) -> Iterator[Path]:
    """A data folder that `fill` has filled: once a test run, whatever the number of workers; each gets its own copy."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    shared = Path(tempfile.gettempdir()) / f"giao-journeys-{run}"
    shared.mkdir(exist_ok=True)
    ready, claim = shared / name, shared / f"{name}.claim"
    try:
        claim.mkdir()
    except FileExistsError:
        _until(ready.exists, f"{name} was never filled by the worker that began it")
    else:
        fill(shared / f"{name}.filling")
        (shared / f"{name}.filling").rename(ready)
        atexit.register(shutil.rmtree, shared, ignore_errors=True)
    own = Path(tempfile.mkdtemp(prefix=f"giao-{name}-"))
    try:
        shutil.copytree(ready, own, dirs_exist_ok=True)
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _until(done: Callable[[], bool], otherwise: str) -> None:
    for _attempt in range(3_000):
        if done():
            return
        time.sleep(0.1)
    raise RuntimeError(otherwise)


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
