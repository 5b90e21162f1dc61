"""Currencies that a document may name: ISO 4217 codes, those withdrawn since 2012 included (old agreements name them)."""

from __future__ import annotations

import difflib
from typing import Annotated

from pydantic import AfterValidator, Field

from giao.core.told import told

CODES_AS_OF = "2026-01-01"
CODES_SOURCE = "ISO 4217:2015, List One (current) and List Three (withdrawn 2012 and later)"
_CURRENT = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL
HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XDR XOF XPF XSU XUA YER ZAR ZMW ZWG
"""
_WITHDRAWN = "ANG BGN BYR CUC HRK LTL LVL MRO SLL STD VEF ZMK ZWL"
CODES = frozenset(f"{_CURRENT} {_WITHDRAWN}".split())


def _known(code: str) -> str:
    if code not in CODES:
        near = difflib.get_close_matches(code, sorted(CODES), n=2)
        hint = (
            told("word.did_you_mean_name", " Did you mean {found}?", found=" or ".join(near)) if near else ""
        )
        raise ValueError(
            told(
                "document.currency",
                "currency: {code!r} is no ISO 4217 currency.{hint} Its decimals round every amount",
                code=code,
                hint=hint,
            )
        )
    return code


Currency = Annotated[str, Field(pattern="^[A-Z]{3}$"), AfterValidator(_known)]
"""Three capitals that ISO 4217 knows; a wrong one would round amounts wrongly."""
