"""The app, the place it brings to the sidebar, and what its jobs do."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from giao.ui.navigation import Place, add_place, page_url


class LogsConfig(AppConfig):
    name = "giao.steps.identify.logs"
    label = "logs"

    def ready(self) -> None:
        from giao.kernel.audit.words import add_words
        from giao.kernel.jobs.work import add_work
        from giao.steps.identify.logs import exporting, importing
        from giao.steps.identify.logs.models import Export, Upload

        add_place(Place("upload", _("Upload a log"), "identify", 10, "upload"))
        add_place(Place("export_log", _("Export the log"), "identify", 20, "download"))
        add_words(
            {
                "undo_log": _("took an import back"),
                "hand_in_file": _("handed a file in"),
                "export_log": _("exported the log"),
            }
        )
        add_work(Upload, importing.work, link=_link)
        add_work(Export, exporting.work, link=_export_link)


def _link(row: Any) -> str:
    """The page that shows this row."""
    return page_url("upload", {"upload": str(row.pk)}, slug=row.engagement.slug) or ""


def _export_link(row: Any) -> str:
    return page_url("export_log", slug=row.engagement.slug) or ""
