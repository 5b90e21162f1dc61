"""All tables of the ground, gathered here for Django; each is written in its own room."""

from giao.kernel.audit.models import Act, SignIn
from giao.kernel.engagements.models import AgreementVersion, Engagement, FactImport, LogImport
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
    "Reading",
    "SignIn",
    "StatementFigure",
    "User",
]
