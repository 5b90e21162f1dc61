"""Run every benchmark (`make bench`), or the ones named: python -m bench [calendars rules importing evaluation …]."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    found = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    names = [name for name in sys.argv[1:] if not name.startswith("-")] or found
    options = [name for name in sys.argv[1:] if name.startswith("-")]
    code = 0
    for name in names:
        print(
            f"\n══ {name}: {(importlib.import_module(f'bench.{name}').__doc__ or '').splitlines()[0]}",
            flush=True,
        )
        # A process each: peak memory and compiled kernels of one must not colour the next.
        code |= subprocess.run([sys.executable, "-m", f"bench.{name}", *options], check=False).returncode
    return code


if __name__ == "__main__":
    raise SystemExit(main())
