-- The only ways in which people, pipelines and the log intake write.
-- An actor is an object {name, means, onBehalfOf}, as ReleaseModel codes it.

-- Records a policy; gives its version. The same content as the newest version is not recorded again.
CREATE FUNCTION tidegate.apply_policy(of_name text, text_of_source text, as_canonical text, actor jsonb, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    newest policy;
    key bytea := sha256(convert_to(as_canonical, 'UTF8'));
    new_id bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('tidegate.policy'), hashtext(of_name));
    SELECT * INTO newest FROM policy WHERE policy.name = of_name ORDER BY policy.version DESC LIMIT 1;
    IF newest.digest = key THEN
        RETURN newest.id;
    END IF;
    INSERT INTO policy (name, version, source, canonical, digest, actor, means, on_behalf_of, reason)
    VALUES (of_name, coalesce(newest.version, 0) + 1, text_of_source, as_canonical, key, actor ->> 'name', actor ->> 'means',
        actor ->> 'onBehalfOf', reason)
    RETURNING policy.id INTO new_id;
    PERFORM record_history('policy', NULL, NULL, jsonb_build_object(
        'name', of_name, 'version', coalesce(newest.version, 0) + 1, 'digest', encode(key, 'hex'), 'actor', actor, 'reason', reason),
            as_canonical);
    RETURN new_id;
END
$$;

