"""Who may do what with statement packs. A pack is a file: for those who may export."""

from __future__ import annotations

from giao.kernel.engagements.access import may_export

__all__ = ["may_export"]
