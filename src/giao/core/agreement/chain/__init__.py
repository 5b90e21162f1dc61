"""The chain of parties: one case under several agreements, who held it when, whose clock broke first."""

from giao.core.agreement.chain.case import ChainCase, HeldStretch, PartyShare, SlaClock, SupportClock, case_of
from giao.core.agreement.chain.months import ChainMonth, PartyMonth, month_of, months_of
from giao.core.agreement.chain.parties import NOT_SAID, ChainParty
from giao.core.agreement.chain.reading import ChainReading, read_chain
from giao.core.agreement.chain.supports import SUPPORT_KINDS, Support, SupportKind
from giao.core.agreement.chain.targets import ChainFinding, check_targets

__all__ = [
    "NOT_SAID",
    "SUPPORT_KINDS",
    "ChainCase",
    "ChainFinding",
    "ChainMonth",
    "ChainParty",
    "ChainReading",
    "HeldStretch",
    "PartyMonth",
    "PartyShare",
    "SlaClock",
    "Support",
    "SupportClock",
    "SupportKind",
    "case_of",
    "check_targets",
    "month_of",
    "months_of",
    "read_chain",
]
