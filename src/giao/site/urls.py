"""Every address. A step's app brings its own `urls` module; it hangs under the engagement: /e/<slug>/…

Addresses for machines are in `api_urls` modules; they hang under /api/v1/engagements/<slug>/…
"""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.urls import include, path

from giao.site.api import address_patterns
from giao.site.api_pages import docs, openapi

step_urls = [
    path("e/<slug:slug>/", include(import_module(f"{config.name}.urls")))
    for config in apps.get_app_configs()
    if config.name.startswith(("giao.steps.", "giao.risks")) and find_spec(f"{config.name}.urls")
]

api_urls = [
    path("api/v1/engagements/<slug:slug>/", include(import_module(f"{name}.api_urls")))
    for name in ("giao.kernel.ledger", *(config.name for config in apps.get_app_configs()))
    if name.startswith("giao.") and find_spec(f"{name}.api_urls")
]

urlpatterns = [
    *step_urls,
    *api_urls,
    path("api/v1/openapi.json", openapi, name="openapi"),
    path("api/v1/docs", docs, name="api_docs"),
    path("api/v1/", include(address_patterns())),
    path("", include("giao.portal.identity_urls")),
    path("", include("giao.portal.urls")),
]

handler400 = "giao.portal.errors.bad_request"
handler403 = "giao.portal.errors.forbidden"
handler404 = "giao.portal.errors.not_found"
handler500 = "giao.portal.errors.server_error"
