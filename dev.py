"""Set up, run, test and measure giao. Standard library only: this file runs before anything is installed.

python3 dev.py run      set up, load the demo on first start, serve http://localhost:8000
python3 dev.py test     set up and pass every check
python3 dev.py prove    the long checks: oracles, shared corpora, chaos
python3 dev.py bench    the figures we claim, each beside a peer (--peers: also beside libraries that giao does not use)
python3 dev.py lock     renew requirements/*.lock (hashes, no addresses)
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("GIAO_VENV", ROOT / ".venv"))
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
OLDEST, NEWEST = (3, 11), (3, 14)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def say(text: str) -> None:
    print(f"giao: {text}", flush=True)


def fail(text: str) -> None:
    print(f"giao: {text}", file=sys.stderr, flush=True)
    raise SystemExit(2)


def check_python() -> None:
    here = sys.version_info[:2]
    if not OLDEST <= here <= NEWEST:
        fail(
            f"this is Python {here[0]}.{here[1]}; giao needs 3.11 to 3.14. "
            "Call another one, for example: make run PYTHON=python3.12"
        )


def stamp_of(lock: Path) -> str:
    parts = (
        lock.read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        sys.version.encode(),
        str(ROOT).encode(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def install(*arguments: str, python: Path = PYTHON) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, check=False).returncode:
        fail(
            "installing failed (the lines above say why). The first set-up needs a package index; later ones work offline."
        )


def set_up(kind: str) -> None:
    """Make the environment of a lock file (`run` or `test`; test holds all of run) unless it stands already."""
    check_python()
    stamp = VENV / "giao-set-up"
    wanted = {name: stamp_of(ROOT / "requirements" / f"{name}.lock") for name in ("run", "test")}
    have = stamp.read_text(encoding="utf-8").split() if stamp.exists() else []
    if PYTHON.exists() and (wanted["test"] in have or (kind == "run" and wanted["run"] in have)):
        return
    started = time.monotonic()
    say(f"setting up {VENV.name} (once; about a minute)")
    if not PYTHON.exists():
        try:
            venv.create(VENV, with_pip=True, clear=VENV.exists())
        except (subprocess.CalledProcessError, OSError):
            fail(
                "python cannot make a virtual environment here; on Debian and Ubuntu install python3-venv, then try again"
            )
    install("--require-hashes", "-r", str(ROOT / "requirements" / f"{kind}.lock"))
    install("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    stamp.write_text("\n".join({*have, wanted[kind]}), encoding="utf-8")
    say(f"set up in {time.monotonic() - started:.0f} s")


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": "", "PYTHONUTF8": "1", **more}


def step(title: str, *command: str | Path, **env: str) -> float:
    """Run one check; stop everything at the first that fails, saying which."""
    print(f"── {title}", flush=True)
    started = time.monotonic()
    code = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=environment(**env), check=False
    ).returncode
    seconds = time.monotonic() - started
    if code:
        fail(f"{title} failed after {seconds:.0f} s")
    print(f"   {title}: {seconds:.1f} s", flush=True)
    return seconds


def find_chromium() -> str | None:
    named = os.environ.get("GIAO_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next((str(path) for path in sorted(cache.glob("chromium-*/chrome-linux*/chrome"))), None)


def need_chromium() -> str:
    """A Chromium for the browser journeys: found, else installed (playwright's, or the system's packages as root)."""
    found = find_chromium()
    if found is None:
        say("no Chromium found; trying to install one for the browser journeys")
        subprocess.run(
            [str(PYTHON), "-m", "playwright", "install", "chromium"], check=False, capture_output=True
        )
        found = find_chromium()
    if found is None and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        quiet = {"check": False, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], **quiet)  # type: ignore[call-overload]
        subprocess.run(
            ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-core"], **quiet
        )  # type: ignore[call-overload]
        found = find_chromium()
    if found is None:
        fail(
            "the browser journeys need Chromium and none could be installed here. Install it (Debian: apt install chromium; "
            "others: google-chrome) or name one with GIAO_CHROMIUM=/path/to/chrome, then run make test again."
        )
    assert found is not None
    return found


def run(arguments: list[str]) -> None:
    set_up("run")
    command = [str(PYTHON), "-m", "giao", "serve", "--demo", *arguments]
    try:
        raise SystemExit(subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode)
    except KeyboardInterrupt:
        raise SystemExit(0) from None


def test(arguments: list[str]) -> None:
    started = time.monotonic()
    set_up("test")
    chromium = need_chromium()
    python = str(PYTHON)
    step("format", python, "-m", "ruff", "format", "--check", "--quiet", ".")
    step("lint", python, "-m", "ruff", "check", "--quiet", ".")
    # The types of models come from the settings, which want a data folder: not the one that `make run` begins with.
    step("types", python, "-m", "mypy", GIAO_DATA=str(ROOT / ".mypy_cache" / "data"))
    step("import rules", BIN / "lint-imports", "--no-cache")
    step("translations", python, "-m", "giao.ui.messages", "check")
    pytest = (python, "-m", "pytest", "-m", "not prove", *arguments)
    step("core: unit and property tests", *pytest, "-n", "2", "tests/core", "tests/cli", "tests/docs")
    for database in ("sqlite", "postgres"):
        shared = ("-n", "2", "--dist", "loadfile")  # each worker has a database of its own
        step(f"server on {database}", *pytest, *shared, *SERVER_TESTS, GIAO_TEST_DB=database)
    step("journeys in the browser", *pytest, "tests/journeys", GIAO_CHROMIUM=chromium)
    say(f"every check passed in {time.monotonic() - started:.0f} s")


SERVER_TESTS = tuple(
    str(folder.relative_to(ROOT))
    for folder in sorted((ROOT / "tests").iterdir())
    if folder.is_dir()
    and folder.name not in ("core", "cli", "docs", "journeys", "prove", "data", "reference", "__pycache__")
)


def prove(arguments: list[str]) -> None:
    set_up("test")
    peers = {"GIAO_PEERS": str(set_up_peers())}
    step(
        "proof against oracles and corpora",
        PYTHON,
        "-m",
        "pytest",
        "-m",
        "prove",
        "-rA",
        "tests",
        *arguments,
        **peers,
    )


def set_up_peers() -> Path:
    """An environment of its own for libraries that are only measured (and may have licences that giao cannot take in)."""
    place = ROOT / ".venv-peers"
    python = place / BIN.name / "python"
    stamp, wanted = place / "giao-set-up", stamp_of(ROOT / "requirements" / "peers.lock")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    say(f"setting up {place.name} with the libraries to measure against")
    venv.create(place, with_pip=True, clear=place.exists())
    install("--require-hashes", "-r", str(ROOT / "requirements" / "peers.lock"), python=python)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def bench(arguments: list[str]) -> None:
    set_up("test")
    peers: dict[str, str] = {}
    if "--peers" in arguments:
        arguments = [each for each in arguments if each != "--peers"]
        peers["GIAO_PEERS"] = str(set_up_peers())
    step("bench", PYTHON, "-m", "bench", *arguments, **peers)


def lock(arguments: list[str]) -> None:
    """Renew the locks with uv (fetched into the environment when it is not there)."""
    set_up("test")
    if not (BIN / "uv").exists():
        install("uv")
    for name in ("test", "run", "peers"):
        command = [
            BIN / "uv",
            "pip",
            "compile",
            "--universal",
            "--python-version",
            "3.11",
            "--generate-hashes",
        ]
        command += ["--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"]
        if name != "peers":
            command += ["--extra", "server", "pyproject.toml"]
        command += [f"requirements/{name}.in", "-o", f"requirements/{name}.lock"]
        if name == "run":
            command += ["-c", "requirements/test.lock"]
        step(f"lock {name}", *command, *arguments)


COMMANDS = {"run": run, "test": test, "prove": prove, "bench": bench, "lock": lock}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        print(__doc__)
        raise SystemExit(2)
    COMMANDS[sys.argv[1]](sys.argv[2:])
