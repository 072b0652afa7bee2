-- How long evidence is kept, which releases are kept longer, and its expiry. All three are entries of the history and nothing else: what is
-- in force is the newest entry, so that nobody can change it without a trace.
--
-- Decisions and the entries of the history are kept for ever. When the evidence of a month expires, its digests stay in the decisions and
-- in their entries: whoever kept a copy can still show that it is the evidence.

CREATE INDEX history_entry_hold ON tidegate.history_entry (release, id) WHERE kind = 'hold';

-- Months that evidence is kept for, counted from the end of its own month: what was set last, otherwise 13.
CREATE FUNCTION tidegate.evidence_months() RETURNS integer
LANGUAGE sql STABLE SET search_path = tidegate, pg_temp AS $$
    SELECT coalesce((
        SELECT (entry_json(entry) ->> 'evidenceMonths')::integer FROM history_entry WHERE kind = 'retention' ORDER BY id DESC LIMIT 1), 13)
$$;

-- The releases under a legal hold, with the entry that placed it.
CREATE VIEW tidegate.legal_hold AS
SELECT release.id AS release, release.ref, newest.id AS entry, newest.recorded_at AS placed_at, newest.said #>> '{actor,name}' AS actor,
    newest.said #>> '{actor,means}' AS means, newest.said #>> '{actor,onBehalfOf}' AS on_behalf_of, newest.said ->> 'reason' AS reason
FROM (
    SELECT DISTINCT ON (release) release, id, recorded_at, tidegate.entry_json(entry) AS said
    FROM tidegate.history_entry WHERE kind = 'hold' ORDER BY release, id DESC
) AS newest JOIN tidegate.release ON release.id = newest.release
WHERE newest.said ->> 'action' = 'placed';

