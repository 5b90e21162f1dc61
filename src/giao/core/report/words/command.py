"""What the command line says."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "cli.imported": (
        "{cases} cases, {events} events, {activities} activities",
        "{cases} hồ sơ, {events} sự kiện, {activities} hoạt động",
    ),
    "cli.ties": (
        "{n} events have the same time as the one before in their case",
        "{n} sự kiện cùng thời điểm với sự kiện trước trong hồ sơ",
    ),
    "cli.unchanged": ("{n} rows changed nothing", "{n} dòng không thay đổi gì"),
    "cli.rejected": ("{n} rows set aside: {reasons}", "{n} dòng bị loại: {reasons}"),
    "cli.rejected.where": ("they are in {path}", "chi tiết trong {path}"),
    "cli.rejected.none": ("no row set aside", "không dòng nào bị loại"),
    "cli.written": ("written to {path}", "đã ghi vào {path}"),
    "cli.hash": ("hash {hash}", "mã băm {hash}"),
    "cli.check.ok": ("{source}: nothing to mend", "{source}: không có gì phải sửa"),
    "cli.check.found": (
        "{source}: {errors} {errors?error|errors}, {warnings} {warnings?warning|warnings}",
        "{source}: {errors} lỗi, {warnings} cảnh báo",
    ),
    "cli.error": ("error", "lỗi"),
    "cli.warning": ("warning", "cảnh báo"),
    "cli.compiling": (
        "compiling once (about a minute; `giao warm` does it ahead)…",
        "đang biên dịch lần đầu (khoảng một phút; `giao warm` làm trước việc này)…",
    ),
    "cli.export.done": (
        "{file}: {cases} cases, {events} events",
        "{file}: {cases} hồ sơ, {events} sự kiện",
    ),
    "cli.warm.done": ("ready: compiled in {seconds} s", "sẵn sàng: biên dịch xong trong {seconds} giây"),
    "cli.unseen": (
        "the agreement declares {names}, which no event of the log has: conditions read no value (null) there",
        "thoả thuận khai báo {names}, nhưng không sự kiện nào trong nhật ký có: điều kiện coi là không có giá trị (null)",
    ),
    "cli.reading": ("reading the log", "đang đọc nhật ký"),
    "cli.computing": ("computing", "đang tính"),
    "cli.undone": (
        "import {number} is out of the log; its files stay, and `giao undo … --restore` puts it back",
        "lần nhập {number} đã được đưa ra khỏi nhật ký; các tệp vẫn còn, `giao undo … --restore` sẽ đưa lại",
    ),
    "cli.restored": ("import {number} counts again", "lần nhập {number} lại được tính"),
    "cli.import.number": ("import", "lần nhập"),
    "cli.import.state": ("state", "trạng thái"),
    "cli.import.events": ("events", "sự kiện"),
    "cli.import.files": ("files", "tệp"),
    "cli.import.why": ("reason", "lý do"),
    "cli.import.counts": ("counts", "được tính"),
    "cli.import.undone": ("undone", "đã hoàn tác"),
    "cli.log.holds": (
        "the log holds {cases} cases, {events} events",
        "nhật ký có {cases} hồ sơ, {events} sự kiện",
    ),
    "cli.importing": ("importing", "đang nhập"),
    "cli.sorting": ("sorting on the disk", "đang sắp xếp trên đĩa"),
    "cli.more": ("… {n} more; --limit 0 shows all", "… còn {n}; --limit 0 để xem tất cả"),
    "cli.demo.seeded": ("demonstration ready in {path}", "dữ liệu minh hoạ đã sẵn sàng trong {path}"),
    "cli.account.email": ("Sign in", "Đăng nhập"),
    "cli.account.password": ("Password", "Mật khẩu"),
    "cli.account.role": ("Role", "Vai trò"),
    "cli.account.organisation": ("Organisation", "Tổ chức"),
    "cli.role.client_manager": ("client manager", "quản lý bên thuê"),
    "cli.role.vendor_manager": ("vendor manager", "quản lý nhà cung cấp"),
    "cli.role.analyst": ("analyst", "chuyên viên phân tích"),
    "cli.role.auditor": ("auditor", "kiểm toán viên"),
    "phase.clocks and KPIs": ("clocks and service levels", "đồng hồ và mức dịch vụ"),
    "phase.statements": ("statements", "bảng kê"),
    "cli.serve.at": ("giao is at {address}", "giao chạy tại {address}"),
    "cli.worker.at": (
        "a worker does the jobs of {path}; Ctrl-C ends it after what it does now",
        "tiến trình xử lý công việc của {path} đang chạy; Ctrl-C để dừng sau khi xong việc hiện tại",
    ),
    "cli.jobs.retried": ("{n} {n?job|jobs} to be tried again", "{n} công việc sẽ được thử lại"),
    "cli.jobs.stopping": (
        "cancelled; a running job stops at its next step",
        "đã huỷ; công việc đang chạy sẽ dừng ở bước kế tiếp",
    ),
    "cli.jobs.state": ("State", "Trạng thái"),
    "cli.jobs.count": ("Jobs", "Số công việc"),
    "cli.jobs.ready": ("waiting", "đang chờ"),
    "cli.jobs.running": ("running", "đang chạy"),
    "cli.jobs.done": ("done", "đã xong"),
    "cli.jobs.dead": ("given up", "đã bỏ cuộc"),
    "cli.jobs.cancelled": ("cancelled", "đã huỷ"),
    "cli.jobs.key": ("Key", "Mã"),
    "cli.jobs.task": ("Task", "Tác vụ"),
    "cli.jobs.attempts": ("Attempts", "Số lần thử"),
    "cli.jobs.error": ("Why", "Lý do"),
    "cli.serve.empty": (
        "nobody can sign in yet; load the demonstration with `giao demo` or start with `giao serve --demo`",
        "chưa có tài khoản nào; nạp dữ liệu minh hoạ bằng `giao demo` hoặc chạy `giao serve --demo`",
    ),
    "cli.audit.verify": (
        "{engagement}: whole, {entries} entries, head {position}:{head}",
        "{engagement}: nguyên vẹn, {entries} mục, đầu sổ {position}:{head}",
    ),
    "cli.audit.broken": (
        "{engagement}: NOT AS RECORDED from position {broken_at} on: {why}",
        "{engagement}: KHÔNG ĐÚNG NHƯ ĐÃ GHI từ vị trí {broken_at}: {why}",
    ),
    "cli.audit.rebuild": (
        "{engagement}: rebuilt, {logs} logs and {facts} files of facts, {imported_again} imported again",
        "{engagement}: đã dựng lại, {logs} nhật ký và {facts} tệp số liệu bổ sung, nhập lại {imported_again}",
    ),
    "cli.audit.lost": (
        "{engagement}: the log of {names} is damaged and its file is not kept; import it once more",
        "{engagement}: nhật ký của {names} bị hỏng và tệp gốc không còn; hãy nhập lại",
    ),
    "cli.audit.erase": (
        "{engagement}: personal data of {cases} cases erased, {destroyed} keys destroyed",
        "{engagement}: đã xoá dữ liệu cá nhân của {cases} hồ sơ, huỷ {destroyed} khoá",
    ),
    "cli.audit.destroy": (
        "{engagement}: the upload {file} is destroyed; the log that was read from it and older backups still hold its columns",
        "{engagement}: tệp tải lên {file} đã bị huỷ; nhật ký đọc từ nó và các bản sao lưu cũ vẫn còn các cột của nó",
    ),
    "cli.audit.held.kept": (
        "{engagement}: {name} holds {n} of these cases ({cases}); destroy it with --file {file}",
        "{engagement}: {name} chứa {n} hồ sơ trong số này ({cases}); huỷ bằng --file {file}",
    ),
    "cli.audit.held.gone": (
        "{engagement}: {name} held {n} of these cases ({cases}); its file is not kept, the log read from it is",
        "{engagement}: {name} từng chứa {n} hồ sơ trong số này ({cases}); tệp không còn, nhật ký đọc từ nó thì còn",
    ),
    "cli.audit.held.unread": (
        "{engagement}: {name}: its log cannot be opened, so nobody knows what it holds; its file is {file}",
        "{engagement}: {name}: không mở được nhật ký nên không biết bên trong có gì; tệp là {file}",
    ),
    "cli.audit.held.none": (
        "{engagement}: no imported file holds them",
        "{engagement}: không tệp đã nhập nào chứa các hồ sơ này",
    ),
    "cli.audit.rotate": (
        "{engagement}: {keys} keys, {files} files, {webhooks} webhooks and {exports} exports wrapped by the current master key",
        "{engagement}: {keys} khoá, {files} tệp, {webhooks} webhook và {exports} bản xuất đã chuyển sang khoá chủ hiện hành",
    ),
    "cli.audit.retain": (
        "{engagement}: {erased} cases erased, {removed} rejected events cleared",
        "{engagement}: đã xoá dữ liệu cá nhân của {erased} hồ sơ, dọn {removed} sự kiện bị từ chối",
    ),
    "cli.watch.taken": (
        "{engagement}: {file} imported, {events} events",
        "{engagement}: đã nhập {file}, {events} sự kiện",
    ),
    "cli.watch.failed": (
        "{engagement}: {file} could not be read: {why}",
        "{engagement}: không đọc được {file}: {why}",
    ),
    "cli.backup.database": ("reading the database", "đang đọc cơ sở dữ liệu"),
    "cli.backup.files": ("copying files", "đang sao chép tệp"),
    "cli.backup.checking": ("checking the backup", "đang kiểm tra bản sao lưu"),
    "cli.backup.restoring": ("restoring", "đang khôi phục"),
    "cli.backup.rebuilding": ("rebuilding readings", "đang dựng lại các kết quả"),
    "cli.backup.taken": (
        "{path}: {rows} rows and {files} files, {size} MB",
        "{path}: {rows} dòng và {files} tệp, {size} MB",
    ),
    "cli.backup.keys_inside": (
        "the keys are inside, under the passphrase: without it, personal fields and stored files cannot be opened",
        "khoá nằm bên trong, dưới cụm mật khẩu: không có cụm này thì không mở được trường cá nhân và tệp đã lưu",
    ),
    "cli.backup.keys_outside": (
        "THE KEYS ARE NOT INSIDE: keep master-keys and secret-key of {data} (or GIAO_MASTER_KEYS and GIAO_SECRET_KEY) in "
        "another safe place; without them personal fields, stored files and second factors are lost",
        "KHOÁ KHÔNG NẰM BÊN TRONG: hãy giữ master-keys và secret-key của {data} (hoặc GIAO_MASTER_KEYS và GIAO_SECRET_KEY) ở "
        "một nơi an toàn khác; thiếu chúng thì mất trường cá nhân, tệp đã lưu và xác thực hai lớp",
    ),
    "cli.backup.missing": (
        "lost before this backup, and not in it: {names}",
        "đã mất từ trước và không có trong bản sao lưu: {names}",
    ),
    "cli.backup.restored": (
        "{rows} rows and {files} files restored into {data}; everybody signs in anew",
        "đã khôi phục {rows} dòng và {files} tệp vào {data}; mọi người cần đăng nhập lại",
    ),
    "cli.backup.aside": (
        "what stood here before lies in {path}; remove it when you no longer need it",
        "những gì có trước đây nằm trong {path}; hãy xoá khi không còn cần",
    ),
    "cli.backup.other_settings": (
        "{names} are set and were left alone; they must hold the keys of the backup",
        "{names} đang được đặt và được giữ nguyên; chúng phải chứa khoá của bản sao lưu",
    ),
}
