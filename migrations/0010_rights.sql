-- Who may do what. Nobody but the owner inserts, updates or deletes; the others write through the functions that they are granted here.

GRANT USAGE ON SCHEMA tidegate TO tidegate_controller, tidegate_operator, tidegate_auditor;
GRANT SELECT ON ALL TABLES IN SCHEMA tidegate TO tidegate_controller, tidegate_operator, tidegate_auditor;
-- Partitions are read through their table.
DO $$
DECLARE
    partition regclass;
BEGIN
    FOR partition IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'tidegate.evidence'::regclass LOOP
        EXECUTE format('REVOKE ALL ON %s FROM tidegate_controller, tidegate_operator, tidegate_auditor', partition);
    END LOOP;
END
$$;
-- Of tokens, everything but the secret's digest; to those who hand them out and those who audit.
REVOKE ALL ON tidegate.token FROM tidegate_controller, tidegate_operator, tidegate_auditor;
GRANT SELECT (id, name, role, key, created_by, means, on_behalf_of, reason, created_at, revoked_at, revoked_by)
    ON tidegate.token TO tidegate_operator, tidegate_auditor;

-- New functions belong to nobody until they are granted.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tidegate FROM PUBLIC;
REVOKE ALL ON ALL PROCEDURES IN SCHEMA tidegate FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    tidegate.register_controller(text, text, bigint, text),
    tidegate.lease_due(text, integer, interval, text[]),
    tidegate.next_due(text),
    tidegate.renew_lease(text, text, bigint, interval),
    tidegate.release_lease(text, text, bigint, timestamptz),
    tidegate.commit(jsonb),
    tidegate.claim_effects(text, text, bigint, text),
    tidegate.record_outcome(bigint, text, text, bigint, text, text, timestamptz),
    tidegate.prune(timestamptz, timestamptz),
    tidegate.ensure_evidence_partitions(integer)
    TO tidegate_controller;

GRANT EXECUTE ON FUNCTION
    tidegate.apply_policy(text, text, text, jsonb, text),
    tidegate.apply_target(jsonb, jsonb, text, text, boolean),
    tidegate.start_release(jsonb),
    tidegate.submit_command(text, text, jsonb, text),
    tidegate.create_token(text, text, text, bytea, jsonb, text),
    tidegate.revoke_token(text, jsonb, text),
    tidegate.token_by_key(text),
    tidegate.pin_plugin(text, text, text, bytea, boolean, jsonb, text),
    tidegate.add_log_counts(text, text, text, jsonb)
    TO tidegate_operator;

-- What reads need: which states are final or active, and how times are written.
GRANT EXECUTE ON FUNCTION tidegate.is_final(text), tidegate.is_active(text), tidegate.rfc3339(timestamptz)
    TO tidegate_controller, tidegate_operator, tidegate_auditor;
