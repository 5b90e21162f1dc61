"""The app."""

from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "giao.steps.improve.packs"
    label = "packs"
