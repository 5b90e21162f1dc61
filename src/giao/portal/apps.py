"""The app of the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "giao.portal"
    label = "portal"
