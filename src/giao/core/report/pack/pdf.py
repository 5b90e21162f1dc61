"""A pack as PDF, set by typst with the fonts that it carries: the same bytes from the same pack, on every machine.

What is written comes in as data (JSON), never as markup: a name with signs of the typesetter stays a name. The document is
tagged (PDF/UA-1): headings, tables with their heads, and a text for every trend that is drawn.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

from giao.core.agreement.errors import AgreementError
from giao.core.report.pack.assemble import pack_document
from giao.core.report.pack.document import Document
from giao.core.report.pack.source import PackSource
from giao.core.report.words import Lang
from giao.core.told import told

TEMPLATE = Path(__file__).parent / "pack.typ"


def pack_pdf(source: PackSource, lang: Lang) -> bytes:
    """The document's bytes. Raises AgreementError where the typesetter is not installed."""
    made = _typst().compile(
        str(TEMPLATE),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs=_data(pack_document(source, lang)),
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return bytes(made)


def pack_pictures(document: Document, points_an_inch: float = 70) -> list[bytes]:
    """The pages as PNG, to look at them."""
    made = _typst().compile(
        str(TEMPLATE),
        format="png",
        ignore_system_fonts=True,
        sys_inputs=_data(document),
        ppi=points_an_inch,
    )
    return [made] if isinstance(made, bytes) else list(made)


def _data(document: Document) -> dict[str, str]:
    return {"pack": json.dumps(asdict(document), ensure_ascii=False)}


def _typst() -> ModuleType:
    try:
        import typst
    except ImportError:
        raise AgreementError(
            told(
                "pack.no_typst",
                "a PDF is set by typst, which is not installed: pip install 'giao[server]'",
            )
        ) from None
    return typst
