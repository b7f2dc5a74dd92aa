from __future__ import annotations

from django.db import migrations

from putthrough.audit.chain import GENESIS


def first_head(apps, schema_editor):
    apps.get_model("audit", "Head").objects.get_or_create(pk=1, defaults={"count": 0, "hash": GENESIS})


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(first_head, migrations.RunPython.noop)]
