"""What lies in deploy/ and docs/deploy: every command, option, setting, file and unit that is named exists."""

from __future__ import annotations

import argparse
import ast
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY, DOCS = ROOT / "deploy", {lang: ROOT / "docs" / "deploy" / f"{lang}.md" for lang in ("en", "vi")}
UNITS = sorted((DEPLOY / "systemd").iterdir())
SECRETS = {
    "GIAO_DATABASE_URL",
    "GIAO_SECRET_KEY",
    "GIAO_SECRET_KEY_OLD",
    "GIAO_MASTER_KEYS",
    "GIAO_BACKUP_PASSPHRASE",
    "GIAO_SMTP_URL",
    "GIAO_METRICS_TOKEN",
}


def settings_read() -> set[str]:
    """Every GIAO_… that the program names as a text, without the files of secrets."""
    found: set[str] = set()
    for path in (ROOT / "src" / "giao").rglob("*.py"):
        every = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        calls = [
            node for node in every if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr"
        ]
        attributes = {id(node.args[1]) for node in calls}  # of Django's settings, not of the environment
        for node in every:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in attributes:
                found |= set(re.findall(r"^GIAO_[A-Z_]+$", node.value))
    return {name for name in found if not name.endswith("_FILE")}


def table(lang: str) -> dict[str, str]:
    """Setting → its row."""
    lines = DOCS[lang].read_text(encoding="utf-8").splitlines()
    return {found[1]: line for line in lines if (found := re.match(r"\| `(GIAO_[A-Z_]+)` \|", line))}


@pytest.mark.parametrize("lang", DOCS)
def test_the_table_holds_every_setting_that_is_read_and_no_other(lang: str) -> None:
    assert set(table(lang)) == settings_read()


@pytest.mark.parametrize(("lang", "word"), [("en", "**secret**"), ("vi", "**bí mật**")])
def test_the_table_marks_the_secrets(lang: str, word: str) -> None:
    assert {name for name, row in table(lang).items() if word in row} == SECRETS


