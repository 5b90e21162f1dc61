"""The app of the user interface."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "giao.ui"
    label = "ui"
