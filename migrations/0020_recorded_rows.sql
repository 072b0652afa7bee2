-- Every change of a recorded row becomes part of the history, whoever makes it: a function of ours, or somebody with psql. What a row was
-- made is written as an image: its columns as texts. The next entry of the transaction carries the images; what is left when the
-- transaction ends goes into entries of kind 'rows'. So a row that does not equal its last image was changed past the triggers.
--
-- Not recorded is the memory that the controller works with between decisions; docs/audit.md lists it and says why.

-- Which tables are recorded, and which of their columns are not.
CREATE TABLE tidegate.recorded_table (
    name text PRIMARY KEY,
    key text[] NOT NULL,
    left_out text[] NOT NULL
);
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.recorded_table EXECUTE FUNCTION tidegate.refuse_change();

-- Images that wait for the next entry of their transaction. Empty outside of transactions, so a crash loses nothing.
CREATE UNLOGGED TABLE tidegate.row_image (
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    place bigint GENERATED ALWAYS AS IDENTITY,
    image text NOT NULL,
    PRIMARY KEY (transaction, place)
);

-- The image of a row, in canonical JSON: {"change", "digests", "key", "row", "table"}. Every value is a text or null, as PostgreSQL prints
-- it in jsonb (times in UTC, bytes in hexadecimal). Of a value longer than 512 bytes, and of what belongs to a secret, the SHA-256 is kept, under
-- "digests".
CREATE FUNCTION tidegate.row_image_text(of_table text, change text, key text[], content jsonb) RETURNS text
LANGUAGE sql STABLE SET search_path = tidegate, pg_temp AS $$
    SELECT format('{"change":%s,"digests":{%s},"key":%s,"row":{%s},"table":%s}', to_json(change),
        coalesce(string_agg(to_json(name)::text || ':"' || encode(sha256(convert_to(value, 'UTF8')), 'hex') || '"', ',' ORDER BY name COLLATE "C")
            FILTER (WHERE octet_length(value) > 512 OR name LIKE 'secret%'), ''),
        array_to_json(key),
        coalesce(string_agg(to_json(name)::text || ':' || coalesce(to_json(value)::text, 'null'), ',' ORDER BY name COLLATE "C")
            FILTER (WHERE value IS NULL OR octet_length(value) <= 512 AND name NOT LIKE 'secret%'), ''),
        to_json(of_table))
    FROM jsonb_each_text(content) AS columns(name, value)
$$;

-- Arguments: the key's columns and those that are left out, each as an array literal, and the table's name (partitions have their own).
CREATE FUNCTION tidegate.record_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = tidegate, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
DECLARE
    key text[] := TG_ARGV[0];
    left_out text[] := TG_ARGV[1];
    table_name text := TG_ARGV[2];
    old_row jsonb;
    new_row jsonb;
    was text[];
    is_now text[];
BEGIN
    IF TG_OP <> 'DELETE' THEN
        -- Megabytes that are left out need not be printed first.
        IF 'body' = ANY (left_out) THEN
            NEW.body := NULL;
        END IF;
        new_row := to_jsonb(NEW) - left_out;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        old_row := to_jsonb(OLD) - left_out;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF old_row::text = new_row::text THEN
            RETURN NULL;
        END IF;
        SELECT array_agg(old_row ->> name), array_agg(new_row ->> name) INTO was, is_now FROM unnest(key) AS name;
    END IF;
    IF TG_OP = 'DELETE' OR was IS DISTINCT FROM is_now THEN
        INSERT INTO row_image (image) SELECT row_image_text(table_name, 'delete', key, jsonb_object_agg(name, old_row -> name)) FROM unnest(key) AS name;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO row_image (image) VALUES (row_image_text(table_name, lower(TG_OP), key, new_row));
    END IF;
    RETURN NULL;
END
$$;

-- Writes images of all rows that a table has, as they are. For tables that become recorded, or get another column, after they have rows.
CREATE PROCEDURE tidegate.record_present_rows(name regclass)
LANGUAGE plpgsql SET search_path = tidegate, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
DECLARE
    recorded recorded_table;
BEGIN
    SELECT * INTO STRICT recorded FROM recorded_table WHERE recorded_table.name = (SELECT relname FROM pg_class WHERE oid = record_present_rows.name);
    EXECUTE format('INSERT INTO tidegate.row_image (image) SELECT tidegate.row_image_text($1, ''present'', $2, to_jsonb(present) - $3)
        FROM %s AS present', record_present_rows.name) USING recorded.name, recorded.key, recorded.left_out;
END
$$;

-- Records a table from now on. `left_out`: columns that change without being told of.
CREATE PROCEDURE tidegate.make_recorded(name regclass, left_out text[] DEFAULT '{}')
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
DECLARE
    key_columns text[];
BEGIN
    SELECT array_agg(attname::text ORDER BY array_position(indkey::smallint[], attnum)) INTO STRICT key_columns
    FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey) WHERE indrelid = make_recorded.name AND indisprimary;
    INSERT INTO recorded_table (name, key, left_out) SELECT relname, key_columns, make_recorded.left_out FROM pg_class WHERE oid = make_recorded.name;
    EXECUTE format('CREATE TRIGGER recorded AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION tidegate.record_row(%L, %L, %L)',
        make_recorded.name, key_columns, make_recorded.left_out, (SELECT relname FROM pg_class WHERE oid = make_recorded.name));
    CALL record_present_rows(make_recorded.name);
