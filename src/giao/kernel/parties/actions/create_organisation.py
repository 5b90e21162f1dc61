"""Create an organisation: a client, a vendor, or one that is both in different engagements."""

from __future__ import annotations

from giao.kernel.parties.models import Organisation


def create_organisation(name: str, country: str = "") -> Organisation:
    """`country` is an ISO 3166 code of two letters, or empty."""
    return Organisation.objects.create(name=name.strip(), country=country.upper())
