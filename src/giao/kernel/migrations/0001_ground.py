import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import giao.kernel.identifiers


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True)),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("created", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("language", models.CharField(blank=True, default="", max_length=5)),
                ("time_zone", models.CharField(blank=True, default="", max_length=64)),
                ("is_active", models.BooleanField(default=True)),
                ("created", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                        name="user_email_small",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Engagement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("zone", models.CharField(default="UTC", max_length=64)),
                ("as_of", models.DateTimeField(blank=True, null=True)),
                ("steps", models.JSONField(blank=True, default=dict)),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="engagements_as_client",
                        to="kernel.organisation",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="engagements_as_vendor",
                        to="kernel.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("agreement_hash", models.CharField(max_length=64)),
                ("log_hash", models.CharField(max_length=64)),
                ("as_of", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("computing", "Computing"), ("ready", "Ready"), ("failed", "Failed")],
                        default="computing",
                        max_length=10,
                    ),
                ),
                ("current", models.BooleanField(default=False)),
                ("at_now", models.BooleanField(default=False)),
                ("folder", models.CharField(blank=True, default="", max_length=500)),
                ("error", models.TextField(blank=True, default="")),
                ("figures", models.JSONField(blank=True, default=dict)),
                ("doing", models.CharField(blank=True, default="", max_length=100)),
                ("share_done", models.FloatField(default=0.0)),
                ("lease_owner", models.CharField(blank=True, default="", max_length=120)),
                ("lease_seen", models.DateTimeField(blank=True, null=True)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("finished", models.DateTimeField(blank=True, null=True)),
                (
                    "engagement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="kernel.engagement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KpiFigure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kpi", models.CharField(max_length=120)),
                ("window", models.CharField(max_length=30)),
                ("position", models.PositiveIntegerField()),
                ("group", models.CharField(blank=True, default="", max_length=200)),
                ("unit", models.CharField(default="share", max_length=10)),
                ("n", models.BigIntegerField()),
                ("value", models.FloatField(null=True)),
                ("expected", models.FloatField(null=True)),
                ("minimum", models.FloatField(null=True)),
                ("state", models.CharField(max_length=20)),
                ("provisional", models.BooleanField(default=False)),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
                ("overdue_open", models.BigIntegerField(default=0)),
                ("misses", models.BigIntegerField(default=0)),
                (
                    "engagement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kernel.engagement",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kpis",
                        to="kernel.reading",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("account", models.CharField(max_length=254)),
                ("address", models.GenericIPAddressField(null=True)),
                ("succeeded", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatementFigure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("month", models.CharField(max_length=7)),
                ("position", models.PositiveIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("fees", models.DecimalField(decimal_places=6, max_digits=24)),
                ("at_risk", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                ("credit_total", models.DecimalField(decimal_places=6, max_digits=24)),
                ("earned_back", models.DecimalField(decimal_places=6, max_digits=24)),
                ("tax", models.DecimalField(decimal_places=6, max_digits=24)),
                ("total", models.DecimalField(decimal_places=6, max_digits=24)),
                ("provisional", models.BooleanField(default=False)),
                ("closed", models.BooleanField(default=False)),
                ("hash", models.CharField(blank=True, default="", max_length=64)),
                (
                    "engagement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kernel.engagement",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statements",
                        to="kernel.reading",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AgreementVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("hash", models.CharField(max_length=64)),
                ("effective", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("in_force", "In force")], default="draft", max_length=10
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="kernel.engagement",
                    ),
                ),
            ],
            options={
                "ordering": ["effective", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("engagement", "number"), name="agreement_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "in_force")),
                        fields=("engagement", "effective"),
                        name="agreement_in_force_effective",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_force"])), name="agreement_state_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("what", models.CharField(max_length=60)),
                ("about", models.CharField(blank=True, default="", max_length=300)),
                ("data", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acts",
                        to="kernel.engagement",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["engagement", "-at"], name="act_engagement_at")],
            },
        ),
        migrations.CreateModel(
            name="FactImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("source", models.CharField(max_length=300)),
                ("file", models.CharField(max_length=500)),
                ("hash", models.CharField(max_length=64)),
                ("count", models.PositiveIntegerField(default=0)),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fact_imports",
                        to="kernel.engagement",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["engagement", "-created"], name="fact_import_engagement")],
            },
        ),
        migrations.CreateModel(
            name="LogImport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("source", models.CharField(max_length=300)),
                ("folder", models.CharField(max_length=500)),
                ("mapping", models.JSONField(blank=True, default=dict)),
                ("report", models.JSONField(blank=True, default=dict)),
                ("hash", models.CharField(max_length=64)),
                ("undone", models.DateTimeField(blank=True, null=True)),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "engagement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="log_imports",
                        to="kernel.engagement",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["engagement", "-created"], name="log_import_engagement")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=giao.kernel.identifiers.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("client_manager", "Client manager"),
                            ("vendor_manager", "Vendor manager"),
                            ("analyst", "Analyst"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="kernel.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "organisation"], name="membership_user")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "user", "role"), name="membership_organisation_user_role"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["client_manager", "vendor_manager", "analyst", "auditor", "administrator"],
                            )
                        ),
                        name="membership_role_known",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(("client", models.F("vendor")), _negated=True),
                name="engagement_two_parties",
            ),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["engagement", "-finished"], name="reading_engagement_finished"),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(
                fields=("engagement", "agreement_hash", "log_hash", "as_of"), name="reading_triple"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(
                condition=models.Q(("current", True)), fields=("engagement",), name="reading_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["computing", "ready", "failed"])),
                name="reading_state_known",
            ),
        ),
        migrations.AddIndex(
            model_name="kpifigure",
            index=models.Index(fields=["engagement", "reading", "position"], name="kpi_figure_newest"),
        ),
        migrations.AddIndex(
            model_name="kpifigure",
            index=models.Index(fields=["reading"], name="kpi_figure_reading"),
        ),
        migrations.AddConstraint(
            model_name="kpifigure",
            constraint=models.UniqueConstraint(
                fields=("engagement", "reading", "kpi", "window", "group"), name="kpi_figure_one"
            ),
        ),
        migrations.AddIndex(
            model_name="signin",
            index=models.Index(fields=["account", "-at"], name="sign_in_account_at"),
        ),
        migrations.AddIndex(
            model_name="signin",
            index=models.Index(fields=["address", "-at"], name="sign_in_address_at"),
        ),
        migrations.AddIndex(
            model_name="signin",
            index=models.Index(fields=["user", "-at"], name="sign_in_user_at"),
        ),
        migrations.AddIndex(
            model_name="statementfigure",
            index=models.Index(fields=["engagement", "reading", "position"], name="statement_figure_newest"),
        ),
        migrations.AddIndex(
            model_name="statementfigure",
            index=models.Index(fields=["reading"], name="statement_figure_reading"),
        ),
        migrations.AddConstraint(
            model_name="statementfigure",
            constraint=models.UniqueConstraint(
                fields=("engagement", "reading", "month"), name="statement_figure_one"
            ),
        ),
    ]
