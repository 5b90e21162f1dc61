"""After 0002 in a transaction of its own: PostgreSQL changes no table whose rows it has still to check."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("closing", "0002_threads_in_scope")]

    operations = [
        migrations.AlterField(
            model_name="disputeentry",
            name="engagement",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="kernel.engagement",
            ),
        ),
        migrations.RemoveIndex(model_name="disputeentry", name="dispute_entry_at"),
        migrations.AddIndex(
            model_name="disputeentry",
            index=models.Index(fields=["engagement", "dispute", "at"], name="dispute_entry_thread"),
        ),
        migrations.AddIndex(
            model_name="disputeentry",
            index=models.Index(fields=["dispute"], name="dispute_entry_dispute"),
        ),
    ]
