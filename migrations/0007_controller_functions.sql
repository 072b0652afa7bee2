-- The only ways in which a controller writes. Locks are always taken in this order: lease, service of the target, state of the release.

CREATE FUNCTION tidegate.register_controller(id text, host text, pid bigint, version text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
    INSERT INTO controller (id, host, pid, version) VALUES ($1, $2, $3, $4)
    ON CONFLICT (id) DO UPDATE SET host = excluded.host, pid = excluded.pid, version = excluded.version, seen_at = clock_timestamp()
$$;

-- The release called `ref`, or TG008.
CREATE FUNCTION tidegate.release_id(ref text) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = tidegate, pg_temp AS $$
DECLARE
    found_id bigint;
BEGIN
    SELECT release.id INTO found_id FROM release WHERE release.ref = release_id.ref;
    IF found_id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'TG008', MESSAGE = format('there is no release %s', release_id.ref);
    END IF;
    RETURN found_id;
END
$$;

-- True while the release may be stepped: it holds the place, or could take it, or has something to answer.
CREATE FUNCTION tidegate.can_be_stepped(stepped tidegate.release_state) RETURNS boolean
LANGUAGE sql STABLE SET search_path = tidegate, pg_temp AS $$
    SELECT stepped.state <> 'pending'
        OR EXISTS (SELECT FROM command WHERE release = stepped.release AND consumed_at IS NULL)
        OR NOT EXISTS (
            SELECT FROM release_state AS other
            WHERE other.target = stepped.target AND other.service = stepped.service AND is_active(other.state))
$$;

-- Sets when the release is due: the earliest of what the engine asked for, its unfinished effects, and its waiting commands.
CREATE FUNCTION tidegate.refresh_due(stepped bigint) RETURNS void
LANGUAGE sql SET search_path = tidegate, pg_temp AS $$
    UPDATE release_state SET due_at = least(
        engine_due_at,
        (SELECT min(next_attempt_at) FROM outbox WHERE release = stepped AND done_at IS NULL),
        (SELECT min(created_at) FROM command WHERE release = stepped AND consumed_at IS NULL))
    WHERE release = stepped
$$;

-- Leases releases that are due: free ones with a new term, and the controller's own ones (renewed under their term).
CREATE FUNCTION tidegate.lease_due(by_controller text, at_most integer, ttl interval, excluding text[])
    RETURNS TABLE (release text, term bigint, expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_column
DECLARE
    due record;
BEGIN
    IF at_most NOT BETWEEN 1 AND 1000 OR ttl NOT BETWEEN interval '100 milliseconds' AND interval '1 hour' THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'a controller leases 1 to 1000 releases at a time, for 100 ms to 1 h';
    END IF;
    FOR due IN
        SELECT lease.release AS id, release.ref
        FROM release_state JOIN release ON release.id = release_state.release JOIN lease ON lease.release = release_state.release
        WHERE release_state.due_at <= clock_timestamp()
            AND (lease.controller = by_controller OR lease.expires_at <= clock_timestamp())
            AND release.ref <> ALL (excluding)
            AND can_be_stepped(release_state)
        ORDER BY release_state.due_at, lease.release
        LIMIT at_most
        FOR UPDATE OF lease SKIP LOCKED
    LOOP
        RETURN QUERY
            UPDATE lease SET
                term = CASE
                    WHEN lease.controller = by_controller AND lease.expires_at > clock_timestamp() THEN lease.term
                    ELSE lease.term + 1
                END,
                controller = by_controller,
                expires_at = clock_timestamp() + ttl
            WHERE lease.release = due.id
            RETURNING due.ref, lease.term, lease.expires_at;
    END LOOP;
END
$$;

-- When the controller should look again: the earliest moment at which it could lease something; null when nothing is due.
CREATE FUNCTION tidegate.next_due(for_controller text) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
    SELECT min(CASE
        WHEN lease.controller = for_controller THEN release_state.due_at
        ELSE greatest(release_state.due_at, lease.expires_at)
    END)
    FROM release_state JOIN lease ON lease.release = release_state.release
    WHERE release_state.due_at IS NOT NULL AND can_be_stepped(release_state)
$$;

-- Locks the lease and refuses whoever does not hold it now, on this clock and under this term. Every write of a controller begins here.
CREATE FUNCTION tidegate.require_lease(leased bigint, by_controller text, under_term bigint) RETURNS void
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
DECLARE
    held lease;
BEGIN
    SELECT * INTO held FROM lease WHERE release = leased FOR UPDATE;
    IF held.controller IS DISTINCT FROM by_controller OR held.term IS DISTINCT FROM under_term THEN
        RAISE EXCEPTION USING ERRCODE = 'TG001',
            MESSAGE = format('controller %s no longer holds the lease: term %s was its own, the present term is %s', by_controller,
                under_term, held.term);
    END IF;
    IF held.expires_at <= clock_timestamp() THEN
        RAISE EXCEPTION USING ERRCODE = 'TG001',
            MESSAGE = format('the lease of controller %s, term %s, was over at %s', by_controller, under_term, rfc3339(held.expires_at));
    END IF;
END
$$;

CREATE FUNCTION tidegate.renew_lease(ref text, by_controller text, under_term bigint, ttl interval) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    leased bigint := release_id(ref);
    until timestamptz;
BEGIN
    PERFORM require_lease(leased, by_controller, under_term);
    UPDATE lease SET expires_at = greatest(expires_at, clock_timestamp() + ttl) WHERE release = leased RETURNING expires_at INTO until;
    RETURN until;
END
$$;

-- Gives the lease back. `next_due` brings the release back earlier or later than the last commit said; null leaves it.
CREATE FUNCTION tidegate.release_lease(ref text, by_controller text, under_term bigint, next_due timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    leased bigint := release_id(ref);
BEGIN
    PERFORM require_lease(leased, by_controller, under_term);
    UPDATE lease SET expires_at = '-infinity' WHERE release = leased;
    IF next_due IS NOT NULL THEN
        UPDATE release_state SET engine_due_at = next_due WHERE release = leased;
        PERFORM refresh_due(leased);
    END IF;
END
$$;

-- Stores evidence under its digest and gives the digest.
CREATE FUNCTION tidegate.put_evidence(body bytea, at timestamptz) RETURNS bytea
LANGUAGE sql SET search_path = tidegate, pg_temp AS $$
    INSERT INTO evidence (digest, at, body) VALUES (sha256(body), at, body) ON CONFLICT DO NOTHING;
    SELECT sha256(body);
$$;

-- The same weights, whatever their order; an arm that is not named gets nothing.
CREATE FUNCTION tidegate.same_weights(these jsonb, those jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT SET search_path = tidegate, pg_temp AS $$
    SELECT NOT EXISTS (
        SELECT FROM jsonb_to_recordset(these) AS one(arm text, weight integer)
            FULL JOIN jsonb_to_recordset(those) AS other(arm text, weight integer) USING (arm)
        WHERE coalesce(one.weight, 0) <> coalesce(other.weight, 0))
$$;

-- Everything that one step of a release came to, in one transaction. `step` is an object (Sources/ReleaseStore/Commit+JSON.swift):
--   release, controller, term, expectedVersion, state, engineState, weights [{arm, weight}], generation, dueAt, promote, releaseLease,
--   rolling [{plugin, version, state}], poll {windowEnd, verdict, outcome}, decisions [{body, evidence}], effects [{key, kind, payload,
--   decision, replaces}], consumed [{id, decision}]
-- where engineState, state, outcome, body and payload are JSON as text, evidence is base64, and `decision` counts decisions from 0.
-- Gives {version, decisions [id], effects [id]}.
CREATE FUNCTION tidegate.commit(step jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    stepped bigint := release_id(step ->> 'release');
    by_controller text := step ->> 'controller';
    under_term bigint := (step ->> 'term')::bigint;
    standing release_state;
    window_end timestamptz := (step -> 'poll' ->> 'windowEnd')::timestamptz;
    declared jsonb;
    digest_of_policy bytea;
    decision_ids bigint[] := '{}';
    effect_ids bigint[] := '{}';
    part record;
    said jsonb;
    evidence_key bytea;
    next_seq bigint;
    new_id bigint;
    new_state text;
    new_stage integer;
    violated text;
BEGIN
    IF jsonb_array_length(step -> 'decisions') > 100 OR jsonb_array_length(step -> 'effects') > 100 OR jsonb_array_length(step -> 'rolling') > 100 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG011', MESSAGE = 'a commit holds at most 100 decisions, 100 effects and 100 rolling states';
    END IF;
    PERFORM require_lease(stepped, by_controller, under_term);
    IF step ->> 'promote' IS NOT NULL THEN
        PERFORM FROM target_service JOIN release ON release.target = target_service.target AND release.service = target_service.name
        WHERE release.id = stepped FOR UPDATE OF target_service;
    END IF;
    SELECT * INTO standing FROM release_state WHERE release = stepped FOR UPDATE;
    IF window_end <= standing.last_window_end THEN
        RAISE EXCEPTION USING ERRCODE = 'TG005',
            MESSAGE = format('the window that ends at %s is recorded already, the last one ended at %s', rfc3339(window_end),
                rfc3339(standing.last_window_end));
    END IF;
    IF standing.version <> (step ->> 'expectedVersion')::bigint THEN
        RAISE EXCEPTION USING ERRCODE = 'TG004',
            MESSAGE = format('release %s is at version %s, not %s', step ->> 'release', standing.version, step ->> 'expectedVersion');
    END IF;
    SELECT policy.digest INTO STRICT digest_of_policy FROM release JOIN policy ON policy.id = release.policy WHERE release.id = stepped;
    SELECT jsonb_agg(jsonb_build_object('arm', name, 'weight', weight)) INTO declared FROM arm WHERE release = stepped;
    SELECT coalesce(max(seq), 0) INTO next_seq FROM decision WHERE release = stepped;
    new_state := standing.state;
    new_stage := standing.stage;

    -- Decisions, each from where the one before it left off.
    FOR part IN SELECT element ->> 'body' AS body, decode(element ->> 'evidence', 'base64') AS evidence
        FROM jsonb_array_elements(step -> 'decisions') WITH ORDINALITY AS elements(element, place) ORDER BY place
    LOOP
        said := part.body::jsonb;
        IF said ->> 'from' IS DISTINCT FROM new_state THEN
            RAISE EXCEPTION USING ERRCODE = 'TG007',
                MESSAGE = format('decision %s begins at %s, but the release is %s', said ->> 'kind', said ->> 'from', new_state);
        END IF;
        IF said ->> 'to' IS DISTINCT FROM new_state THEN
            new_state := said ->> 'to';
            UPDATE release_state SET state = new_state WHERE release = stepped;
        END IF;
        IF jsonb_array_length(said -> 'toWeights') > 0 THEN
            declared := said -> 'toWeights';
        END IF;
        new_stage := (said ->> 'stage')::integer;
        next_seq := next_seq + 1;
        evidence_key := CASE WHEN part.evidence IS NULL THEN NULL ELSE put_evidence(part.evidence, (said ->> 'time')::timestamptz) END;
        INSERT INTO decision (
            release, seq, kind, from_state, to_state, from_weights, to_weights, stage, because, verdict, actor, means, on_behalf_of, reason,
                at,
            path, policy_digest, controller, lease_term, evidence_digest, evidence_at, body)
        VALUES (
            stepped, next_seq, said ->> 'kind', said ->> 'from', said ->> 'to', said -> 'fromWeights', said -> 'toWeights', new_stage,
            said ->> 'because', said ->> 'verdict', said #>> '{actor,name}', said #>> '{actor,means}', said #>> '{actor,onBehalfOf}',
            said ->> 'reason', (said ->> 'time')::timestamptz, said -> 'path', digest_of_policy, by_controller, under_term, evidence_key,
            CASE WHEN evidence_key IS NULL THEN NULL ELSE (said ->> 'time')::timestamptz END, convert_to(part.body, 'UTF8'))
        RETURNING id INTO new_id;
        decision_ids := decision_ids || new_id;
        PERFORM record_history('decision', stepped, new_id, jsonb_build_object(
            'id', new_id, 'release', step ->> 'release', 'sequence', next_seq, 'policyDigest', encode(digest_of_policy, 'hex'),
            'controller', by_controller, 'leaseTerm', under_term, 'evidenceDigest', encode(evidence_key, 'hex')), part.body);
    END LOOP;

    IF new_state IS DISTINCT FROM step ->> 'state' THEN
        RAISE EXCEPTION USING ERRCODE = 'TG007',
            MESSAGE = format('the decisions leave the release %s, but the commit says %s', new_state, step ->> 'state'),
            HINT = 'a release changes its state only by a decision';
    END IF;
    IF NOT same_weights(declared, step -> 'weights') THEN
        RAISE EXCEPTION USING ERRCODE = 'TG007',
            MESSAGE = format('the decisions leave the weights at %s, but the commit says %s', declared, step -> 'weights'),
            HINT = 'weights change only by a decision';
    END IF;
    UPDATE arm SET weight = share.weight
    FROM jsonb_to_recordset(step -> 'weights') AS share(arm text, weight integer)
    WHERE arm.release = stepped AND arm.name = share.arm AND arm.weight <> share.weight;
    IF EXISTS (SELECT FROM jsonb_to_recordset(step -> 'weights') AS share(arm text)
        WHERE share.arm NOT IN (SELECT name FROM arm WHERE release = stepped)) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG007', MESSAGE = format('release %s has no such arm: %s', step ->> 'release', step -> 'weights');
    END IF;

    UPDATE release_state SET
        version = version + 1, engine_state = step ->> 'engineState', generation = (step ->> 'generation')::bigint, stage = new_stage,
        last_window_end = coalesce(window_end, last_window_end), engine_due_at = (step ->> 'dueAt')::timestamptz,
            updated_at = clock_timestamp(),
        ended_at = CASE WHEN is_final(state) THEN coalesce(ended_at, clock_timestamp()) END
    WHERE release = stepped;

    IF window_end IS NOT NULL THEN
        INSERT INTO poll (release, window_end, verdict, outcome)
            VALUES (stepped, window_end, step #>> '{poll,verdict}', step #>> '{poll,outcome}');
    END IF;
    INSERT INTO rolling_state AS old (release, plugin, version, state)
    SELECT stepped, item.plugin, item.version, item.state
    FROM jsonb_to_recordset(step -> 'rolling') AS item(plugin text, version text, state text)
    ON CONFLICT (release, plugin) DO UPDATE SET version = excluded.version, state = excluded.state, updated_at = now();

    -- Effects. A key that is known already is the same effect; nothing happens to it.
    FOR part IN SELECT item.*, place FROM ROWS FROM (
            jsonb_to_recordset(step -> 'effects') AS (key text, kind text, payload text, decision integer, replaces boolean)
        ) WITH ORDINALITY AS item(key, kind, payload, decision, replaces, place) ORDER BY place
    LOOP
        INSERT INTO outbox (release, decision, kind, key, payload, lease_term, next_attempt_at)
        VALUES (stepped, decision_ids[part.decision + 1], part.kind, part.key, part.payload, under_term, now())
        ON CONFLICT (release, kind, key) DO NOTHING RETURNING id INTO new_id;
        IF new_id IS NULL THEN
            SELECT id INTO STRICT new_id FROM outbox WHERE release = stepped AND kind = part.kind AND key = part.key;
        ELSE
            PERFORM record_history('effect', stepped, decision_ids[part.decision + 1], jsonb_build_object(
                'id', new_id, 'release', step ->> 'release', 'effect', part.kind, 'key', part.key, 'leaseTerm', under_term,
                'decision', decision_ids[part.decision + 1], 'controller', by_controller), part.payload);
            IF part.replaces THEN
                PERFORM drop_effects(stepped, part.kind, new_id, by_controller, under_term);
            END IF;
        END IF;
        effect_ids := effect_ids || new_id;
        new_id := NULL;
    END LOOP;

    FOR part IN SELECT item.id, item.decision FROM jsonb_to_recordset(step -> 'consumed') AS item(id bigint, decision integer)
        ORDER BY item.id LOOP
        UPDATE command SET consumed_at = clock_timestamp(), consumed_by = decision_ids[part.decision + 1]
        WHERE id = part.id AND release = stepped AND consumed_at IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'TG004',
                MESSAGE = format('command %s is not waiting on release %s', part.id, step ->> 'release');
        END IF;
    END LOOP;

    IF step ->> 'promote' IS NOT NULL THEN
        PERFORM make_stable(stepped, step ->> 'promote');
    END IF;
    IF (step ->> 'releaseLease')::boolean THEN
        UPDATE lease SET expires_at = '-infinity' WHERE release = stepped;
    END IF;
    PERFORM refresh_due(stepped);
    PERFORM pg_notify('tidegate_release', step ->> 'release');
    IF is_final(new_state) THEN
        -- Those that waited for the place.
        PERFORM pg_notify('tidegate_release', release.ref) FROM release_state AS other JOIN release ON release.id = other.release
        WHERE other.target = standing.target AND other.service = standing.service AND other.state = 'pending';
    END IF;
    RETURN jsonb_build_object('version', standing.version + 1, 'decisions', to_jsonb(decision_ids), 'effects', to_jsonb(effect_ids));
EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS violated = CONSTRAINT_NAME;
    IF violated = 'release_state_active' THEN
        RAISE EXCEPTION USING ERRCODE = 'TG006',
            MESSAGE = format('another release of service %s is active on the target; release %s has to wait', standing.service,
                step ->> 'release');
    END IF;
    RAISE;
END
$$;

-- A later effect of the same kind takes the place of those that are not finished.
CREATE FUNCTION tidegate.drop_effects(stepped bigint, of_kind text, replaced_by bigint, by_controller text, under_term bigint) RETURNS void
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
DECLARE
    dropped record;
    note text := format('{"replacedBy":%s}', replaced_by);
BEGIN
    FOR dropped IN
        UPDATE outbox SET state = 'dropped', done_at = clock_timestamp(), next_attempt_at = NULL, outcome = note, lease_term = under_term
        WHERE release = stepped AND kind = of_kind AND done_at IS NULL AND id < replaced_by RETURNING *
    LOOP
        INSERT INTO effect_outcome (effect, attempt, result, outcome, controller, lease_term)
        VALUES (dropped.id, dropped.attempts, 'dropped', note, by_controller, under_term);
        PERFORM record_history('outcome', stepped, dropped.decision, jsonb_build_object(
            'effect', dropped.id, 'attempt', dropped.attempts, 'result', 'dropped', 'controller', by_controller, 'leaseTerm', under_term),
                note);
    END LOOP;
END
$$;

-- Makes a revision the stable one of the release's service, for releases that wait as well.
CREATE FUNCTION tidegate.make_stable(promoted bigint, revision text) RETURNS void
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
DECLARE
    standing release_state;
    old_stable text;
BEGIN
    SELECT * INTO standing FROM release_state WHERE release = promoted;
    IF NOT EXISTS (SELECT FROM arm WHERE arm.release = promoted AND arm.revision = make_stable.revision AND weight = 10000) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG007',
            MESSAGE = format('revision %s does not have all the traffic, so it cannot become stable', revision);
    END IF;
    SELECT stable INTO old_stable FROM target_service WHERE target = standing.target AND name = standing.service;
    IF old_stable = revision THEN
        RETURN;
    END IF;
    UPDATE target_service SET stable = revision, stable_since = clock_timestamp() WHERE target = standing.target
        AND name = standing.service;
    PERFORM record_history('stable', promoted, NULL, jsonb_build_object(
        'target', (SELECT name FROM target WHERE id = standing.target), 'service', standing.service, 'from', old_stable, 'to', revision,
        'release', (SELECT ref FROM release WHERE id = promoted)));
    PERFORM refresh_waiting_arms(standing.target, standing.service, revision);
END
$$;

-- Releases that wait begin from the revision that is stable when they begin. One that would lead to that very revision has nothing to do.
CREATE FUNCTION tidegate.refresh_waiting_arms(on_target bigint, of_service text, new_stable text) RETURNS void
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
DECLARE
    waiting record;
BEGIN
    FOR waiting IN
        SELECT release_state.release, release.ref FROM release_state JOIN release ON release.id = release_state.release
        WHERE release_state.target = on_target AND release_state.service = of_service AND state = 'pending'
        ORDER BY release_state.release FOR UPDATE OF release_state
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM arm WHERE release = waiting.release AND name = 'stable' AND revision = new_stable);
        -- Whoever has read the release before reads it again.
        UPDATE release_state SET version = version + 1 WHERE release = waiting.release;
        IF EXISTS (SELECT FROM arm WHERE release = waiting.release AND name <> 'stable' AND revision = new_stable) THEN
            PERFORM add_command(
                waiting.release, waiting.ref, 'abort', '{"name": "controller", "means": "controller"}',
                format('revision %s is stable already', new_stable), NULL);
        ELSE
            UPDATE arm SET revision = new_stable WHERE release = waiting.release AND name = 'stable';
            PERFORM pg_notify('tidegate_release', waiting.ref);
        END IF;
    END LOOP;
END
$$;

-- Takes the effects of a release (of one kind, or of all) that are to be tried now, in order. Those that an earlier holder had begun are
-- tried again.
CREATE FUNCTION tidegate.claim_effects(ref text, by_controller text, under_term bigint, of_kind text) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    leased bigint := release_id(ref);
BEGIN
    PERFORM require_lease(leased, by_controller, under_term);
    RETURN QUERY
        WITH claimed AS (
            UPDATE outbox SET state = 'running', attempts = attempts + 1, lease_term = under_term
            WHERE release = leased AND done_at IS NULL AND next_attempt_at <= clock_timestamp() AND (of_kind IS NULL OR kind = of_kind)
            RETURNING id)
        SELECT id FROM claimed ORDER BY id;
END
$$;

-- What came of the latest attempt: 'done', 'failed' (given up) or 'retry' at a time.
CREATE FUNCTION tidegate.record_outcome(
    effect bigint, ref text, by_controller text, under_term bigint, result text, outcome text, retry_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    leased bigint := release_id(ref);
    tried outbox;
BEGIN
    IF result NOT IN ('done', 'failed', 'retry') OR (result = 'retry') <> (retry_at IS NOT NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'an outcome is done, failed, or retry with a time';
    END IF;
    PERFORM require_lease(leased, by_controller, under_term);
    PERFORM FROM release_state WHERE release_state.release = leased FOR UPDATE;
    SELECT * INTO tried FROM outbox WHERE outbox.id = effect AND outbox.release = leased FOR UPDATE;
    IF tried.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'TG008', MESSAGE = format('release %s has no effect %s', ref, effect);
    END IF;
    IF tried.state IN ('done', 'failed', 'pending') THEN
        RAISE EXCEPTION USING ERRCODE = 'TG009',
            MESSAGE = format('effect %s of release %s is %s; there is no attempt under way', effect, ref, tried.state);
    END IF;
    INSERT INTO effect_outcome (effect, attempt, result, outcome, controller, lease_term)
    VALUES (effect, tried.attempts, result, outcome, by_controller, under_term);
    PERFORM record_history('outcome', leased, tried.decision, jsonb_build_object(
        'effect', effect, 'release', ref, 'attempt', tried.attempts, 'result', result, 'controller', by_controller, 'leaseTerm',
            under_term), outcome);
    -- One that was dropped meanwhile stays so.
    IF tried.state = 'running' THEN
        UPDATE outbox SET
            state = CASE result WHEN 'retry' THEN 'pending' ELSE result END,
            next_attempt_at = CASE WHEN result = 'retry' THEN retry_at END,
            done_at = CASE WHEN result <> 'retry' THEN clock_timestamp() END,
            outcome = record_outcome.outcome,
            lease_term = under_term
        WHERE outbox.id = effect;
    END IF;
    PERFORM refresh_due(leased);
    PERFORM pg_notify('tidegate_release', ref);
END
$$;

-- Forgets polls and log counts that are older than anybody needs. Never touches decisions, evidence or history.
CREATE FUNCTION tidegate.prune(polls_before timestamptz, log_counts_before timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
    WITH polls AS (DELETE FROM poll WHERE at < polls_before RETURNING 1),
        counts AS (DELETE FROM log_count WHERE window_start < log_counts_before RETURNING 1)
    SELECT (SELECT count(*) FROM polls) + (SELECT count(*) FROM counts)
$$;
