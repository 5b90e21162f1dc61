"""The ledger: where it is not as recorded."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "audit.no_upload": (
        "there is no stored file {digest}; `giao audit find` names them",
        "không có tệp đã lưu {digest}; `giao audit find` liệt kê các tệp",
    ),
    "ledger.batch_missing": ("no batch begins at this position", "không có lô nào bắt đầu ở vị trí này"),
    "ledger.batch_unchained": (
        "the batch does not follow the one before",
        "lô này không nối tiếp lô trước",
    ),
    "ledger.batch_changed": (
        "an entry of positions {first} to {last}, or the hash of this batch, was changed",
        "một mục từ vị trí {first} đến {last}, hoặc mã băm của lô này, đã bị thay đổi",
    ),
    "ledger.entry_missing": (
        "the entry at this position is missing",
        "thiếu mục ở vị trí này",
    ),
    "ledger.entry_changed": (
        "what the entry says was changed",
        "nội dung của mục đã bị thay đổi",
    ),
    "ledger.entry_earlier": (
        "the entry is recorded before the one in front of it",
        "mục này được ghi trước mục đứng trước nó",
    ),
    "ledger.entry_inserted": (
        "an entry stands here that no batch holds",
        "ở đây có một mục không thuộc lô nào",
    ),
    "ledger.head_differs": (
        "the ledger says that it ends at {there}, its batches end at {here}",
        "sổ cái cho biết nó kết thúc ở {there}, còn các lô kết thúc ở {here}",
    ),
    "ledger.waiting_changed": (
        "an entry that waits for its position was changed",
        "một mục đang chờ xếp vị trí đã bị thay đổi",
    ),
    "ledger.other_head": (
        "position {position} was noted with hash {hash}, and has not that hash here",
        "vị trí {position} từng được ghi chú với mã băm {hash}, nhưng ở đây không có mã băm đó",
    ),
    "failure.audit.which": (
        "name the engagement; this act never takes all at once",
        "hãy nêu tên gói thuê ngoài; thao tác này không làm cho tất cả cùng lúc",
    ),
    "failure.audit.unknown": (
        "there is no engagement {name}; these are: {known}",
        "không có gói thuê ngoài {name}; hiện có: {known}",
    ),
    "failure.audit.expect": (
        "--expect is POSITION:HASH, as verify prints it, for one engagement that is named",
        "--expect có dạng VỊ_TRÍ:MÃ_BĂM như verify in ra, cho đúng một gói thuê ngoài được nêu tên",
    ),
    "failure.audit.why": (
        "say why with --why: the reason is kept for the audit",
        "hãy nêu lý do bằng --why: lý do được lưu để kiểm toán",
    ),
    "failure.audit.person": (
        'write --person FIELD=VALUE, e.g. claimant="Nguyen Van An"',
        'hãy viết --person TRƯỜNG=GIÁ_TRỊ, ví dụ claimant="Nguyen Van An"',
    ),
    "failure.audit.nobody": (
        "no case is meant: name it with --case, or its person with --person",
        "chưa chỉ ra hồ sơ nào: nêu hồ sơ bằng --case, hoặc người liên quan bằng --person",
    ),
}
