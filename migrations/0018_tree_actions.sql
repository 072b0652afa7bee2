-- What the rollback tree may do beyond rolling back: step down from full weight, ask a person while baking, and freeze a release that
-- cannot be taken back.

-- RolloutEngine's TransitionTable.sql, letter by letter: the edges that are new are added.
INSERT INTO tidegate.legal_transition (from_state, to_state)
SELECT from_state, unnest(to_states)
FROM (VALUES
    ('pending', ARRAY['progressing', 'awaitingApproval', 'paused', 'aborted', 'superseded']),
    ('progressing', ARRAY['paused', 'awaitingApproval', 'baking', 'rollingBack', 'aborting', 'superseding']),
    ('paused', ARRAY['progressing', 'awaitingApproval', 'baking', 'rollingBack', 'aborting', 'superseding']),
    ('awaitingApproval', ARRAY['progressing', 'paused', 'baking', 'promoted', 'rollingBack', 'aborting', 'superseding']),
    ('baking', ARRAY['progressing', 'paused', 'awaitingApproval', 'promoted', 'rollingBack', 'aborting', 'superseding']),
    ('rollingBack', ARRAY['rolledBack']),
    ('aborting', ARRAY['aborted']),
    ('superseding', ARRAY['superseded'])
) AS edges(from_state, to_states)
ON CONFLICT DO NOTHING;

-- Releases that declare a change which the stable revision cannot live with any more. The history's entry of the release says so too.
CREATE TABLE tidegate.irreversible_release (
    release bigint PRIMARY KEY REFERENCES tidegate.release
);
CALL tidegate.make_append_only('tidegate.irreversible_release');
GRANT SELECT ON tidegate.irreversible_release TO tidegate_controller, tidegate_operator, tidegate_auditor;

-- Begins a release, as start_release does, and declares it irreversible in the same transaction.
CREATE FUNCTION tidegate.start_irreversible_release(wanted jsonb) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    ref text := start_release(wanted || '{"irreversible": true}');
BEGIN
    INSERT INTO irreversible_release (release) VALUES (release_id(ref));
    RETURN ref;
END
$$;
REVOKE ALL ON FUNCTION tidegate.start_irreversible_release(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tidegate.start_irreversible_release(jsonb) TO tidegate_operator;
