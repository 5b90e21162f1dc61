"""All tables of the ground, gathered here for Django; each is written in its own room."""

from giao.kernel.audit.models import Act, OrganisationAct, SignIn
from giao.kernel.engagements.models import (
    AgreementVersion,
    Engagement,
    FactImport,
    LogImport,
    ThirdParty,
    Unmasking,
)
from giao.kernel.identity.models import (
    Invitation,
    ResetLink,
    ServiceAccount,
    ServiceToken,
    Session,
    TokenRefusal,
)
from giao.kernel.parties.models import Membership, Organisation, User
from giao.kernel.readings.models import KpiFigure, Reading, StatementFigure

__all__ = [
    "Act",
    "AgreementVersion",
    "Engagement",
    "FactImport",
    "Invitation",
    "KpiFigure",
    "LogImport",
    "Membership",
    "Organisation",
    "OrganisationAct",
    "Reading",
    "ResetLink",
    "ServiceAccount",
    "ServiceToken",
    "Session",
    "SignIn",
    "StatementFigure",
    "ThirdParty",
    "TokenRefusal",
    "Unmasking",
    "User",
]
