"""Each line of a dispute's thread says whose engagement it is, so that the rule of tenancy holds it by itself."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    entries = apps.get_model("closing", "DisputeEntry").objects.using(schema_editor.connection.alias)
    disputes = apps.get_model("closing", "Dispute").objects.using(schema_editor.connection.alias)
    of_dispute = disputes.filter(pk=OuterRef("dispute_id")).values("engagement_id")[:1]
    entries.update(engagement_id=Subquery(of_dispute))


class Migration(migrations.Migration):
    dependencies = [
        ("closing", "0001_month_close"),
        ("kernel", "0006_notifications"),
    ]

    operations = [
        migrations.AddField(
            model_name="disputeentry",
            name="engagement",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="kernel.engagement",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
