"""ServiceAccount and its tokens; invitations and reset links; sessions. Of every secret only the SHA-256 is stored."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import OrganisationManager
from giao.kernel.identifiers import new_id
from giao.kernel.parties.models import Organisation, Role, User


class ServiceAccount(models.Model):
    """A system of an organisation that speaks to giao. What it may do stands on its tokens."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="service_accounts", db_index=False
    )
    name = models.CharField(max_length=100)
    disabled = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    objects = OrganisationManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="service_account_name")]

    def __str__(self) -> str:
        return self.name


class TokenState(models.TextChoices):
    VALID = "valid", _("valid")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")


class ServiceToken(models.Model):
    """A secret that a service account shows. Only its SHA-256 is stored: 256 random bits need no slow hash.

    `prefix` is public (lists, audit). `engagement` null: every engagement in which the organisation is client or vendor.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="service_tokens", db_index=False
    )
    account = models.ForeignKey(ServiceAccount, on_delete=models.CASCADE, related_name="tokens")
    engagement = models.ForeignKey(
        Engagement, on_delete=models.CASCADE, null=True, blank=True, related_name="service_tokens"
    )
    prefix = models.CharField(max_length=12, unique=True)
    hash = models.CharField(max_length=64)
    scopes = models.JSONField()
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True, blank=True)
    revoked = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    objects = OrganisationManager()

    reached: Engagement | None = None
    """The engagement of the request that `authenticate` let in; not stored."""

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created"], name="service_token_organisation")]

    def __str__(self) -> str:
        return f"{self.account.name} ({self.prefix}…)"

    @property
    def state(self) -> TokenState:
        if self.revoked is not None or self.account.disabled is not None:
            return TokenState.REVOKED
        return TokenState.EXPIRED if self.expires <= timezone.now() else TokenState.VALID


class TokenRefusal(models.Model):
    """One refused token from an address; kept for the lockout's window only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "-at"], name="token_refusal_address_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.address}"


class Invitation(models.Model):
    """A one-time link by which a person joins an organisation in a role; `email` is the only account that may take it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", db_index=False
    )
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    hash = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    revoked = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    objects = OrganisationManager()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created"], name="invitation_organisation")]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"

    @property
    def is_open(self) -> bool:
        return self.accepted is None and self.revoked is None and self.expires > timezone.now()


class ResetLink(models.Model):
    """A one-time link by which a person sets a new password. `made_by` null: the person asked by e-mail."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reset_links")
    hash = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.user} until {self.expires:%Y-%m-%d %H:%M}"


class Session(AbstractBaseSession):
    """Django's session with its person, so that sessions can be listed and ended. `last_seen` is exact to some minutes."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    public_id = models.UUIDField(default=new_id)  # not unique: while a key is cycled two rows have it
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True, default="")
    since = models.DateTimeField(null=True)
    last_seen = models.DateTimeField(null=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> type:
        from giao.kernel.identity.sessions import SessionStore

        return SessionStore
