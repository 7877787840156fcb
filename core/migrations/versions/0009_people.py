"""People's rights: an event's facts may be erased, if an event that came before tells of it; nothing else changes one.

What an erasure may do: put `erased` in the actor's place, and leave out facts or empty them. It may add none but
`"erased": true`. The newest `audit.erased` must name the event.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# `IS` where a value may be missing: a trigger whose condition is unknown would let everything through. The plus keeps
# SQLite at the newest events, where the one that tells of it stands.
SQLITE = """
CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN NOT (
    NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.kind = OLD.kind AND NEW.subject = OLD.subject
    AND NEW.actor IN (OLD.actor, 'erased') AND json_extract(NEW.data, '$.erased') IS 1
    AND NOT EXISTS (
        SELECT 1 FROM json_each(NEW.data) n WHERE n.key <> 'erased' AND NOT EXISTS (
            SELECT 1 FROM json_each(OLD.data) o WHERE o.key = n.key AND (
                (o.type = n.type AND o.value IS n.value) OR (n.type = 'text' AND n.value IN ('erased', ''))
                OR (n.type = 'array' AND n.value = '[]') OR (n.type = 'object' AND n.value = '{}')
            )
        )
    )
    AND (
        SELECT json_type(e.data, '$.of."' || OLD.id || '"') FROM events e WHERE +e.kind = 'audit.erased'
        ORDER BY e.id DESC LIMIT 1
    ) IS 'text'
) BEGIN SELECT RAISE(ABORT, 'events are facts: they are never changed or deleted'); END
"""
POSTGRES = """
CREATE FUNCTION events_erase() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE told jsonb;
BEGIN
    SELECT e.data::jsonb -> 'of' INTO told FROM events e WHERE e.kind = 'audit.erased' ORDER BY e.id DESC LIMIT 1;
    IF (
        NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.kind = OLD.kind AND NEW.subject = OLD.subject
        AND NEW.actor IN (OLD.actor, 'erased')
        AND NEW.data::jsonb -> 'erased' = 'true'::jsonb AND jsonb_exists(told, OLD.id::text)
        AND NOT EXISTS (
            SELECT 1 FROM jsonb_each(NEW.data::jsonb) n WHERE n.key <> 'erased' AND NOT EXISTS (
                SELECT 1 FROM jsonb_each(OLD.data::jsonb) o WHERE o.key = n.key
                AND (o.value = n.value OR n.value IN ('"erased"', '""', '[]', '{}'))
            )
        )
    ) IS TRUE THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'events are facts: they are never changed or deleted'
    USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER events_no_update")
        op.execute(SQLITE)
        return
    op.execute("DROP TRIGGER events_stay ON events")
    op.execute(
        "CREATE TRIGGER events_stay BEFORE DELETE OR TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_stay()"
    )
    op.execute(POSTGRES)
    op.execute("CREATE TRIGGER events_erase BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION events_erase()")
