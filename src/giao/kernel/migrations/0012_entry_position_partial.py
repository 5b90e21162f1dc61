"""The index of positions holds entries that have one: the look for a name cannot take it by mistake."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0011_rejected_settled"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="entry", name="entry_position"),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("position__isnull", False)),
                fields=("engagement", "position"),
                name="entry_position",
            ),
        ),
    ]
