"""What the database itself sees to: volunteer numbers are never given twice, an issued certificate is not changed."""

from django.db import migrations

GUARD = """
CREATE FUNCTION yinling_refuse_recertify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state <> 'issued' AND (NEW.state, NEW.superseded_by_id, NEW.reason, NEW.ended_on)
            IS DISTINCT FROM (OLD.state, OLD.superseded_by_id, OLD.reason, OLD.ended_on) THEN
            RAISE EXCEPTION 'yinling_certificate: a certificate that is no longer valid stays so'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF to_jsonb(NEW) - ARRAY['state', 'superseded_by_id', 'reason', 'ended_on', 'changed_by', 'area_path', 'person_id']
            = to_jsonb(OLD) - ARRAY['state', 'superseded_by_id', 'reason', 'ended_on', 'changed_by', 'area_path', 'person_id']
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'yinling_certificate: an issued certificate is not changed: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER certificate_issued BEFORE UPDATE OR DELETE ON yinling_certificate
    FOR EACH ROW EXECUTE FUNCTION yinling_refuse_recertify();
CREATE TRIGGER certificate_issued_truncate BEFORE TRUNCATE ON yinling_certificate
    EXECUTE FUNCTION yinling_refuse_recertify();
"""


class Migration(migrations.Migration):
    dependencies = [("yinling", "0008_activities")]
    operations = [
        # From a sequence, which no rollback turns back.
        migrations.RunSQL("CREATE SEQUENCE yinling_volunteer_numbers", "DROP SEQUENCE yinling_volunteer_numbers"),
        migrations.RunSQL(GUARD, "DROP FUNCTION yinling_refuse_recertify CASCADE"),
    ]
