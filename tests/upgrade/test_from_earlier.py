"""An installation of an earlier release is brought up to date: same figures, nothing lost; a newer one is refused.

The earlier one is made by migrating to the earlier leaves and filling the tables as they were then.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.kernel.backup.conftest import Source, fresh

EARLIER = """
import json, sys
from pathlib import Path
from uuid import uuid4
from giao.site.serve import set_up
set_up()
from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from giao.kernel.backup.archive import Archive
from giao.kernel.backup.rows import columns_of, count_on, empty, kept_models, load

leaves = [
    ("kernel", "0004_ledger"), ("contracts", "0001_drafts_and_replays"), ("logs", "0001_uploads"),
    ("closing", "0001_month_close"), ("portal", "0001_saved_views"),
]
executor = MigrationExecutor(connection)
ours = {config.label for config in apps.get_app_configs() if config.name.startswith("giao.")}
later = ours - set(dict(leaves))  # rooms that there were not yet
others = [node for node in executor.loader.graph.leaf_nodes() if node[0] not in {*dict(leaves), *later}]
leaves += others
executor.migrate(leaves)
executor.loader.build_graph()
past = executor.loader.project_state(leaves).apps
known = {model._meta.db_table: model for model in past.get_models(include_auto_created=True)}
archive = Archive(Path(sys.argv[1]))
with transaction.atomic():
    empty(kept_models(known.values()))
    for name, table in archive.manifest["tables"].items():
        if name not in known or name in ("kernel_job", "kernel_schedule"):
            continue  # it came later, or was another then
        then = [column for column in table["columns"] if column in columns_of(known[name])]
        at = [table["columns"].index(column) for column in then]
        rows = (json.loads(line) for line in archive.lines(table["part"]))
        load(known[name], then, (json.dumps([row[place] for place in at]).encode() for row in rows))
    count_on(known[name] for name in archive.manifest["tables"] if name in known)
    get = past.get_model
    engagement, person = get("kernel", "Engagement").objects.get(pk=sys.argv[2]), get("kernel", "User").objects.first()
    now = timezone.now()
    dispute = get("closing", "Dispute").objects.create(
        id=uuid4(), engagement=engagement, month="2026-01", item="credit:in_time", currency="EUR", stood=0, claim=-5,
        raised_by="client", answer_by=now, created=now, updated=now)
    for text in ("first", "second"):
        get("closing", "DisputeEntry").objects.create(
            id=uuid4(), dispute=dispute, act="note", side="client", by=person, at=now, text=text)
    assert not hasattr(get("closing", "DisputeEntry"), "engagement")
print(json.dumps({"tables": sorted(connection.introspection.table_names())}))
"""

LOOK = """
import json, sys
from datetime import datetime
from giao.site.serve import prepare
prepare()
from giao.kernel.engagements.models import Engagement
from giao.kernel.engagements.scoping import everywhere, working_in
from giao.kernel.jobs.inline import inline
from giao.kernel.ledger.queries import tail
from giao.kernel.ledger.sealing import seal
from giao.kernel.ledger.verify import verify
from giao.steps.improve.closing.models import DisputeEntry
from tests.kernel.ledger.test_rebuild import _numbers

still, busy, as_of = sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3])
with everywhere("a test looks at all"), inline():
    still, busy = Engagement.objects.get(pk=still), Engagement.objects.get(pk=busy)
    numbers = _numbers(still, as_of)
    verdicts = [verify(still), verify(busy)]
    if len(sys.argv) > 4:
        seal(still)
    with working_in(still):
        thread = sorted(DisputeEntry.objects.values_list("text", flat=True))
    with working_in(busy):
        others = DisputeEntry.objects.count()
    print(json.dumps({
        "numbers": json.dumps(numbers, sort_keys=True, default=lambda v: sorted(map(str, v)) if isinstance(v, set) else str(v)),
        "whole": [verdict.whole for verdict in verdicts], "thread": thread, "others": others,
        "claimants": sorted({entry.personal["claimant"] for entry in tail(busy.pk) if entry.personal})[:2],
    }))
"""


def test_an_earlier_installation_keeps_its_figures_and_its_rows(
    source: Source, tmp_path: Path, database_url: str
) -> None:
    there = fresh(tmp_path, database_url)
    shutil.copytree(source.installation.data / "engagements", there.data / "engagements")
    for name in ("master-keys", "secret-key"):
        shutil.copy(source.installation.data / name, there.data / name)
    told = source.told
    before = there.run(EARLIER, source.file, told["still"])
    assert "kernel_notification" not in before["tables"], "it is really an earlier one"
    assert "kernel_storedfile" not in before["tables"]
    found = there.run(LOOK, told["still"], told["busy"], told["as_of"], "seal")
    assert found["numbers"] == told["numbers"]
    assert found["whole"] == [True, True]
    assert (found["thread"], found["others"]) == (["first", "second"], 0)
    assert found["claimants"] == ["An 0", "An 1"]
    _an_older_form_is_made_again(there, told)
    _a_newer_one_is_refused(there)


def _an_older_form_is_made_again(there, told) -> None:
    """What an older release stored is cleared and made again, with a sentence, instead of being misread."""
    there.data.joinpath("stored-form").write_text("reading 0, log 0\n")
    heads = list((there.data / "engagements" / told["still"] / "segments").rglob("part.json"))
    assert heads
    for head in heads:
        head.write_text(head.read_text().replace('"giao_log": 1', '"giao_log": 0'))
        assert '"giao_log": 0' in head.read_text()
    done = there.giao("jobs")
    assert done.returncode == 0, done.stderr
    assert "stored in the form of an older release, made again" in done.stderr
    assert there.run(LOOK, told["still"], told["busy"], told["as_of"])["numbers"] == told["numbers"]
    assert "older release" not in there.giao("jobs").stderr


def _a_newer_one_is_refused(there) -> None:
    there.run(
        """
        import json
        from giao.site.serve import set_up
        set_up()
        from django.db import connection
        from django.db.migrations.recorder import MigrationRecorder
        MigrationRecorder(connection).record_applied("kernel", "0999_tomorrow")
        print(json.dumps("done"))
        """
    )
    import subprocess
    import sys

    for command in (
        ["-m", "giao", "jobs"],
        ["-m", "giao.site.serve", "--port", "1"],
        ["-m", "giao", "backup", "x.zip"],
    ):
        done = subprocess.run(
            [sys.executable, *command], env=there.environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 2, done.stderr
        assert "newer giao (kernel.0999_tomorrow is not known here)" in done.stderr
        assert "Traceback" not in done.stderr
    done = there.giao("jobs", GIAO_LANG="vi")
    assert "giao mới hơn" in done.stderr
