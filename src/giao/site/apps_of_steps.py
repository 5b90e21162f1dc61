"""Which step apps this installation has: every folder under `steps/` and `risks/` with an `apps.py` is one."""

from __future__ import annotations

from pathlib import Path


def apps_of_steps(package: Path) -> list[str]:
    """Dotted names of the apps (Django finds the AppConfig in each), in the order of the path."""
    found = []
    for room in ("steps", "risks"):
        for file in sorted((package / room).rglob("apps.py")):
            found.append(".".join(["giao", *file.parent.relative_to(package).parts]))
    return found
