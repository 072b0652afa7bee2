-- Where several parties share a database, a tenant is a set of services, and a tenant's auditor reads what belongs to releases of these
-- services and nothing else. Whoever has tidegate_auditor reads everything; the role tidegate_tenant_auditor reads nothing until an entry
-- of the history gives its login services. The newest entry of a login is in force.

CREATE INDEX history_entry_tenant ON tidegate.history_entry (id) WHERE kind = 'tenant';

-- Gives a login of the database the services that it may audit; none takes all away.
CREATE FUNCTION tidegate.set_tenant(of_login text, services text[], actor jsonb, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
BEGIN
    IF coalesce(of_login, '') = '' OR octet_length(of_login) > 63 OR cardinality(services) > 1000
        OR EXISTS (SELECT FROM unnest(services) AS service WHERE service !~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$') THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'a tenant is a login and the names of at most 1000 services';
    END IF;
    IF coalesce(reason, '') = '' OR octet_length(reason) > 8192 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'a tenant is changed with a reason of at most 8192 bytes';
    END IF;
    PERFORM record_history('tenant', NULL, NULL, jsonb_build_object(
        'name', of_login, 'action', 'set', 'services', to_jsonb(services), 'actor', actor, 'reason', set_tenant.reason));
END
$$;

-- The services that the session's own login may audit. It runs as the owner, because the entries that say so are not the tenant's to read.
CREATE FUNCTION tidegate.tenant_services() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
    SELECT coalesce((
        SELECT ARRAY(SELECT jsonb_array_elements_text(entry_json(entry) -> 'services'))
        FROM history_entry WHERE kind = 'tenant' AND entry_json(entry) ->> 'name' = session_user ORDER BY id DESC LIMIT 1), '{}')
$$;

-- Rows that belong to a release are guarded one by one. The roles of the program and the auditor of the whole see all of them.
DO $$
DECLARE
    guarded record;
BEGIN
    FOR guarded IN SELECT * FROM (VALUES
        ('release', 'service = ANY (tidegate.tenant_services())'),
        ('release_state', 'release IN (SELECT id FROM tidegate.release)'),
        ('arm', 'release IN (SELECT id FROM tidegate.release)'),
        ('command', 'release IN (SELECT id FROM tidegate.release)'),
        ('decision', 'release IN (SELECT id FROM tidegate.release)'),
        ('history_entry', 'release IN (SELECT id FROM tidegate.release)'),
        ('poll', 'release IN (SELECT id FROM tidegate.release)'),
        ('outbox', 'release IN (SELECT id FROM tidegate.release)'),
        ('effect_outcome', 'effect IN (SELECT id FROM tidegate.outbox)'),
        ('evidence', 'EXISTS (SELECT FROM tidegate.decision WHERE decision.at = evidence.at AND evidence_digest = evidence.digest)')
    ) AS tables(name, condition) LOOP
        EXECUTE format('ALTER TABLE tidegate.%I ENABLE ROW LEVEL SECURITY', guarded.name);
        EXECUTE format(
            'CREATE POLICY everything ON tidegate.%I FOR SELECT TO tidegate_controller, tidegate_operator, tidegate_auditor USING (true)',
            guarded.name);
        EXECUTE format(
            'CREATE POLICY of_tenant ON tidegate.%I FOR SELECT TO tidegate_tenant_auditor USING (%s)', guarded.name, guarded.condition);
        EXECUTE format('GRANT SELECT ON tidegate.%I TO tidegate_tenant_auditor', guarded.name);
    END LOOP;
END
$$;

REVOKE ALL ON FUNCTION tidegate.set_tenant(text, text[], jsonb, text), tidegate.tenant_services() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tidegate.set_tenant(text, text[], jsonb, text) TO tidegate_operator;
GRANT EXECUTE ON FUNCTION tidegate.tenant_services() TO tidegate_tenant_auditor;
