"""The app that holds the ground's tables."""

from typing import Any

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "giao.kernel"
    label = "kernel"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate
        from django.utils.translation import gettext_lazy as _

        from giao.ui.navigation import Place, add_place

        add_place(Place("parties", _("Parties"), "more", 90, icon="users"))
        post_migrate.connect(_after_migration, sender=self, dispatch_uid="giao.tenancy")


def _after_migration(using: str, **_more: Any) -> None:
    """Django's one hook behind migrations, also in tests: every scoped table has its policy."""
    from giao.kernel.tenancy.policies import keep_policies

    keep_policies(using)