def test_every_secret_comes_from_a_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings by `from_environment`, the two others by their own readers."""
    source = (ROOT / "src" / "giao" / "site" / "settings.py").read_text(encoding="utf-8")
    by_settings = set(re.findall(r'from_environment\("(GIAO_[A-Z_]+)"\)', source))
    assert by_settings == SECRETS - {"GIAO_MASTER_KEYS", "GIAO_BACKUP_PASSPHRASE"}

    from giao.cli.commands.backup import passphrase_of
    from giao.kernel.crypto.master import _read

    file = tmp_path / "secret"
    file.write_text("k9:" + "A" * 43 + "=\n", encoding="ascii")
    assert _read("", str(file), "").current == "k9"
    file.write_text("five words of rice here\n", encoding="ascii")
    monkeypatch.setenv("GIAO_BACKUP_PASSPHRASE_FILE", str(file))
    assert passphrase_of(argparse.Namespace(passphrase_file=None)) == "five words of rice here"


def check_command(words: list[str]) -> None:
    """`giao …` or `python -m giao.site.…` as it would be started; its options are parsed by the program itself."""
    from giao.cli.main import parser
    from giao.site import serve

    name = Path(words[0]).name
    if name == "giao":
        parser().parse_args(words[1:])
    elif name in ("python", "python3") and words[1] == "-m":
        assert words[2] == "giao.site.serve", words
        with pytest.MonkeyPatch.context() as patch:
            ran: list[bool] = []
            patch.setattr(serve, "prepare", lambda: ran.append(True))
            assert serve.main(words[3:]) == 0
            assert ran == [True]
    else:
        raise AssertionError(f"unknown command {words}")


def test_both_languages_have_the_same_commands_and_each_exists() -> None:
    blocks = {
        lang: re.findall(r"^```sh\n(.*?)^```$", doc.read_text(encoding="utf-8"), re.M | re.S)
        for lang, doc in DOCS.items()
    }
    assert blocks["en"] == blocks["vi"]
    heads = {
        lang: len(re.findall("^## ", doc.read_text(encoding="utf-8"), re.M)) for lang, doc in DOCS.items()
    }
    assert heads["en"] == heads["vi"]
    commands = [line for block in blocks["en"] for line in block.splitlines() if line.startswith("giao ")]
    assert len(commands) > 5
    for line in commands:
        check_command(shlex.split(line))
    inline = re.findall(
        r"`(giao [a-z]+[^`]*)`", "\n".join(doc.read_text(encoding="utf-8") for doc in DOCS.values())
    )
    for line in inline:
        words = shlex.split(line)
        if words[1] not in ("backup", "restore"):  # named without their file
            check_command(words)


def test_what_the_documents_link_to_is_there() -> None:
    for doc in DOCS.values():
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", doc.read_text(encoding="utf-8")):
            assert (doc.parent / target).exists(), target


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def docker_steps() -> list[tuple[str, str]]:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [
        (line.split()[0], line.partition(" ")[2].strip()) for line in text.splitlines() if line[:1].isupper()
    ]


def test_the_composition_runs_commands_that_exist_as_nobody_special() -> None:
    told = compose()
    ours = {name: service for name, service in told["services"].items() if name != "database"}
    assert set(ours) == {"prepare", "web", "worker"}
    for name, service in ours.items():
        check_command([*service.get("entrypoint", ["giao"]), *service["command"]])
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["user"].split(":")[0] not in ("0", "root")
        assert service["build"]["dockerfile"] == "deploy/Dockerfile"
        named = set(service["environment"])
        assert {key.removesuffix("_FILE") for key in named} <= settings_read(), name
        secret = {key for key in named if key in SECRETS}
        assert not secret, f"{secret} stand in the open; name their files"
        for key in (key for key in named if key.endswith("_FILE")):
            assert key.removesuffix("_FILE") in SECRETS
            assert Path(service["environment"][key]).name in service["secrets"]
    assert "/readyz" in " ".join(told["services"]["web"]["healthcheck"]["test"])
    assert all(port.startswith("127.0.0.1:") for port in told["services"]["web"]["ports"])
    subnet = told["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert told["services"]["web"]["environment"]["GIAO_PROXIES"] == subnet
    for service in told["services"].values():
        assert set(service["secrets"]) <= set(told["secrets"])
        for other in service.get("depends_on", {}):
            assert other in told["services"]
        for volume in service["volumes"]:
            assert volume.split(":")[0] in told["volumes"]


def test_the_secrets_are_those_that_the_script_makes(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "make-secrets.sh", tmp_path)
    for _again in range(2):  # the second time changes nothing
        subprocess.run(["sh", tmp_path / "make-secrets.sh"], check=True, capture_output=True)
        made = {place.name: place.read_text() for place in (tmp_path / "secrets").iterdir()}
    wanted = {Path(secret["file"]).name for secret in compose()["secrets"].values()}
    assert set(made) == wanted
    assert len(made["secret-key"]) >= 50
    assert made["database-password"] in made["database-url"]
    from giao.kernel.crypto.master import parse

    assert parse(made["master-keys"]).current == "k1"
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0


def test_the_image_is_made_of_hashed_wheels_and_runs_as_nobody_special() -> None:
    steps = docker_steps()
    runs = [text for word, text in steps if word == "RUN"]
    assert any("--require-hashes --only-binary=:all: -r requirements/run.lock" in text for text in runs)
    assert not any(re.search(r"\b(apt|apk|gcc|build-essential|npm)\b", text) for text in runs)
    assert [text for word, text in steps if word == "USER"][-1].split(":")[0] not in ("0", "root")
    assert any(word == "HEALTHCHECK" and "/readyz" in text for word, text in steps)
    entry, default = (ast.literal_eval(dict(steps)[word]) for word in ("ENTRYPOINT", "CMD"))
    check_command([*entry, *default])
    for word, text in steps:
        if word == "COPY" and not text.startswith("--from"):
            for source in text.split()[:-1]:
                assert (ROOT / source).exists(), source
        if word == "ENV":
            named = set(re.findall(r"\b(GIAO_[A-Z_]+)=", text))
            assert named <= settings_read()
    kept = (ROOT / ".dockerignore").read_text().splitlines()
    assert kept[0] == "*", "nothing is sent to the build that is not named: no data folder, no secrets"


def unit(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Section → its lines; a name may come again."""
    found: dict[str, list[tuple[str, str]]] = {}
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            found[section] = []
        elif line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            assert equals, f"{path.name}: {line}"
            found[section].append((name, value))
    return found


