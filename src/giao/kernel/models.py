"""All tables of the ground, gathered here for Django; each is written in its own room."""

from giao.kernel.audit.models import Act, OrganisationAct, SignIn
from giao.kernel.engagements.models import AgreementVersion, Engagement, FactImport, LogImport
from giao.kernel.identity.models import ServiceAccount, ServiceToken, TokenRefusal
from giao.kernel.parties.models import Membership, Organisation, User
from giao.kernel.readings.models import KpiFigure, Reading, StatementFigure

__all__ = [
    "Act",
    "AgreementVersion",
    "Engagement",
    "FactImport",
    "KpiFigure",
    "LogImport",
    "Membership",
    "Organisation",
    "OrganisationAct",
    "Reading",
    "ServiceAccount",
    "ServiceToken",
    "SignIn",
    "StatementFigure",
    "TokenRefusal",
    "User",
]
