"""The app that holds the ground's tables."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "giao.kernel"
    label = "kernel"
