"""A signed-in reader on an engagement that is computed from a real log."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass
class Desk:
    """The browser, the engagement's address, and its parties."""

    client: Any
    world: Any
    engagement: Any

    @property
    def at(self) -> str:
        return f"/e/{self.engagement.slug}"

    def get(self, address: str, status: int = 200) -> str:
        """A page of the engagement (or any address that starts with /e/) as text without entities."""
        answer = self.raw(address)
        assert answer.status_code == status, f"{address}: {answer.status_code}"
        return html.unescape(answer.content.decode()).replace("\u00a0", " ")

    def raw(self, address: str) -> Any:
        return self.client.get(address if address.startswith("/e/") else self.at + address)

    def source(self, address: str) -> str:
        """The page as it was sent."""
        answer = self.raw(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        return str(answer.content.decode())

    def rows(self, address: str) -> list[dict[str, str]]:
        """Every row that an address of a list opens, from its CSV with all columns."""
        mark = "&" if "?" in address else "?"
        answer = self.raw(f"{address}{mark}export=csv{ALL_COLUMNS}")
        assert answer.status_code == 200, address
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def sign_in(self, role: str, *, unmasked: bool = False) -> None:
        from tests.kernel.ground import person

        from giao.kernel.engagements.access import place_of
        from giao.kernel.engagements.actions.unmask import unmask

        reader = person("Reader", self.world.client, role)
        self.client.force_login(reader)
        for field in ("customer", "resource") if unmasked else ():
            unmask(
                self.engagement,
                place_of(reader, self.engagement),
                reader,
                "the tests read every value",
                field=field,
            )


ALL_COLUMNS = "".join(
    f"&cols={name}"
    for name in (
        "case", "state", "m_role", "m_value", "m_at", "m_group", "m_reason", "m_instance", "m_quantity", "priority", "site",
        "customer", "who_resource", "last_activity", "vendor_says", "note", "c_left", "c_state", "c_clock", "received",
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def furnished(test_database: None) -> Iterator[Any]:
    """The desk's world, computed once a module; what each test writes on top is rolled back by `db`."""
    from django.db import transaction
    from tests.kernel.ground import world
    from tests.steps.run.monitor.small_desk import AS_OF, ZONE, furnish

    from giao.kernel.readings.queries import reading_for

    block = transaction.atomic()
    block.__enter__()
    here = world("Small desk", zone=ZONE, as_of=AS_OF)
    furnish(here.engagement)
    assert reading_for(here.engagement).ready
    yield here
    transaction.set_rollback(True)
    block.__exit__(None, None, None)


@pytest.fixture
def desk(furnished: Any, client: Any) -> Desk:
    found = Desk(client, furnished, furnished.engagement)
    found.sign_in("client_manager", unmasked=True)
    return found


def links(page: str, path: str) -> list[str]:
    """Addresses in a page (as it was sent) whose path ends so, without entities."""
    found = re.findall(r'href="([^"]+)"', page)
    return [html.unescape(one) for one in found if html.unescape(one).split("?")[0].endswith(path)]


def number_links(page: str, path: str) -> list[tuple[str, int]]:
    """(address, number) of every count of a page that is a link to such a list; a service level's value is none."""
    found = []
    for address, text in re.findall(
        r'<a href="([^"]+)">(?:<span class="big">)?([\d,]+)(?:</span>)?</a>', page
    ):
        address = html.unescape(address)
        if address.split("?")[0].endswith(path):
            found.append((address, int(text.replace(",", ""))))
    return found
