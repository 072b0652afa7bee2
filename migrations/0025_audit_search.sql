-- Reading the history the way an auditor asks: by service, release, actor, time, kind and outcome, in pages of bounded size.
--
-- What is searched for is read from the entries themselves, through functions that are indexed: there is no second copy of it that could
-- come to say something else.

-- The entry as JSON. An escaped NUL, which jsonb refuses, reads as U+FFFD.
CREATE FUNCTION tidegate.entry_json(entry bytea) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = tidegate, pg_temp AS $$
    SELECT replace(convert_from(entry, 'UTF8'), '\u0000', '\ufffd')::jsonb
$$;

-- Who is behind an entry: the authenticated actor, and on whose behalf. Empty where the controller acted by itself.
CREATE FUNCTION tidegate.entry_actors(entry bytea) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = tidegate, pg_temp AS $$
    SELECT CASE
        -- Rows that were changed by none of our functions: the login of the database that did it.
        WHEN said ->> 'kind' = 'rows' THEN array_remove(ARRAY[said ->> 'login'], NULL)
        WHEN actor ->> 'means' = 'controller' THEN '{}'
        ELSE array_remove(ARRAY[actor ->> 'name', actor ->> 'onBehalfOf'], NULL) END
    FROM (SELECT tidegate.entry_json(entry) AS said) AS parsed,
        LATERAL (SELECT coalesce(said -> 'actor', said #> '{body,actor}', '{"means": "controller"}') AS actor) AS behind
$$;

-- How an attempt at an effect ended: done, retry, failed or dropped. Null for other entries.
CREATE FUNCTION tidegate.entry_result(entry bytea) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = tidegate, pg_temp AS $$
    SELECT tidegate.entry_json(entry) ->> 'result'
$$;

CREATE INDEX history_entry_kind ON tidegate.history_entry (kind, id);
CREATE INDEX history_entry_recorded ON tidegate.history_entry (recorded_at);
CREATE INDEX history_entry_actors ON tidegate.history_entry USING gin (tidegate.entry_actors(entry))
    WHERE kind NOT IN ('effect', 'outcome', 'stable');
CREATE INDEX history_entry_result ON tidegate.history_entry (tidegate.entry_result(entry), id) WHERE kind = 'outcome';
CREATE INDEX decision_kind ON tidegate.decision (kind);

-- The ids between which all entries of a period lie. Entries are numbered when they are written and dated by the begin of their
-- transaction; none takes as long as the day by which the range is wider on either side.
CREATE FUNCTION tidegate.entry_range(period_from timestamptz, period_to timestamptz, OUT first bigint, OUT last bigint)
LANGUAGE sql STABLE SET search_path = tidegate, pg_temp AS $$
    SELECT
        coalesce((SELECT id FROM history_entry WHERE recorded_at < period_from - interval '1 day' ORDER BY recorded_at DESC LIMIT 1), 0),
        coalesce((SELECT id FROM history_entry WHERE recorded_at > period_to + interval '1 day' ORDER BY recorded_at LIMIT 1),
            9223372036854775807)
$$;

-- Entries after a place, in the order in which they were written. `filter` may hold: kinds [text] of entries, decisionKinds [text],
-- release, service, actor, outcome (of the release: promoted, rolledBack, aborted, superseded, unfinished; of an effect: done, retry,
-- failed, dropped), from and to (the period, without its end). A page ends at `max_rows` entries or when it holds `max_bytes`.
CREATE FUNCTION tidegate.audit_entries(filter jsonb, after bigint, max_rows integer, max_bytes bigint)
    RETURNS TABLE (id bigint, kind text, release text, service text, decision bigint, leaf_index bigint, recorded_at timestamptz, entry bytea)
LANGUAGE plpgsql STABLE SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_column
DECLARE
    wanted text := 'history_entry.id > $1';
    range_of record;
    row_found record;
    bytes bigint := 0;
    outcome text := filter ->> 'outcome';
BEGIN
    IF max_rows NOT BETWEEN 1 AND 10000 OR max_bytes NOT BETWEEN 1 AND 67108864 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'a page has 1 to 10000 entries and at most 64 MiB';
    END IF;
    -- Only what is asked for stands in the statement, so that it is planned for just that.
    IF filter ? 'from' OR filter ? 'to' THEN
        SELECT * INTO range_of FROM entry_range(
            coalesce((filter ->> 'from')::timestamptz, '-infinity'), coalesce((filter ->> 'to')::timestamptz, 'infinity'));
        wanted := wanted || format(' AND history_entry.id > %s AND history_entry.id < %s', range_of.first, range_of.last);
    END IF;
    IF filter ? 'from' THEN
        wanted := wanted || format(' AND history_entry.recorded_at >= %L', (filter ->> 'from')::timestamptz);
    END IF;
    IF filter ? 'to' THEN
        wanted := wanted || format(' AND history_entry.recorded_at < %L', (filter ->> 'to')::timestamptz);
    END IF;
    IF filter ? 'kinds' THEN
        wanted := wanted || format(' AND history_entry.kind = ANY (%L)', ARRAY(SELECT jsonb_array_elements_text(filter -> 'kinds')));
    END IF;
    IF filter ? 'decisionKinds' THEN
        wanted := wanted || format(
            ' AND history_entry.kind = ''decision'' AND history_entry.decision IN (SELECT decision.id FROM decision WHERE decision.kind = ANY (%L))',
            ARRAY(SELECT jsonb_array_elements_text(filter -> 'decisionKinds')));
    END IF;
    IF filter ? 'release' THEN
        wanted := wanted || format(
            ' AND history_entry.release = (SELECT release.id FROM release WHERE release.ref = %L)', filter ->> 'release');
    END IF;
    IF filter ? 'service' THEN
        wanted := wanted || format(' AND release.service = %L', filter ->> 'service');
    END IF;
    IF filter ->> 'actor' = 'controller' THEN
        wanted := wanted || ' AND entry_actors(history_entry.entry) = ''{}''';
    ELSIF filter ? 'actor' THEN
        -- Entries of these kinds are the controller's own; naming them lets the index be used.
        wanted := wanted || format(
            ' AND history_entry.kind NOT IN (''effect'', ''outcome'', ''stable'') AND entry_actors(history_entry.entry) @> ARRAY[%L]',
            filter ->> 'actor');
    END IF;
    IF outcome IN ('done', 'retry', 'failed', 'dropped') THEN
        wanted := wanted || format(' AND history_entry.kind = ''outcome'' AND entry_result(history_entry.entry) = %L', outcome);
    ELSIF outcome = 'unfinished' THEN
        wanted := wanted || ' AND history_entry.release IN (SELECT release_state.release FROM release_state WHERE NOT is_final(state))';
    ELSIF outcome IN ('promoted', 'rolledBack', 'aborted', 'superseded') THEN
        wanted := wanted || format(
            ' AND history_entry.release IN (SELECT release_state.release FROM release_state WHERE state = %L)', outcome);
    ELSIF outcome IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = format('there is no outcome %s', outcome),
            HINT = 'of a release: promoted, rolledBack, aborted, superseded, unfinished; of an effect: done, retry, failed, dropped';
    END IF;
    FOR row_found IN EXECUTE
        'SELECT history_entry.id, history_entry.kind, release.ref, release.service, history_entry.decision, history_entry.leaf_index, '
        || 'history_entry.recorded_at, history_entry.entry FROM history_entry LEFT JOIN release ON release.id = history_entry.release '
        || 'WHERE ' || wanted || ' ORDER BY history_entry.id LIMIT $2'
        USING after, max_rows
    LOOP
        id := row_found.id;
        kind := row_found.kind;
        release := row_found.ref;
        service := row_found.service;
        decision := row_found.decision;
        leaf_index := row_found.leaf_index;
        recorded_at := row_found.recorded_at;
        entry := row_found.entry;
        RETURN NEXT;
        bytes := bytes + octet_length(entry);
        EXIT WHEN bytes >= max_bytes;
    END LOOP;
END
$$;

-- The kinds of entries that are changes: of what runs, of the rules, of who may do what. Everything else follows from them.
CREATE FUNCTION tidegate.change_kinds() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = tidegate, pg_temp AS $$
    SELECT ARRAY['release', 'stable', 'policy', 'target', 'plugin', 'token', 'logKey', 'hold', 'retention', 'expiry', 'tenant']
$$;

-- What the population of a period must come to: for each kind of change the entries of the history, and where the kind has a table of its
-- own, the rows of that table. The two are written in the same transaction, so they are equal or something is missing.
CREATE FUNCTION tidegate.population_totals(period_from timestamptz, period_to timestamptz)
    RETURNS TABLE (kind text, entries bigint, recorded bigint)
LANGUAGE sql STABLE SET search_path = tidegate, pg_temp AS $$
    SELECT listed.kind, (
            SELECT count(*) FROM history_entry, entry_range(period_from, period_to) AS range_of
            WHERE history_entry.kind = listed.kind AND history_entry.id > range_of.first AND history_entry.id < range_of.last
                AND history_entry.recorded_at >= period_from AND history_entry.recorded_at < period_to),
        CASE listed.kind
            WHEN 'release' THEN (SELECT count(*) FROM release WHERE created_at >= period_from AND created_at < period_to)
            WHEN 'policy' THEN (SELECT count(*) FROM policy WHERE created_at >= period_from AND created_at < period_to)
            WHEN 'plugin' THEN (SELECT count(*) FROM plugin WHERE pinned_at >= period_from AND pinned_at < period_to)
        END
    FROM unnest(change_kinds()) AS listed(kind)
$$;

-- One change for each entry of the period, with what came of it: for a release where it stands, who approved what, and who overrode what.
CREATE FUNCTION tidegate.population(period_from timestamptz, period_to timestamptz, after bigint, max_rows integer)
    RETURNS TABLE (
        id bigint, kind text, release text, service text, leaf_index bigint, recorded_at timestamptz, entry bytea, state text,
        ended_at timestamptz, decisions bigint, people json)
LANGUAGE sql STABLE SET search_path = tidegate, pg_temp AS $$
    SELECT change.id, change.kind, release.ref, release.service, change.leaf_index, change.recorded_at, change.entry,
        CASE WHEN change.kind = 'release' THEN standing.state END, CASE WHEN change.kind = 'release' THEN standing.ended_at END,
        CASE WHEN change.kind = 'release' THEN (SELECT count(*) FROM decision WHERE decision.release = change.release) END,
        CASE WHEN change.kind = 'release' THEN (
            SELECT json_agg(json_build_object(
                'command', command.kind, 'actor', command.actor, 'means', command.means, 'onBehalfOf', command.on_behalf_of,
                'reason', command.reason, 'at', rfc3339(command.created_at)) ORDER BY command.id)
            FROM (SELECT * FROM command WHERE command.release = change.release ORDER BY command.id LIMIT 100) AS command)
        END
    FROM history_entry AS change
    LEFT JOIN release ON release.id = change.release LEFT JOIN release_state AS standing ON standing.release = change.release
    WHERE change.kind = ANY (change_kinds()) AND change.id > after
        AND change.id > (SELECT first FROM entry_range(period_from, period_to))
        AND change.id < (SELECT last FROM entry_range(period_from, period_to))
        AND change.recorded_at >= period_from AND change.recorded_at < period_to
    ORDER BY change.id LIMIT least(max_rows, 1000)
$$;

-- Who could call the API at any time of a period, as what, since when and until when, and what they asked of releases in it.
CREATE FUNCTION tidegate.access_review(period_from timestamptz, period_to timestamptz)
    RETURNS TABLE (
        name text, role text, created_at timestamptz, created_by text, reason text, revoked_at timestamptz, revoked_by text,
        commands bigint, approvals bigint)
LANGUAGE sql STABLE SET search_path = tidegate, pg_temp AS $$
    SELECT token.name, token.role, token.created_at, token.created_by, token.reason, token.revoked_at, token.revoked_by,
        count(command.id), count(command.id) FILTER (WHERE command.kind = 'approve')
    FROM token LEFT JOIN command ON command.actor = token.name AND command.means = 'token'
        AND command.created_at >= greatest(period_from, token.created_at)
        AND command.created_at < least(period_to, coalesce(token.revoked_at, 'infinity'))
    WHERE token.created_at < period_to AND (token.revoked_at IS NULL OR token.revoked_at >= period_from)
    GROUP BY token.id ORDER BY token.name, token.id LIMIT 10000
$$;

-- The logins that are members of Tidegate's roles, and superusers, as they are now: PostgreSQL keeps no history of them.
CREATE FUNCTION tidegate.database_access() RETURNS TABLE (login text, role text)
LANGUAGE sql STABLE SET search_path = tidegate, pg_temp AS $$
    SELECT login.rolname::text, granted.rolname::text
    FROM pg_roles AS login JOIN pg_roles AS granted ON granted.rolname IN (
            'tidegate_owner', 'tidegate_controller', 'tidegate_operator', 'tidegate_auditor', 'tidegate_tenant_auditor')
        AND NOT login.rolsuper AND pg_has_role(login.oid, granted.oid, 'MEMBER')
    WHERE login.rolcanlogin
    UNION ALL
    SELECT rolname::text, 'superuser' FROM pg_roles WHERE rolsuper AND rolcanlogin
    ORDER BY 1, 2 LIMIT 10000
$$;

REVOKE ALL ON FUNCTION
    tidegate.entry_json(bytea), tidegate.entry_actors(bytea), tidegate.entry_result(bytea), tidegate.entry_range(timestamptz, timestamptz),
    tidegate.audit_entries(jsonb, bigint, integer, bigint), tidegate.change_kinds(),
    tidegate.population_totals(timestamptz, timestamptz), tidegate.population(timestamptz, timestamptz, bigint, integer),
    tidegate.access_review(timestamptz, timestamptz), tidegate.database_access()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    tidegate.entry_json(bytea), tidegate.entry_actors(bytea), tidegate.entry_result(bytea), tidegate.entry_range(timestamptz, timestamptz),
    tidegate.audit_entries(jsonb, bigint, integer, bigint), tidegate.change_kinds(),
    tidegate.population_totals(timestamptz, timestamptz), tidegate.population(timestamptz, timestamptz, bigint, integer),
    tidegate.access_review(timestamptz, timestamptz), tidegate.database_access()
    TO tidegate_operator, tidegate_auditor;
