from __future__ import annotations

from django.db import migrations

from putthrough.audit import guard


def stand(apps, schema_editor):
    for statement in guard.standing(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def lift(apps, schema_editor):
    for statement in guard.lifted(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_head")]
    operations = [migrations.RunPython(stand, lift)]
