"""Backups, and databases that do not fit the program."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "backup.no_file": (
        "{file}: no such backup; check the path",
        "{file}: không có bản sao lưu này; hãy kiểm tra đường dẫn",
    ),
    "backup.not_one": (
        "{file} is no backup of giao, or its end is missing or damaged; nothing was changed; take another one",
        "{file} không phải bản sao lưu của giao, hoặc phần cuối bị thiếu hay hỏng; chưa có gì thay đổi; hãy dùng bản khác",
    ),
    "backup.newer": (
        "{file} was made by a newer giao; install that release, then restore",
        "{file} do phiên bản giao mới hơn tạo ra; hãy cài phiên bản đó rồi khôi phục",
    ),
    "backup.damaged": (
        "{file} is damaged at its part {part}; nothing was changed; take another backup",
        "{file} bị hỏng ở phần {part}; chưa có gì thay đổi; hãy dùng bản sao lưu khác",
    ),
    "backup.short_passphrase": (
        "the passphrase is shorter than {least} characters; take a longer one, e.g. five words",
        "cụm mật khẩu ngắn hơn {least} ký tự; hãy chọn cụm dài hơn, ví dụ năm từ",
    ),
    "backup.wrong_passphrase": (
        "the passphrase does not open the keys in the backup; nothing was changed; give the one it was made with",
        "cụm mật khẩu không mở được khoá trong bản sao lưu; chưa có gì thay đổi; hãy nhập đúng cụm đã dùng khi sao lưu",
    ),
    "backup.odd_keys": (
        "the keys in the backup are sealed in a way that is not known here",
        "khoá trong bản sao lưu được niêm phong theo cách mà phiên bản này không biết",
    ),
    "backup.inside": (
        "{file} lies inside the data folder that is backed up; choose a place outside, best on another machine",
        "{file} nằm trong chính thư mục dữ liệu được sao lưu; hãy chọn nơi khác, tốt nhất là trên máy khác",
    ),
    "backup.exists": (
        "{file} is there already; choose another name",
        "{file} đã có sẵn; hãy chọn tên khác",
    ),
    "backup.moving": (
        "files were removed each time while they were copied; try again later",
        "lần nào cũng có tệp bị xoá trong lúc sao chép; hãy thử lại sau",
    ),
    "backup.newer_schema": (
        "the backup was made by giao {version}, which is newer than this one; install that release, then restore",
        "bản sao lưu do giao {version} tạo ra, mới hơn phiên bản này; hãy cài phiên bản đó rồi khôi phục",
    ),
    "backup.needs_passphrase": (
        "the keys are in the backup under a passphrase; give it with --passphrase-file",
        "khoá nằm trong bản sao lưu dưới một cụm mật khẩu; hãy nêu nó bằng --passphrase-file",
    ),
    "backup.needs_keys": (
        "the backup holds no keys, and those here are others: put the files master-keys and secret-key of the old "
        "installation into {data} (or set GIAO_MASTER_KEYS and GIAO_SECRET_KEY), then restore; nothing was changed",
        "bản sao lưu không chứa khoá, còn khoá ở đây là khoá khác: hãy đặt hai tệp master-keys và secret-key của hệ thống cũ "
        "vào {data} (hoặc đặt GIAO_MASTER_KEYS và GIAO_SECRET_KEY) rồi khôi phục; chưa có gì thay đổi",
    ),
    "backup.server_runs": (
        "a server or worker runs on this database; stop it, wait a minute, then restore",
        "đang có máy chủ hoặc tiến trình xử lý dùng cơ sở dữ liệu này; hãy dừng lại, đợi một phút rồi khôi phục",
    ),
    "backup.not_empty": (
        "there is an installation in {data} already; restore into an empty data folder and database, or give "
        "--force to replace what is here",
        "{data} đã có một hệ thống; hãy khôi phục vào thư mục dữ liệu và cơ sở dữ liệu trống, hoặc thêm "
        "--force để thay thế những gì đang có",
    ),
    "backup.rows": (
        "the rows of the backup cannot be loaded ({why}); what was begun is put aside when you restore again",
        "không nạp được các dòng của bản sao lưu ({why}); phần dở dang sẽ được bỏ khi khôi phục lại",
    ),
    "backup.other_head": (
        "the ledger has entries that the backup does not name",
        "sổ cái có những mục mà bản sao lưu không nêu",
    ),
    "schema.restoring": (
        "a restore into {data} did not finish; run `giao restore` again before the server starts",
        "lần khôi phục vào {data} chưa xong; hãy chạy lại `giao restore` trước khi khởi động máy chủ",
    ),
    "schema.newer": (
        "the database was brought up to date by a newer giao ({migration} is not known here); start that release, "
        "or restore the backup from before the upgrade; nothing was changed",
        "cơ sở dữ liệu đã được nâng cấp bởi giao mới hơn (ở đây không biết {migration}); hãy chạy phiên bản đó, "
        "hoặc khôi phục bản sao lưu trước khi nâng cấp; chưa có gì thay đổi",
    ),
    "schema.older": (
        "the database is of an older giao ({migration} is missing); back up with the release that serves it",
        "cơ sở dữ liệu thuộc phiên bản giao cũ hơn (thiếu {migration}); hãy sao lưu bằng đúng phiên bản đang chạy",
    ),
}
