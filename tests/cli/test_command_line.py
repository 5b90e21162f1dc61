"""What holds for every command: help, exit codes, sentences instead of tracebacks, no web framework."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from tests.cli.conftest import DATA, READING, Answered

from giao.cli import main as entry
from giao.cli.arguments import default_language
from giao.cli.commands import evaluate as evaluate_command

Giao = Callable[..., Answered]
LIBRARY = ("import", "undo", "check", "evaluate", "explain", "replay", "chain", "warm")


def process(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GIAO_LANG": "en", "PYTHONIOENCODING": "utf-8", **more}
    return subprocess.run(
        [sys.executable, "-m", "giao", *arguments],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
        timeout=120,
    )


def test_the_version(giao: Giao) -> None:
    assert giao("--version").out == f"giao {version('giao')}\n"


@pytest.mark.parametrize("name", [*LIBRARY, "serve", "demo"])
def test_every_command_has_help_with_examples(giao: Giao, name: str) -> None:
    answer = giao(name, "--help")
    assert answer.code == 0
    assert "examples:" in answer.out
    assert f"giao {name}" in answer.out
    assert "--json" in answer.out


def test_no_command_is_usage(giao: Giao) -> None:
    answer = giao()
    assert answer.code == 2
    assert "giao import" in answer.out


@pytest.mark.parametrize(
    "arguments", [("evaluate",), ("nonsense",), ("check", "a", "--nonsense"), ("evaluate", "a", "b", "--as")]
)
def test_wrong_usage_is_exit_code_two_with_the_way_to_help(giao: Giao, arguments: tuple[str, ...]) -> None:
    answer = giao(*arguments)
    assert answer.code == 2
    assert "--help" in answer.err


def test_library_commands_load_no_web_framework(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom giao.cli.main import main\n"
        f"assert main({['evaluate', *READING, '--json', '-q', '--html', str(tmp_path / 'r.html')]!r}) == 0\n"
        f"assert main({['explain', *READING, '--case', '1', '-q']!r}) == 0\n"
        f"assert main(['check', {READING[1]!r}]) == 0\n"
        "bad = sorted({name.split('.')[0] for name in sys.modules} & {'django', 'granian', 'ninja', 'typst', 'psycopg'})\n"
        "assert not bad, bad\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_the_module_runs_as_the_command() -> None:
    done = process("check", str(DATA / "faulty.yaml"), "--json")
    assert done.returncode == 1
    assert done.stderr == ""


def test_an_error_is_one_sentence_and_the_traceback_is_for_debugging(tmp_path: Path) -> None:
    silent = process("evaluate", READING[0], str(tmp_path / "none.yaml"))
    assert silent.returncode == 2
    assert "Traceback" not in silent.stderr
    loud = process("evaluate", READING[0], str(tmp_path / "none.yaml"), GIAO_DEBUG="1")
    assert loud.returncode == 2
    assert "Traceback" in loud.stderr


def test_a_fault_of_ours_says_so(giao: Giao, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(chosen: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(evaluate_command, "compute", broken)
    answer = giao("evaluate", *READING)
    assert answer.code == 70
    assert "fault of giao itself" in answer.err
    assert "GIAO_DEBUG=1" in answer.err


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{shlex.quote(sys.executable)} -m giao check --schema | head -1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_output_that_the_terminal_cannot_show_is_no_error() -> None:
    done = process("evaluate", *READING, "-q", "--lang", "vi", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stderr == ""


STOPPED = """
import os, signal, sys
from pathlib import Path
from giao.cli.main import main
from giao.cli.talk import Teller
from giao.core.log.folder import MANIFEST

def stop(self, done, size):
    begun = [path.name for path in Path(sys.argv[2]).parent.glob("*.giao-tmp-*")]
    assert begun, "the import is not under way"
    os.kill(os.getpid(), signal.SIGINT)

Teller.bytes_read = stop
sys.exit(main(["import", sys.argv[1], sys.argv[2], "-q"]))
"""


def test_stopping_leaves_nothing_half_written(tmp_path: Path) -> None:
    """Ctrl-C at the moment when the first bytes are read."""
    (tmp_path / "big.csv").write_text("case,activity,time\n1,A,2024-03-04T09:00:00Z\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, str(tmp_path / "big.csv"), str(tmp_path / "big.log")],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "GIAO_LANG": "en"},
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "giao: stopped; nothing half-written is left\n"
    assert [path.name for path in tmp_path.iterdir()] == ["big.csv"]


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"GIAO_LANG": "vi"}, "vi"),
        ({"GIAO_LANG": "", "LC_ALL": "vi_VN.UTF-8"}, "vi"),
        ({"GIAO_LANG": "", "LC_ALL": "", "LANG": "de_DE.UTF-8"}, "en"),
        ({"GIAO_LANG": "en", "LANG": "vi_VN"}, "en"),
    ],
)
def test_the_language_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], lang: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert default_language() == lang


def test_warm_compiles_and_says_how_long(giao: Giao) -> None:
    answer = giao("warm", "--json")
    assert answer.code == 0
    assert answer.json["seconds"] >= 0


def test_every_command_is_in_the_list() -> None:
    folder = Path(entry.__file__).parent / "commands"
    assert set(entry.COMMANDS) == {path.stem for path in folder.glob("*.py")} - {"__init__"}


def test_a_port_out_of_range_is_refused_before_anything_starts(giao: Giao) -> None:
    answer = giao("serve", "--port", "99999")
    assert answer.code == 2
    assert "65535" in answer.err
