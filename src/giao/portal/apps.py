"""The app of the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "giao.portal"
    label = "portal"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from giao.kernel.audit.words import add_words
        from giao.portal.saved_views import views_on
        from giao.ui.navigation import Place, add_place
        from giao.ui.saved_views import set_keeper

        set_keeper(views_on)
        add_place(Place("rejected", _("Rejected events"), "run", 50, "inbox"))
        add_words({"share_view": _("shared a saved view")})