HARDENING = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectControlGroups": "yes",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "CapabilityBoundingSet": "",
    "User": "giao",
}
KNOWN = {
    "Unit": {"Description", "After", "Wants", "Requires"},
    "Install": {"WantedBy"},
    "Timer": {"OnCalendar", "RandomizedDelaySec", "Persistent"},
    "Service": {
        *HARDENING,
        *("Type", "RemainAfterExit", "ExecStart", "ExecStartPost", "Restart", "RestartSec", "TimeoutStopSec"),
        *("LimitNOFILE", "Group", "UMask", "StateDirectory", "StateDirectoryMode", "WorkingDirectory"),
        *("Environment", "EnvironmentFile", "LoadCredential", "ReadWritePaths", "Nice", "IOSchedulingClass"),
        *("ProtectClock", "ProtectHostname", "ProtectKernelLogs", "ProtectProc", "RestrictAddressFamilies"),
        *("RestrictRealtime", "SystemCallArchitectures", "SystemCallFilter", "SystemCallErrorNumber"),
    },
}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_each_unit_is_hardened_and_names_what_exists(path: Path) -> None:
    told = unit(path)
    names = {place.name for place in UNITS}
    for section, lines in told.items():
        assert {name for name, _value in lines} <= KNOWN[section], section
    for name, value in told["Unit"]:
        if name in ("After", "Requires"):
            assert {word for word in value.split() if word.startswith("giao")} <= names
    if path.suffix == ".timer":
        assert path.with_suffix(".service").exists()
        return
    service = told["Service"]
    for name, value in HARDENING.items():
        assert (name, value) in service, name
    for name, value in service:
        if name == "Environment":
            for word in value.split():
                key = word.partition("=")[0]
                assert key == "NUMBA_CACHE_DIR" or key.removesuffix("_FILE") in settings_read(), key
                if word.endswith("/backup-passphrase") or "%d/" in word:
                    credential = word.rpartition("/")[2]
                    assert any(
                        line == ("LoadCredential", f"{credential}:/etc/giao/{credential}") for line in service
                    )
        if name == "ExecStart":
            words = shlex.split(value.replace("$$", "$").replace("%%", "%"))
            if words[0] == "/bin/sh":
                words = shlex.split(words[2].removeprefix("exec ").replace("$(date +%Y%m%dT%H%M%S)", "now"))
            assert words[0].startswith("/opt/giao/bin/")
            check_command(words)


def test_systemd_itself_finds_no_fault(tmp_path: Path) -> None:
    """Where systemd is on the machine it is asked too; the test above says what must hold everywhere."""
    tool = shutil.which("systemd-analyze")
    places = []
    for path in UNITS:  # the programs are not installed here
        place = tmp_path / path.name
        place.write_text(re.sub(r"(?m)^(Exec\w+=).*$", r"\1/bin/true", path.read_text(encoding="utf-8")))
        places.append(place)
    assert len(places) == 5
    if tool is not None:
        done = subprocess.run([tool, "verify", *places], capture_output=True, text=True, check=False)
        assert "Unknown" not in done.stderr, done.stderr
        assert "Failed to parse" not in done.stderr, done.stderr


def _blocks(text: str, head: str) -> list[str]:
    """What stands in the braces behind `head`, wherever it comes."""
    found = []
    for match in re.finditer(re.escape(head) + r"\s*\{", text):
        depth, at = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        found.append(text[match.end() : at - 1])
    return found


def test_the_proxies_stream_live_and_let_nobody_forge_where_they_come_from() -> None:
    nginx = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    (live,) = _blocks(nginx, "location = /live")
    assert "proxy_buffering off;" in live
    assert int(re.findall(r"proxy_read_timeout (\d+)s", live)[0]) > 600
    assert "X-Forwarded-For $remote_addr" in nginx
    assert "$proxy_add_x_forwarded_for" not in nginx
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in nginx
    assert "client_body_timeout" in nginx
    assert "client_header_timeout" in nginx
    caddy = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    (stream,) = _blocks(caddy, "handle /live")
    assert "flush_interval -1" in stream
    assert not re.search(r"^\s*trusted_proxies", caddy, re.M)
    for text in (nginx, caddy):
        assert "/metrics" in text
        assert "127.0.0.1:8000" in text
        assert re.search(r"/api/.*403", text), "the API in the clear is refused"
