"""The server's ground: key, database, migrations, step apps."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    from giao.site.secret import secret_key

    first = secret_key(tmp_path)
    assert len(first) >= 64
    assert secret_key(tmp_path) == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other"
    other.mkdir()
    assert secret_key(other) != first


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from giao.site.secret import secret_key; print(secret_key(Path({str(tmp_path)!r})))"
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    keys = {process.communicate()[0].strip() for process in started}
    assert len(keys) == 1


def test_a_broken_key_file_says_how_to_mend_it(tmp_path: Path) -> None:
    from giao.site.secret import secret_key

    (tmp_path / "secret-key").write_text("short")
    with pytest.raises(ValueError, match="delete the file"):
        secret_key(tmp_path)


def settings_in(tmp_path: Path, show: str, **environment: str) -> str:
    code = f"import giao.site.settings as s; print({show})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "GIAO_DATA": str(tmp_path), "GIAO_DATABASE_URL": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_debug_is_off_unless_asked(tmp_path: Path) -> None:
    assert settings_in(tmp_path, "s.DEBUG") == "False"
    assert settings_in(tmp_path, "s.DEBUG", GIAO_DEBUG="1") == "True"


def test_cookies_travel_over_tls_only_when_there_is_tls(tmp_path: Path) -> None:
    show = "getattr(s, 'SESSION_COOKIE_SECURE', False), getattr(s, 'CSRF_COOKIE_SECURE', False)"
    assert settings_in(tmp_path, show) == "False False"
    assert settings_in(tmp_path, show, GIAO_HTTPS="1") == "True True"


def test_a_database_address_is_read_whole(tmp_path: Path) -> None:
    show = "[s.DATABASES['default'][k] for k in ('NAME', 'USER', 'PASSWORD', 'HOST', 'PORT')]"
    url = "postgresql://giao:p%40ss@db.example:6543/giao%20data"
    assert (
        settings_in(tmp_path, show, GIAO_DATABASE_URL=url)
        == "['giao data', 'giao', 'p@ss', 'db.example', '6543']"
    )
    socket = "postgresql://postgres:@/postgres?host=/tmp/pg"
    assert (
        settings_in(tmp_path, show, GIAO_DATABASE_URL=socket) == "['postgres', 'postgres', '', '/tmp/pg', '']"
    )
    assert "giao speaks postgresql://" in settings_in(tmp_path, show, GIAO_DATABASE_URL="mysql://x/y")


def test_sqlite_writes_ahead_and_waits_and_postgresql_is_a_real_one(db: None) -> None:
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select version()")
            assert cursor.fetchone()[0].startswith("PostgreSQL 1")
        return
    options = settings.DATABASES["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 1
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 20_000


def test_models_and_migrations_say_the_same(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_django_itself_finds_no_fault(db: None) -> None:
    from django.core.checks import run_checks

    assert run_checks() == []


def test_a_folder_with_apps_py_is_a_step(tmp_path: Path) -> None:
    from giao.site.apps_of_steps import apps_of_steps

    for place in ("steps/run/monitor", "steps/run", "risks", "steps/agree/notes"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
    for place in ("steps/run/monitor", "risks"):
        (tmp_path / place / "apps.py").touch()
    assert apps_of_steps(tmp_path) == ["giao.steps.run.monitor", "giao.risks"]


def test_the_library_loads_no_django() -> None:
    code = "import sys, giao, giao.core.agreement.load; print(any(name.split('.')[0] == 'django' for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_behind_tls_cookies_belong_to_this_host_alone_and_hsts_holds_a_year(tmp_path: Path) -> None:
    show = "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SECURE_HSTS_SECONDS >= 31536000, s.SECURE_HSTS_INCLUDE_SUBDOMAINS"
    assert settings_in(tmp_path, show, GIAO_HTTPS="1") == "__Host-giao-session __Host-giao-csrf True True"


def test_secrets_come_from_files_too(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k" * 60 + "\n")
    assert settings_in(tmp_path, "s.SECRET_KEY == 'k' * 60", GIAO_SECRET_KEY_FILE=str(file)) == "True"
    url = tmp_path / "url"
    url.write_text("postgresql://giao:secret@db/giao")
    show = "s.DATABASES['default']['PASSWORD']"
    assert settings_in(tmp_path, show, GIAO_DATABASE_URL_FILE=str(url)) == "secret"
    assert "cannot be read" in settings_in(tmp_path, "1", GIAO_SECRET_KEY_FILE=str(tmp_path / "none"))
    assert "keep one" in settings_in(tmp_path, "1", GIAO_SECRET_KEY="x" * 60, GIAO_SECRET_KEY_FILE=str(file))
    assert "shorter than 50" in settings_in(tmp_path, "1", GIAO_SECRET_KEY="short")


def test_the_mail_server_is_one_address(tmp_path: Path) -> None:
    show = "s.GIAO_MAIL and (s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS, s.EMAIL_USE_SSL)"
    assert settings_in(tmp_path, show) == "False"
    assert (
        settings_in(tmp_path, show, GIAO_SMTP_URL="smtp://u:p@mail.example.org")
        == "('mail.example.org', 587, True, False)"
    )
    assert (
        settings_in(tmp_path, show, GIAO_SMTP_URL="smtps://mail.example.org")
        == "('mail.example.org', 465, False, True)"
    )
    assert "write it as smtp://" in settings_in(tmp_path, "1", GIAO_SMTP_URL="mail.example.org")