END
$$;

-- What a controller knows of its clock: how far it is from the database's, and whether somebody keeps it right.
CREATE TABLE tidegate.controller_clock (
    controller text PRIMARY KEY REFERENCES tidegate.controller,
    -- The controller's clock minus the database's.
    offset_microseconds bigint NOT NULL,
    -- As the kernel states it; null where it does not say.
    synchronized boolean,
    maximum_error_microseconds bigint,
    measured_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION tidegate.report_clock(of_controller text, clock_offset bigint, is_synchronized boolean, maximum_error bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
    INSERT INTO controller_clock (controller, offset_microseconds, synchronized, maximum_error_microseconds, measured_at)
    VALUES (of_controller, clock_offset, is_synchronized, maximum_error, clock_timestamp())
    ON CONFLICT (controller) DO UPDATE SET offset_microseconds = excluded.offset_microseconds, synchronized = excluded.synchronized,
        maximum_error_microseconds = excluded.maximum_error_microseconds, measured_at = excluded.measured_at
$$;

-- What an entry says about the release beside what happened: where the change came from, and under which policy.
CREATE FUNCTION tidegate.entry_context(of_release bigint, with_plugins boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = tidegate, pg_temp AS $$
    SELECT jsonb_strip_nulls(jsonb_build_object(
        'service', release.service, 'target', target.name, 'policy', policy.name, 'policyVersion', policy.version, 'ticket', release.ticket,
        'buildURL', release.build_url, 'commit', release.commit_id, 'artifactDigest', release.artifact_digest, 'traceID', release.trace_id,
        'plugins', CASE WHEN with_plugins THEN (
            SELECT jsonb_agg(jsonb_build_object('name', plugin.name, 'version', plugin.version, 'sha256', encode(plugin.sha256, 'hex'))
                ORDER BY plugin.name)
            FROM plugin WHERE withdrawn_at IS NULL) END))
    FROM release JOIN target ON target.id = release.target JOIN policy ON policy.id = release.policy WHERE release.id = of_release
$$;

-- Writes one entry: the members of `meta`, its kind and time, what is known about the release, the controller's clock and the rows that
-- have changed, and `body` (canonical JSON, taken as it is) where there is one.
CREATE OR REPLACE FUNCTION tidegate.record_history(kind text, release bigint, decision bigint, meta jsonb, body text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    new_id bigint := nextval(pg_get_serial_sequence('tidegate.history_entry', 'id'));
    changed_rows text;
    complete jsonb := jsonb_strip_nulls(meta || jsonb_build_object(
        'kind', kind, 'recordedAt', rfc3339(now()), 'v', 1, 'login', session_user,
        'history', jsonb_build_object('id', new_id, 'release', release, 'decision', decision),
        'change', CASE WHEN release IS NOT NULL AND kind <> 'rows' THEN entry_context(release, kind = 'decision') END,
        'clock', (SELECT jsonb_build_object('controllerOffsetMicroseconds', offset_microseconds, 'synchronized', synchronized,
                'maximumErrorMicroseconds', maximum_error_microseconds, 'measuredAt', rfc3339(measured_at))
            FROM controller_clock WHERE controller = meta ->> 'controller')));
BEGIN
    IF complete ?| '{body,rows}' THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'the members body and rows of an entry are not for its author to write';
    END IF;
    -- Nobody has verified on whose behalf an actor says it acts.
    IF complete #> '{actor,onBehalfOf}' IS NOT NULL THEN
        complete := jsonb_set(complete, '{actor,onBehalfOfIs}', '"claimed"');
    END IF;
    -- A command by which a person does what the policy alone would not have done now.
    IF kind = 'command' AND meta ->> 'command' IN ('promote', 'promoteFull') THEN
        complete := complete || '{"override": true}';
    END IF;
    -- At most 256 KB of images, so that an entry keeps to its limit; the rest follows in entries of kind 'rows'.
    WITH waiting AS (
        SELECT place, sum(octet_length(image)) OVER (ORDER BY place) - octet_length(image) AS before
        FROM row_image WHERE transaction = pg_current_xact_id()
    ), taken AS (
        DELETE FROM row_image USING waiting
        WHERE row_image.transaction = pg_current_xact_id() AND row_image.place = waiting.place AND waiting.before < 262144
        RETURNING row_image.place, row_image.image)
    SELECT '[' || string_agg(image, ',' ORDER BY place) || ']' INTO changed_rows FROM taken;
    INSERT INTO history_entry (id, kind, release, decision, entry) OVERRIDING SYSTEM VALUE
    SELECT new_id, record_history.kind, record_history.release, record_history.decision,
        convert_to('{' || string_agg(to_json(key)::text || ':' || written, ',' ORDER BY key COLLATE "C") || '}', 'UTF8')
    FROM (
        SELECT key, canonical(member) AS written FROM jsonb_each(complete) AS members(key, member)
        UNION ALL
        SELECT 'body', body WHERE body IS NOT NULL
        UNION ALL
        SELECT 'rows', changed_rows WHERE changed_rows IS NOT NULL
    ) AS parts;
END
$$;

-- What no entry has carried by the end of the transaction.
CREATE FUNCTION tidegate.write_remaining_rows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
BEGIN
    WHILE EXISTS (SELECT FROM row_image WHERE transaction = pg_current_xact_id()) LOOP
        PERFORM record_history('rows', NULL, NULL, '{}');
    END LOOP;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER written AFTER INSERT ON tidegate.row_image
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tidegate.write_remaining_rows();

-- Calls that showed no valid token, gathered by the server so that they cannot flood the history.
CREATE FUNCTION tidegate.record_refused_calls(summary jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
BEGIN
    IF jsonb_typeof(summary) <> 'object' OR octet_length(summary::text) > 16384 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'a summary of refused calls is an object of at most 16384 bytes';
    END IF;
    PERFORM record_history('loginFailure', NULL, NULL, summary);
END
$$;

CALL tidegate.make_recorded('tidegate.schema_migration');
CALL tidegate.make_recorded('tidegate.recorded_table');
CALL tidegate.make_recorded('tidegate.legal_transition');
CALL tidegate.make_recorded('tidegate.target');
CALL tidegate.make_recorded('tidegate.target_node');
CALL tidegate.make_recorded('tidegate.target_service');
CALL tidegate.make_recorded('tidegate.target_revision');
CALL tidegate.make_recorded('tidegate.policy');
CALL tidegate.make_recorded('tidegate.plugin');
CALL tidegate.make_recorded('tidegate.token');
CALL tidegate.make_recorded('tidegate.release_counter');
CALL tidegate.make_recorded('tidegate.release');
CALL tidegate.make_recorded('tidegate.arm');
-- Of where a release stands, what a decision changes; the rest is the controller's memory between decisions.
CALL tidegate.make_recorded('tidegate.release_state',
    '{version,engine_state,last_window_end,engine_due_at,due_at,updated_at}');
CALL tidegate.make_recorded('tidegate.command');
CALL tidegate.make_recorded('tidegate.decision');
CALL tidegate.make_recorded('tidegate.evidence', '{body}');
CALL tidegate.make_recorded('tidegate.controller', '{seen_at}');
CALL tidegate.make_recorded('tidegate.outbox', '{next_attempt_at}');
CALL tidegate.make_recorded('tidegate.effect_outcome');
-- Releases that cannot be taken back, where the migration that knows them came first.
DO $$
BEGIN
    IF to_regclass('tidegate.irreversible_release') IS NOT NULL THEN
        CALL tidegate.make_recorded('tidegate.irreversible_release');
    END IF;
END
$$;
-- Entries that were written before this migration do not name their own row.
INSERT INTO tidegate.row_image (image)
SELECT tidegate.row_image_text('history_entry', 'present', '{id}', to_jsonb(present) - 'entry' - 'leaf_index') FROM tidegate.history_entry AS present;

-- Tokens as their images have them: of the secret's digest only a digest. Whoever verifies reads this in place of the table.
CREATE VIEW tidegate.token_image AS
SELECT id, name, role, key, encode(sha256(convert_to('\x' || encode(secret_sha256, 'hex'), 'UTF8')), 'hex') AS secret_sha256, created_by,
    means, on_behalf_of, reason, created_at, revoked_at, revoked_by
FROM tidegate.token;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tidegate FROM PUBLIC;
REVOKE ALL ON ALL PROCEDURES IN SCHEMA tidegate FROM PUBLIC;
GRANT SELECT ON tidegate.recorded_table, tidegate.row_image, tidegate.controller_clock, tidegate.token_image
    TO tidegate_controller, tidegate_operator, tidegate_auditor;
GRANT EXECUTE ON FUNCTION tidegate.report_clock(text, bigint, boolean, bigint) TO tidegate_controller;
GRANT EXECUTE ON FUNCTION tidegate.record_refused_calls(jsonb) TO tidegate_operator;