-- Places or lifts the legal hold of a release.
CREATE FUNCTION tidegate.set_hold(ref text, placed boolean, actor jsonb, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    held bigint := release_id(ref);
    is_held boolean;
BEGIN
    -- Expiry takes the same lock: a hold that was placed is seen by it, or waits until it is through.
    PERFORM pg_advisory_xact_lock(hashtext('tidegate.evidence'));
    is_held := EXISTS (SELECT FROM legal_hold WHERE legal_hold.release = held);
    IF is_held = placed THEN
        RAISE EXCEPTION USING ERRCODE = 'TG009',
            MESSAGE = format('release %s is %s legal hold', ref, CASE WHEN placed THEN 'already under a' ELSE 'not under a' END);
    END IF;
    IF coalesce(reason, '') = '' OR octet_length(reason) > 8192 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'a legal hold is placed and lifted with a reason of at most 8192 bytes';
    END IF;
    PERFORM record_history('hold', held, NULL, jsonb_build_object(
        'release', ref, 'action', CASE WHEN placed THEN 'placed' ELSE 'lifted' END, 'actor', actor, 'reason', reason));
END
$$;

CREATE FUNCTION tidegate.set_retention(evidence_months integer, actor jsonb, reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    before integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('tidegate.evidence'));
    IF evidence_months NOT BETWEEN 1 AND 1200 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'evidence is kept for 1 to 1200 months';
    END IF;
    IF coalesce(reason, '') = '' OR octet_length(reason) > 8192 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'retention is changed with a reason of at most 8192 bytes';
    END IF;
    before := evidence_months();
    PERFORM record_history('retention', NULL, NULL, jsonb_build_object(
        'evidenceMonths', evidence_months, 'before', before, 'actor', actor, 'reason', reason));
END
$$;

-- True for evidence that a release under a legal hold rests on.
CREATE FUNCTION tidegate.is_held(evidence_digest bytea, evidence_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = tidegate, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM decision JOIN legal_hold ON legal_hold.release = decision.release
        WHERE decision.at = $2 AND decision.evidence_at = $2 AND decision.evidence_digest = $1)
$$;

-- Writes the entry of one expiry. `digests` is the SHA-256 of all digests that went, in ascending order, one after the other.
CREATE FUNCTION tidegate.record_expiry(month text, went bigint, bytes numeric, kept bigint, digests bytea) RETURNS void
LANGUAGE sql SET search_path = tidegate, pg_temp AS $$
    SELECT record_history('expiry', NULL, NULL, jsonb_build_object(
        'month', $1, 'documents', $2, 'bytes', $3::text, 'held', $4, 'digests', encode($5, 'hex'), 'evidenceMonths', evidence_months(),
        'actor', jsonb_build_object('name', 'controller', 'means', 'controller')))
$$;

-- Lets evidence go that is older than its retention: whole months by dropping their partition. What a legal hold needs moves to
-- evidence_other first, and goes from there when the hold is lifted. Gives the months that went. The controller calls it now and then.
CREATE FUNCTION tidegate.expire_evidence() RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp SET timezone = 'UTC' SET lock_timeout = '5s' AS $$
DECLARE
    cutoff timestamptz;
    partition record;
    month text;
    went bigint;
    bytes numeric;
    kept bigint;
    digests bytea;
    expired text[] := '{}';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('tidegate.evidence'));
    cutoff := date_trunc('month', now()) - make_interval(months => evidence_months());
    FOR partition IN
        SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'tidegate.evidence'::regclass AND relname ~ '^evidence_[0-9]{4}_[0-9]{2}$'
            AND to_timestamp(substring(relname FROM 10), 'YYYY_MM') < cutoff
        ORDER BY relname LIMIT 120
    LOOP
        month := replace(substring(partition.name FROM 10), '_', '-');
        EXECUTE format('ALTER TABLE evidence DETACH PARTITION %I', partition.name);
        EXECUTE format(
            'INSERT INTO evidence (digest, at, body, recorded_at) SELECT digest, at, body, recorded_at FROM %I WHERE is_held(digest, at)',
            partition.name);
        GET DIAGNOSTICS kept = ROW_COUNT;
        EXECUTE format(
            'SELECT count(*), coalesce(sum(octet_length(body)), 0), sha256(coalesce(string_agg(digest, ''''::bytea ORDER BY digest), '''')) '
            || 'FROM %I AS old WHERE NOT EXISTS (SELECT FROM evidence WHERE evidence.digest = old.digest AND evidence.at = old.at)',
            partition.name) INTO went, bytes, digests;
        EXECUTE format('DROP TABLE %I', partition.name);
        PERFORM record_expiry(month, went, bytes, kept, digests);
        expired := expired || month;
    END LOOP;

    -- What lies in evidence_other: held until now, or from a month that had no partition. Rows are never deleted, so the table is made anew.
    IF EXISTS (SELECT FROM evidence_other WHERE at < cutoff AND NOT is_held(digest, at)) THEN
        ALTER TABLE evidence DETACH PARTITION evidence_other;
        ALTER TABLE evidence_other RENAME TO evidence_expiring;
        ALTER TABLE evidence_expiring RENAME CONSTRAINT evidence_other_pkey TO evidence_expiring_pkey;
        CREATE TABLE evidence_other PARTITION OF evidence DEFAULT;
        CREATE TRIGGER never_truncated BEFORE TRUNCATE ON evidence_other EXECUTE FUNCTION refuse_change();
        INSERT INTO evidence (digest, at, body, recorded_at)
        SELECT digest, at, body, recorded_at FROM evidence_expiring WHERE at >= cutoff OR is_held(digest, at);
        GET DIAGNOSTICS kept = ROW_COUNT;
        SELECT count(*), coalesce(sum(octet_length(body)), 0), sha256(coalesce(string_agg(digest, ''::bytea ORDER BY digest), ''))
        INTO went, bytes, digests
        FROM evidence_expiring AS old WHERE NOT EXISTS (SELECT FROM evidence WHERE evidence.digest = old.digest AND evidence.at = old.at);
        DROP TABLE evidence_expiring;
        PERFORM record_expiry('other', went, bytes, kept, digests);
        expired := expired || 'other'::text;
    END IF;
    RETURN expired;
END
$$;

REVOKE ALL ON FUNCTION
    tidegate.evidence_months(), tidegate.set_hold(text, boolean, jsonb, text), tidegate.set_retention(integer, jsonb, text),
    tidegate.is_held(bytea, timestamptz), tidegate.record_expiry(text, bigint, numeric, bigint, bytea), tidegate.expire_evidence()
    FROM PUBLIC;
GRANT SELECT ON tidegate.legal_hold TO tidegate_controller, tidegate_operator, tidegate_auditor;
GRANT EXECUTE ON FUNCTION tidegate.entry_json(bytea) TO tidegate_controller;
GRANT EXECUTE ON FUNCTION tidegate.evidence_months() TO tidegate_controller, tidegate_operator, tidegate_auditor;
GRANT EXECUTE ON FUNCTION tidegate.set_hold(text, boolean, jsonb, text), tidegate.set_retention(integer, jsonb, text) TO tidegate_operator;
GRANT EXECUTE ON FUNCTION tidegate.expire_evidence() TO tidegate_controller;
