"""The worker as a process: jobs, timers, recurring jobs.

python -m giao.site.work [--slots N] [--with-parent] [--until-idle]
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

DEFAULT_SLOTS = 2


def work(slots: int = DEFAULT_SLOTS, *, with_parent: bool = False, until_idle: bool = False) -> int:
    """Needs Django set up and a database in the newest form. Ends by SIGTERM or SIGINT, after what runs.

    `with_parent`: end when the process that started it is gone, however it went.
    """
    from giao.kernel.jobs.worker import Worker

    worker = Worker(slots=slots)

    def stop(*_signal: object) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if with_parent:
        threading.Thread(target=_watch_parent, args=(os.getppid(), stop), daemon=True).start()
    if not until_idle:
        _warm()
    worker.run(until_idle=until_idle)
    return 0


def _watch_parent(parent: int, stop: Callable[[], None]) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    stop()


def _warm() -> None:
    """Load what most jobs need, lest the first reader waits for imports."""
    import giao.core.agreement.evaluate
    import giao.core.agreement.store
    import giao.core.log
    import giao.kernel.readings.compute  # noqa: F401


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m giao.site.work", description="Do giao's jobs.")
    parser.add_argument(
        "--slots", type=int, default=DEFAULT_SLOTS, help="jobs at a time (default: %(default)s)"
    )
    parser.add_argument("--with-parent", action="store_true", help="end when the starting process is gone")
    parser.add_argument("--until-idle", action="store_true", help="end when nothing is due")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giao.site.settings")
    import django

    django.setup()
    return work(chosen.slots, with_parent=chosen.with_parent, until_idle=chosen.until_idle)


if __name__ == "__main__":
    sys.exit(main())