-- Makes a target what `wanted` says: {name, plugin, nodes [{name, configuration}], services [{name, stable, revisions [{name, servers}]}]},
-- where configuration is JSON as text. A service that is known keeps its stable revision unless `reset_stable`.
CREATE FUNCTION tidegate.apply_target(wanted jsonb, actor jsonb, reason text, as_canonical text, reset_stable boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_column
DECLARE
    applied bigint;
    part record;
    busy text;
    kept text;
BEGIN
    INSERT INTO target (name, plugin) VALUES (wanted ->> 'name', wanted ->> 'plugin')
    ON CONFLICT (name) DO UPDATE SET plugin = excluded.plugin, updated_at = clock_timestamp() RETURNING id INTO applied;
    PERFORM FROM target_service WHERE target = applied ORDER BY name FOR UPDATE;

    -- What unfinished releases stand on must stay.
    SELECT format('release %s of service %s is under way', release.ref, release.service) INTO busy
    FROM release_state JOIN release ON release.id = release_state.release
    WHERE release_state.target = applied AND NOT is_final(state)
        AND NOT EXISTS (SELECT FROM jsonb_array_elements(wanted -> 'services') AS listed WHERE listed ->> 'name' = release.service)
    LIMIT 1;
    IF busy IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'TG009', MESSAGE = format('target %s must keep the service: %s', wanted ->> 'name', busy),
            HINT = 'apply the target again when the release has ended, or abort it first';
    END IF;
    SELECT format('release %s uses revision %s of service %s', release.ref, arm.revision, release.service) INTO busy
    FROM release_state JOIN release ON release.id = release_state.release JOIN arm ON arm.release = release.id
    WHERE release_state.target = applied AND NOT is_final(state)
        AND NOT EXISTS (
            SELECT FROM jsonb_array_elements(wanted -> 'services') AS listed, jsonb_array_elements(listed -> 'revisions') AS item
            WHERE listed ->> 'name' = release.service AND item ->> 'name' = arm.revision)
    LIMIT 1;
    IF busy IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'TG009', MESSAGE = format('target %s must keep the revision: %s', wanted ->> 'name', busy),
            HINT = 'apply the target again when the release has ended, or abort it first';
    END IF;

    DELETE FROM target_node WHERE target = applied;
    INSERT INTO target_node (target, name, position, configuration)
    SELECT applied, node ->> 'name', place, node ->> 'configuration'
        FROM jsonb_array_elements(wanted -> 'nodes') WITH ORDINALITY AS nodes(node, place);

    FOR part IN SELECT service, place FROM jsonb_array_elements(wanted -> 'services') WITH ORDINALITY AS services(service, place)
        ORDER BY place LOOP
        SELECT stable INTO kept FROM target_service WHERE target = applied AND name = part.service ->> 'name';
        IF kept IS NOT NULL AND kept <> part.service ->> 'stable' AND reset_stable AND EXISTS (
            SELECT FROM release_state WHERE target = applied AND service = part.service ->> 'name' AND is_active(state))
        THEN
            RAISE EXCEPTION USING ERRCODE = 'TG009',
                MESSAGE = format('the stable revision of service %s stays %s while a release is under way', part.service ->> 'name', kept);
        END IF;
        IF kept IS NULL OR reset_stable THEN
            kept := part.service ->> 'stable';
        END IF;
        IF NOT EXISTS (SELECT FROM jsonb_array_elements(part.service -> 'revisions') AS item WHERE item ->> 'name' = kept) THEN
            RAISE EXCEPTION USING ERRCODE = 'TG010',
                MESSAGE = format('service %s has %s as its stable revision, which is not among its revisions', part.service ->> 'name',
                    kept),
                HINT = 'list that revision with its servers, or ask to reset the stable revision';
        END IF;
        INSERT INTO target_service (target, name, position, stable) VALUES (applied, part.service ->> 'name', part.place, kept)
        ON CONFLICT (target, name) DO UPDATE SET position = excluded.position, stable = excluded.stable,
            stable_since = CASE WHEN target_service.stable = excluded.stable THEN target_service.stable_since ELSE clock_timestamp() END;
        DELETE FROM target_revision WHERE target = applied AND service = part.service ->> 'name';
        INSERT INTO target_revision (target, service, name, position, servers)
        SELECT applied, part.service ->> 'name', item ->> 'name', place, ARRAY(SELECT jsonb_array_elements_text(item -> 'servers'))
        FROM jsonb_array_elements(part.service -> 'revisions') WITH ORDINALITY AS revisions(item, place);
        PERFORM refresh_waiting_arms(applied, part.service ->> 'name', kept);
    END LOOP;
    DELETE FROM target_revision WHERE target = applied
        AND service NOT IN (SELECT listed ->> 'name' FROM jsonb_array_elements(wanted -> 'services') AS listed);
    DELETE FROM target_service WHERE target = applied
        AND name NOT IN (SELECT listed ->> 'name' FROM jsonb_array_elements(wanted -> 'services') AS listed);
    PERFORM record_history('target', NULL, NULL, jsonb_build_object(
        'name', wanted ->> 'name', 'actor', actor, 'reason', reason, 'resetStable', reset_stable), as_canonical);
    RETURN applied;
END
$$;

-- Begins a release: {service, revision, policy, target, parent, actor, reason, ticket, buildURL, commit, artifactDigest, traceID}. It waits
-- as pending; unfinished releases of the service on the target are asked to make room. Gives its name.
CREATE FUNCTION tidegate.start_release(wanted jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_column
DECLARE
    on_target target;
    of_service target_service;
    under_policy policy;
    retried release;
    known text;
    new_number bigint;
    new_ref text;
    started bigint;
    older record;
BEGIN
    SELECT * INTO on_target FROM target WHERE name = wanted ->> 'target';
    IF on_target.id IS NULL THEN
        SELECT string_agg(name, ', ' ORDER BY name) INTO known FROM target;
        RAISE EXCEPTION USING ERRCODE = 'TG008', MESSAGE = format('there is no target %s', wanted ->> 'target'),
            HINT = CASE WHEN known IS NULL THEN 'no target is applied yet' ELSE 'targets: ' || known END;
    END IF;
    -- From here on one release of the service begins, or becomes stable, at a time.
    SELECT * INTO of_service FROM target_service WHERE target = on_target.id AND name = wanted ->> 'service' FOR UPDATE;
    IF of_service.name IS NULL THEN
        SELECT string_agg(name, ', ' ORDER BY position) INTO known FROM target_service WHERE target = on_target.id;
        RAISE EXCEPTION USING ERRCODE = 'TG008', MESSAGE = format('target %s has no service %s', on_target.name, wanted ->> 'service'),
            HINT = CASE WHEN known IS NULL THEN 'it has no services' ELSE 'its services: ' || known END;
    END IF;
    IF NOT EXISTS (SELECT FROM target_revision WHERE target = on_target.id AND service = of_service.name
        AND name = wanted ->> 'revision') THEN
        SELECT string_agg(name, ', ' ORDER BY position) INTO known FROM target_revision WHERE target = on_target.id
            AND service = of_service.name;
        RAISE EXCEPTION USING ERRCODE = 'TG008',
            MESSAGE = format('service %s on target %s has no revision %s', of_service.name, on_target.name, wanted ->> 'revision'),
            HINT = 'its revisions: ' || known;
    END IF;
    IF of_service.stable = wanted ->> 'revision' THEN
        RAISE EXCEPTION USING ERRCODE = 'TG009',
            MESSAGE = format('revision %s of service %s is the stable one already', wanted ->> 'revision', of_service.name);
    END IF;
    SELECT * INTO under_policy FROM policy
    WHERE name = wanted ->> 'policy' OR encode(digest, 'hex') = wanted ->> 'policy' ORDER BY version DESC LIMIT 1;
    IF under_policy.id IS NULL THEN
        SELECT string_agg(DISTINCT name::text, ', ' ORDER BY name::text) INTO known FROM policy;
        RAISE EXCEPTION USING ERRCODE = 'TG008', MESSAGE = format('there is no policy %s', wanted ->> 'policy'),
            HINT = CASE WHEN known IS NULL THEN 'no policy is applied yet' ELSE 'policies: ' || known END;
    END IF;
    IF wanted ->> 'parent' IS NOT NULL THEN
        SELECT * INTO retried FROM release WHERE id = release_id(wanted ->> 'parent');
        IF retried.service <> of_service.name OR retried.target <> on_target.id THEN
            RAISE EXCEPTION USING ERRCODE = 'TG010',
                MESSAGE = format('release %s cannot be tried again here: it is of another service or target', retried.ref);
        END IF;
    END IF;

    INSERT INTO release_counter AS counter (service, last) VALUES (of_service.name, 1)
    ON CONFLICT (service) DO UPDATE SET last = counter.last + 1 RETURNING last INTO new_number;
    new_ref := of_service.name || '-' || new_number;
    INSERT INTO release (
        ref, service, number, target, policy, salt, parent, ticket, build_url, commit_id, artifact_digest, trace_id, actor, means,
            on_behalf_of, reason)
    VALUES (
        new_ref, of_service.name, new_number, on_target.id, under_policy.id,
        coalesce(retried.salt, replace(gen_random_uuid()::text, '-', '')), retried.id, wanted ->> 'ticket', wanted ->> 'buildURL',
        wanted ->> 'commit', wanted ->> 'artifactDigest', wanted ->> 'traceID', wanted #>> '{actor,name}', wanted #>> '{actor,means}',
        wanted #>> '{actor,onBehalfOf}', wanted ->> 'reason')
    RETURNING id INTO started;
    INSERT INTO arm (release, name, revision, weight, position)
    VALUES (started, 'stable', of_service.stable, 10000, 0), (started, 'canary', wanted ->> 'revision', 0, 1);
    INSERT INTO release_state (release, target, service, state, engine_due_at, due_at)
    VALUES (started, on_target.id, of_service.name, 'pending', now(), now());
    INSERT INTO lease (release) VALUES (started);
    PERFORM record_history('release', started, NULL, wanted || jsonb_build_object(
        'release', new_ref, 'parent', retried.ref, 'stable', of_service.stable, 'target', on_target.name, 'policy', under_policy.name,
        'policyVersion', under_policy.version, 'policyDigest', encode(under_policy.digest, 'hex'),
        'salt', (SELECT salt FROM release WHERE id = started)));

    FOR older IN
        SELECT release.id, release.ref FROM release_state JOIN release ON release.id = release_state.release
        WHERE release_state.target = on_target.id AND release_state.service = of_service.name AND release.id <> started
            AND NOT is_final(state) AND state NOT IN ('rollingBack', 'aborting', 'superseding')
            AND NOT EXISTS (SELECT FROM command WHERE command.release = release.id AND kind = 'supersede' AND consumed_at IS NULL)
        ORDER BY release.id
    LOOP
        PERFORM add_command(older.id, older.ref, 'supersede', wanted -> 'actor', format('release %s takes the place', new_ref), started);
    END LOOP;
    PERFORM pg_notify('tidegate_release', new_ref);
    RETURN new_ref;
END
$$;

CREATE FUNCTION tidegate.add_command(to_release bigint, ref text, of_kind text, actor jsonb, reason text, by_release bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    new_id bigint;
BEGIN
    PERFORM FROM release_state WHERE release_state.release = to_release FOR UPDATE;
    INSERT INTO command (release, kind, by_release, actor, means, on_behalf_of, reason)
    VALUES (to_release, of_kind, by_release, actor ->> 'name', actor ->> 'means', actor ->> 'onBehalfOf', reason)
    RETURNING command.id INTO new_id;
    PERFORM refresh_due(to_release);
    PERFORM record_history('command', to_release, NULL, jsonb_build_object(
        'id', new_id, 'release', ref, 'command', of_kind, 'actor', actor, 'reason', reason,
        'by', (SELECT release.ref FROM release WHERE release.id = by_release)));
    PERFORM pg_notify('tidegate_release', ref);
    RETURN new_id;
END
$$;

-- Asks something of a release that has not ended.
CREATE FUNCTION tidegate.submit_command(ref text, of_kind text, actor jsonb, reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    asked bigint := release_id(ref);
    present text;
BEGIN
    SELECT release_state.state INTO present FROM release_state WHERE release_state.release = asked FOR UPDATE;
    IF is_final(present) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG009', MESSAGE = format('release %s has ended: it is %s', ref, present),
            HINT = 'start another release, or retry this one';
    END IF;
    IF of_kind = 'supersede' THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'a release is superseded by starting a newer one';
    END IF;
    IF (SELECT count(*) FROM command WHERE command.release = asked AND command.consumed_at IS NULL) >= 100 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG011', MESSAGE = format('release %s has 100 commands waiting', ref),
            HINT = 'is a controller running?';
    END IF;
    RETURN add_command(asked, ref, of_kind, actor, reason, NULL);
END
$$;

CREATE FUNCTION tidegate.create_token(of_name text, of_role text, public_key text, secret_digest bytea, actor jsonb,
    reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    new_id bigint;
BEGIN
    IF EXISTS (SELECT FROM token WHERE name = of_name AND revoked_at IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG009', MESSAGE = format('there is a token %s already', of_name),
            HINT = 'revoke it first, or take another name';
    END IF;
    INSERT INTO token (name, role, key, secret_sha256, created_by, means, on_behalf_of, reason)
    VALUES (of_name, of_role, public_key, secret_digest, actor ->> 'name', actor ->> 'means', actor ->> 'onBehalfOf', create_token.reason)
    RETURNING id INTO new_id;
    PERFORM record_history('token', NULL, NULL, jsonb_build_object(
        'name', of_name, 'role', of_role, 'action', 'created', 'actor', actor, 'reason', create_token.reason));
    RETURN new_id;
END
$$;

CREATE FUNCTION tidegate.revoke_token(of_name text, actor jsonb, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    known text;
BEGIN
    UPDATE token SET revoked_at = clock_timestamp(), revoked_by = actor ->> 'name' WHERE name = of_name AND revoked_at IS NULL;
    IF NOT FOUND THEN
        SELECT string_agg(name, ', ' ORDER BY name) INTO known FROM token WHERE revoked_at IS NULL;
        RAISE EXCEPTION USING ERRCODE = 'TG008', MESSAGE = format('there is no token %s in force', of_name),
            HINT = CASE WHEN known IS NULL THEN 'there are none' ELSE 'tokens: ' || known END;
    END IF;
    PERFORM record_history('token', NULL, NULL, jsonb_build_object('name', of_name, 'action', 'revoked', 'actor', actor, 'reason', reason));
END
$$;

-- The token in force with this public key, with the digest that its secret must have.
CREATE FUNCTION tidegate.token_by_key(public_key text)
    RETURNS TABLE (name text, role text, created_by text, created_at timestamptz, secret_sha256 bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
    SELECT name, role, created_by, created_at, secret_sha256 FROM token WHERE key = public_key AND revoked_at IS NULL
$$;

-- Lets the file with this digest, and no other, be loaded under the name.
CREATE FUNCTION tidegate.pin_plugin(of_name text, of_version text, of_kind text, digest bytea, is_trusted boolean, actor jsonb,
    reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    present plugin;
    new_id bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('tidegate.plugin'), hashtext(of_name));
    SELECT * INTO present FROM plugin WHERE name = of_name AND withdrawn_at IS NULL;
    IF (present.version, present.kind, present.sha256, present.trusted) = (of_version, of_kind, digest, is_trusted) THEN
        RETURN present.id;
    END IF;
    UPDATE plugin SET withdrawn_at = clock_timestamp() WHERE id = present.id;
    INSERT INTO plugin (name, version, kind, sha256, trusted, pinned_by, means, on_behalf_of, reason)
    VALUES (of_name, of_version, of_kind, digest, is_trusted, actor ->> 'name', actor ->> 'means', actor ->> 'onBehalfOf',
        pin_plugin.reason)
    RETURNING id INTO new_id;
    PERFORM record_history('plugin', NULL, NULL, jsonb_build_object(
        'name', of_name, 'version', of_version, 'pluginKind', of_kind, 'sha256', encode(digest, 'hex'), 'trusted', is_trusted,
        'replaces', encode(present.sha256, 'hex'), 'actor', actor, 'reason', pin_plugin.reason));
    RETURN new_id;
END
$$;
