-- What must be there before the first migration: the group roles, the schema and the table of migrations. Does nothing when they are.
-- Roles belong to the whole cluster, so another database may be making them at the same moment.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[
        'tidegate_owner', 'tidegate_controller', 'tidegate_operator', 'tidegate_auditor', 'tidegate_tenant_auditor'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
    IF NOT pg_has_role('tidegate_owner', 'MEMBER') THEN
        EXECUTE format('GRANT tidegate_owner TO %I', current_user);
    END IF;
END
$$;

DO $$
BEGIN
    IF to_regnamespace('tidegate') IS NULL THEN
        CREATE SCHEMA tidegate AUTHORIZATION tidegate_owner;
    END IF;
    SET LOCAL ROLE tidegate_owner;
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
    CREATE TABLE IF NOT EXISTS tidegate.schema_migration (
        number integer PRIMARY KEY CHECK (number > 0),
        name text NOT NULL,
        sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
        applied_at timestamptz NOT NULL DEFAULT now(),
        applied_by text NOT NULL DEFAULT session_user,
        program text NOT NULL
    );
    GRANT USAGE ON SCHEMA tidegate TO tidegate_controller, tidegate_operator, tidegate_auditor, tidegate_tenant_auditor;
    GRANT SELECT ON tidegate.schema_migration TO tidegate_controller, tidegate_operator, tidegate_auditor;
    RESET ROLE;
END
$$;
