"""Addresses of the pages about people, organisations, tokens, sessions and links."""

from django.urls import path

from giao.portal import (
    ending,
    given,
    invitations,
    opening,
    organisations,
    resetting,
    second_factor,
    sessions,
    third_parties,
    tokens,
    unmask,
)

urlpatterns = [
    path("organisations", organisations.organisations_page, name="organisations"),
    path("organisations/<uuid:identifier>", organisations.people_page, name="people"),
    path("organisations/<uuid:identifier>/tokens", tokens.tokens_page, name="tokens"),
    path(
        "organisations/<uuid:identifier>/audit", organisations.organisation_audit, name="organisation_audit"
    ),
    path("engagements/new", opening.new_engagement, name="new_engagement"),
    path("engagements/archive", ending.archive_page, name="archive"),
    path("invitation/<str:secret>", invitations.invitation_page, name="invitation"),
    path("forgot", resetting.forgot_page, name="forgot"),
    path("reset/<str:secret>", resetting.reset_page, name="reset"),
    path("sign-in/code", second_factor.code_page, name="code"),
    path("account/sessions", sessions.sessions_page, name="sessions"),
    path("account/second-factor", second_factor.second_factor_page, name="second_factor"),
    path("e/<slug:slug>/parties", third_parties.parties_page, name="parties"),
    path("e/<slug:slug>/end", ending.ending_page, name="ending"),
    path("e/<slug:slug>/keep", ending.keep_page, name="keep"),
    path("e/<slug:slug>/unmask", unmask.unmask_page, name="unmask"),
    path("e/<slug:slug>/given", given.given_page, name="given"),
    path("e/<slug:slug>/given/<path:case>", given.given_case, name="given_case"),
]
