"""The app, the places it brings to the sidebar, and what its jobs do."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from giao.ui.navigation import Place, add_place, page_url


class ContractsConfig(AppConfig):
    name = "giao.steps.agree.contracts"
    label = "contracts"

    def ready(self) -> None:
        from giao.kernel.jobs.work import add_work
        from giao.steps.agree.contracts.models import Replay
        from giao.steps.agree.contracts.replaying import work

        add_place(Place("agreement", _("Agreement"), "agree", 10, "file-text"))
        add_place(Place("replay", _("Replay"), "agree", 20, "history"))
        add_work(Replay, work, link=_link)


def _link(row: Any) -> str:
    """The page that shows this row."""
    return page_url("replay", {"run": str(row.pk)}, slug=row.engagement.slug) or ""
