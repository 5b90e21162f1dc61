"""All tables of the ground, gathered here for Django; each is written in its own room."""

from giao.kernel.api.models import OrganisationRepeat, Repeat
from giao.kernel.audit.models import Act, OrganisationAct, SignIn
from giao.kernel.crypto.models import SubjectKey
from giao.kernel.engagements.models import (
    AgreementVersion,
    Engagement,
    FactImport,
    LogImport,
    ThirdParty,
    Unmasking,
)
from giao.kernel.files.models import StoredFile
from giao.kernel.identity.models import (
    Invitation,
    ResetLink,
    ServiceAccount,
    ServiceToken,
    Session,
    TokenRefusal,
)
from giao.kernel.jobs.models import Job, Schedule, WorkerSeen
from giao.kernel.ledger.models import Batch, Entry, Ledger, Rejected, Retention, Segment
from giao.kernel.notifications.models import Delivery, MailChoice, Notification, Webhook
from giao.kernel.parties.models import Membership, Organisation, User
from giao.kernel.readings.models import KpiFigure, Reading, StatementFigure

__all__ = [
    "Act",
    "AgreementVersion",
    "Batch",
    "Delivery",
    "Engagement",
    "Entry",
    "FactImport",
    "Invitation",
    "Job",
    "KpiFigure",
    "Ledger",
    "LogImport",
    "MailChoice",
    "Membership",
    "Notification",
    "Organisation",
    "OrganisationAct",
    "OrganisationRepeat",
    "Reading",
    "Rejected",
    "Repeat",
    "ResetLink",
    "Retention",
    "Schedule",
    "Segment",
    "ServiceAccount",
    "ServiceToken",
    "Session",
    "SignIn",
    "StatementFigure",
    "StoredFile",
    "SubjectKey",
    "ThirdParty",
    "TokenRefusal",
    "Unmasking",
    "User",
    "Webhook",
    "WorkerSeen",
]
