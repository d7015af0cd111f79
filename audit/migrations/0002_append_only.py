"""Entries are never changed, values are only ever erased, heads only go forward; and the server gets its chain."""

from typing import Any

from django.db import migrations

SQLITE = [
    ("entry_no_update", "UPDATE ON audit_entry", ""),
    ("entry_no_delete", "DELETE ON audit_entry", ""),
    ("value_no_update", "UPDATE ON audit_value", ""),
    ("head_no_delete", "DELETE ON audit_head", ""),
    ("head_forward", "UPDATE ON audit_head", "WHEN NEW.position < OLD.position"),
]

POSTGRESQL = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER value_no_update BEFORE UPDATE ON audit_value FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER head_no_delete BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER head_forward BEFORE UPDATE ON audit_head FOR EACH ROW
  WHEN (NEW.position < OLD.position) EXECUTE FUNCTION audit_refuse();
"""


def forward(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for name, event, when in SQLITE:
            schema_editor.execute(
                f"CREATE TRIGGER audit_{name} BEFORE {event} {when} "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
    else:
        schema_editor.execute(POSTGRESQL)
    apps.get_model("audit", "Head").objects.create(organization=None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(forward, migrations.RunPython.noop, elidable=False)]
