-- Notifications are delivered beside the visits of their release, so that a slow receiver keeps no release waiting. An attempt is fenced by
-- its own number and not by the lease, which may come and go meanwhile: nobody else tries before the claim runs out.

-- Takes the notifications of a release that are to be tried now, in order. They are hidden from other claims for a while.
CREATE FUNCTION tidegate.claim_notifications(ref text, hidden_for interval) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    claiming bigint := release_id(ref);
BEGIN
    IF hidden_for NOT BETWEEN interval '1 second' AND interval '1 hour' THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'notifications are claimed for 1 s to 1 h';
    END IF;
    -- The order in which commits lock, too: the release first, then its effects.
    PERFORM FROM release_state WHERE release_state.release = claiming FOR UPDATE;
    RETURN QUERY
        WITH claimed AS (
            UPDATE outbox SET state = 'running', attempts = attempts + 1, next_attempt_at = clock_timestamp() + hidden_for
            WHERE release = claiming AND kind = 'notify' AND done_at IS NULL AND next_attempt_at <= clock_timestamp()
            RETURNING id)
        SELECT id FROM claimed ORDER BY id;
    PERFORM refresh_due(claiming);
END
$$;

-- What came of an attempt at a notification: 'done', 'failed' (given up) or 'retry' at a time. An attempt that was overtaken by a later
-- claim is refused.
CREATE FUNCTION tidegate.record_notification(
    effect bigint, ref text, by_controller text, of_attempt integer, result text, outcome text, retry_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    notified bigint := release_id(ref);
    tried outbox;
BEGIN
    IF result NOT IN ('done', 'failed', 'retry') OR (result = 'retry') <> (retry_at IS NOT NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'an outcome is done, failed, or retry with a time';
    END IF;
    PERFORM FROM release_state WHERE release_state.release = notified FOR UPDATE;
    SELECT * INTO tried FROM outbox WHERE outbox.id = effect AND outbox.release = notified AND outbox.kind = 'notify' FOR UPDATE;
    IF tried.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'TG008', MESSAGE = format('release %s has no notification %s', ref, effect);
    END IF;
    IF tried.state <> 'running' OR tried.attempts <> of_attempt THEN
        RAISE EXCEPTION USING ERRCODE = 'TG009',
            MESSAGE = format('attempt %s at notification %s of release %s is not under way', of_attempt, effect, ref);
    END IF;
    INSERT INTO effect_outcome (effect, attempt, result, outcome, controller, lease_term)
    VALUES (effect, tried.attempts, result, outcome, by_controller, tried.lease_term);
    PERFORM record_history('outcome', notified, tried.decision, jsonb_build_object(
        'effect', effect, 'release', ref, 'attempt', tried.attempts, 'result', result, 'controller', by_controller, 'leaseTerm',
            tried.lease_term), outcome);
    UPDATE outbox SET
        state = CASE result WHEN 'retry' THEN 'pending' ELSE result END,
        next_attempt_at = CASE WHEN result = 'retry' THEN retry_at END,
        done_at = CASE WHEN result <> 'retry' THEN clock_timestamp() END,
        outcome = record_notification.outcome
    WHERE outbox.id = effect;
    PERFORM refresh_due(notified);
    PERFORM pg_notify('tidegate_release', ref);
END
$$;

REVOKE ALL ON FUNCTION tidegate.claim_notifications(text, interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION tidegate.record_notification(bigint, text, text, integer, text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    tidegate.claim_notifications(text, interval),
    tidegate.record_notification(bigint, text, text, integer, text, text, timestamptz)
    TO tidegate_controller;
