"""The app, the place it brings to the sidebar, its acts and messages in words, and where its versions came from."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from giao.ui.navigation import Place, add_place


class ProposalsConfig(AppConfig):
    name = "giao.steps.agree.proposals"
    label = "proposals"

    def ready(self) -> None:
        from giao.kernel.audit.words import add_words
        from giao.kernel.notifications.words import Message, add_messages
        from giao.steps.agree.contracts.origins import add_origins
        from giao.steps.agree.proposals.queries import origins, waiting

        add_place(Place("proposals", _("Proposals"), "agree", 15, "git-compare"))
        add_origins("proposals", origins, waiting)
        add_words(
            {
                "propose_change": _("proposed a change of the agreement"),
                "counter_propose": _("answered a proposal with a counter-proposal"),
                "accept_proposal": _("accepted a proposal"),
                "decline_proposal": _("declined a proposal"),
                "withdraw_proposal": _("withdrew a proposal"),
                "comment_on_proposal": _("wrote about a proposal"),
                "replay_proposal": _("computed past months under a proposal"),
            }
        )
        wrote = "%(text)s"  # what the person wrote, in their words
        add_messages(
            {
                "proposal_made": Message(
                    _("%(who)s proposes a change of the agreement (proposal %(name)s)"),
                    wrote,
                    _("A change of the agreement is proposed"),
                ),
                "proposal_countered": Message(
                    _("%(who)s answers with a counter-proposal (%(name)s)"),
                    wrote,
                    _("A proposal is answered with a counter-proposal"),
                ),
                "proposal_accepted": Message(
                    _("%(who)s accepted proposal %(name)s: it is the next version of the agreement"),
                    wrote,
                    _("A proposal is accepted"),
                ),
                "proposal_declined": Message(
                    _("%(who)s declined proposal %(name)s"), wrote, _("A proposal is declined")
                ),
                "proposal_withdrawn": Message(
                    _("%(who)s withdrew proposal %(name)s"), wrote, _("A proposal is withdrawn")
                ),
                "proposal_commented": Message(
                    _("%(who)s wrote about proposal %(name)s"), wrote, _("Somebody wrote about a proposal")
                ),
                "proposal_overtaken": Message(
                    _("Proposal %(name)s is overtaken: another version was accepted"),
                    _("Open it and propose it again on what is in force now, if it still matters."),
                    _("A proposal is overtaken"),
                ),
            }
        )
