-- A release may have several arms beside the stable one: those that its policy names. Releases of one layer keep to disjoint ranges of it.

-- Begins a release: {service, arms [{name, revision}] or revision, policy, target, parent, actor, reason, ticket, buildURL, commit,
-- artifactDigest, traceID}. It waits as pending; unfinished releases of the service on the target are asked to make room. Gives its name.
CREATE OR REPLACE FUNCTION tidegate.start_release(wanted jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_column
DECLARE
    on_target target;
    of_service target_service;
    under_policy policy;
    retried release;
    known text;
    wanted_arms jsonb := coalesce(wanted -> 'arms',
        jsonb_build_array(jsonb_build_object('name', 'canary', 'revision', wanted ->> 'revision')));
    arm_names text[];
    policy_arms text[];
    wanted_arm record;
    layer jsonb;
    neighbour record;
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
    FOR wanted_arm IN SELECT listed ->> 'name' AS name, listed ->> 'revision' AS revision FROM jsonb_array_elements(wanted_arms) AS listed
    LOOP
        IF NOT EXISTS (SELECT FROM target_revision WHERE target = on_target.id AND service = of_service.name
            AND name = wanted_arm.revision) THEN
            SELECT string_agg(name, ', ' ORDER BY position) INTO known FROM target_revision WHERE target = on_target.id
                AND service = of_service.name;
            RAISE EXCEPTION USING ERRCODE = 'TG008',
                MESSAGE = format('service %s on target %s has no revision %s', of_service.name, on_target.name, wanted_arm.revision),
                HINT = 'its revisions: ' || known;
        END IF;
        IF of_service.stable = wanted_arm.revision THEN
            RAISE EXCEPTION USING ERRCODE = 'TG009',
                MESSAGE = format('revision %s of service %s is the stable one already', wanted_arm.revision, of_service.name);
        END IF;
    END LOOP;
    IF (SELECT count(DISTINCT listed ->> 'revision') FROM jsonb_array_elements(wanted_arms) AS listed) < jsonb_array_length(wanted_arms) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'two arms run the same revision',
            HINT = 'metrics and logs tell arms apart by their revisions';
    END IF;
    SELECT * INTO under_policy FROM policy
    WHERE name = wanted ->> 'policy' OR encode(digest, 'hex') = wanted ->> 'policy' ORDER BY version DESC LIMIT 1;
    IF under_policy.id IS NULL THEN
        SELECT string_agg(DISTINCT name::text, ', ' ORDER BY name::text) INTO known FROM policy;
        RAISE EXCEPTION USING ERRCODE = 'TG008', MESSAGE = format('there is no policy %s', wanted ->> 'policy'),
            HINT = CASE WHEN known IS NULL THEN 'no policy is applied yet' ELSE 'policies: ' || known END;
    END IF;
    SELECT array_agg(listed ->> 'name' ORDER BY listed ->> 'name') INTO arm_names FROM jsonb_array_elements(wanted_arms) AS listed;
    SELECT coalesce(array_agg(listed ->> 'name' ORDER BY listed ->> 'name'), ARRAY['canary']) INTO policy_arms
    FROM jsonb_array_elements(coalesce(under_policy.canonical::jsonb #> '{routing,arms}', '[]')) AS listed;
    IF arm_names IS DISTINCT FROM policy_arms THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010',
            MESSAGE = format('policy %s shares traffic among %s, and the release has %s', under_policy.name,
                array_to_string(policy_arms, ', '), coalesce(array_to_string(arm_names, ', '), 'no arms')),
            HINT = 'give every arm of the policy a revision';
    END IF;
    layer := under_policy.canonical::jsonb #> '{routing,layer}';
    IF layer IS NOT NULL THEN
        -- Releases of one layer begin one at a time. Those of this service on this target will have made room.
        PERFORM pg_advisory_xact_lock(hashtextextended('tidegate layer ' || (layer ->> 'name'), 0));
        SELECT release.ref, other INTO neighbour
        FROM release_state JOIN release ON release.id = release_state.release JOIN policy ON policy.id = release.policy
            CROSS JOIN LATERAL (SELECT policy.canonical::jsonb #> '{routing,layer}' AS other) AS of_policy
        WHERE NOT is_final(release_state.state) AND other ->> 'name' = layer ->> 'name'
            AND (other ->> 'from')::integer < (layer ->> 'to')::integer AND (layer ->> 'from')::integer < (other ->> 'to')::integer
            AND NOT (release_state.target = on_target.id AND release_state.service = of_service.name)
        ORDER BY release.id LIMIT 1;
        IF neighbour.ref IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'TG009',
                MESSAGE = format('release %s has buckets %s to %s of layer %s, and this one wants %s to %s', neighbour.ref,
                    neighbour.other ->> 'from', neighbour.other ->> 'to', layer ->> 'name', layer ->> 'from', layer ->> 'to'),
                HINT = 'give the policies disjoint ranges, or wait for that release to end';
        END IF;
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
    VALUES (started, 'stable', of_service.stable, 10000, 0);
    INSERT INTO arm (release, name, revision, weight, position)
    SELECT started, listed ->> 'name', listed ->> 'revision', 0, number
    FROM jsonb_array_elements(wanted_arms) WITH ORDINALITY AS numbered (listed, number);
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
