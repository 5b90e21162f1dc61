"""The statement pack: one document a month for both sides, in the reader's language, as PDF.

`source.py` what it is made from · `document.py` sections as plain data · one file a section · `assemble.py` all of them ·
`pdf.py` set by typst. The same for the command line and the server, which adds what people decided.
"""

from giao.core.report.pack.assemble import pack_document
from giao.core.report.pack.pdf import pack_pdf
from giao.core.report.pack.source import PackSource

__all__ = ["PackSource", "pack_document", "pack_pdf"]
