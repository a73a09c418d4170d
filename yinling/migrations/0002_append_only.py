"""What Django's own operations cannot say: the chain's head, ids of entries, and the refusal of every change to what is
append-only."""

from django.db import migrations

GUARD = """
CREATE FUNCTION yinling_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

TRIGGERS = "".join(
    f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION yinling_refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION yinling_refuse_change();
"""
    for table in ("yinling_entry", "yinling_fact", "yinling_series", "yinling_frozen", "yinling_evidence")
)


class Migration(migrations.Migration):
    dependencies = [("yinling", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE yinling_entry_ids", "DROP SEQUENCE yinling_entry_ids"),
        migrations.RunSQL(
            "INSERT INTO yinling_chain (id, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'))",
            "DELETE FROM yinling_chain",
        ),
        migrations.RunSQL(GUARD + TRIGGERS, "DROP FUNCTION yinling_refuse_change CASCADE"),
        # The planner must know how few series, places and months a sum groups by, or it gives up on hashing.
        migrations.RunSQL(
            "CREATE STATISTICS yinling_fact_groups (ndistinct) ON series_id, area_path, happened FROM yinling_fact",
            "DROP STATISTICS yinling_fact_groups",
        ),
    ]
