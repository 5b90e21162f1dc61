"""The whole address of a one-time link, for pages and for the API alike."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables


@sensitive_variables("secret")
def link_to(request: HttpRequest, name: str, secret: str) -> str:
    """`name`: of the page that takes the secret."""
    return request.build_absolute_uri(reverse(name, args=[secret]))
