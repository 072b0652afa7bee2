-- What was decided, from which evidence, and the history that a sequencer numbers.

-- Opaque canonical bytes, addressed by digest, in one partition a month; they expire by dropping a partition. Rows of a month that has no
-- partition of its own land in evidence_other, so that nothing is ever lost.
CREATE TABLE tidegate.evidence (
    digest bytea NOT NULL,
    -- The time of the decision that rests on it.
    at timestamptz NOT NULL,
    body bytea NOT NULL CONSTRAINT evidence_body_size CHECK (octet_length(body) <= 16777216),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (digest, at),
    CONSTRAINT evidence_digest_matches CHECK (digest = sha256(body))
) PARTITION BY RANGE (at);

-- The column compresses itself, so that the digest is always that of the bytes one reads, and psql shows them too. lz4 costs a fraction of
-- pglz and packs JSON as well; a server built without it falls back to pglz.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        ALTER TABLE tidegate.evidence ALTER COLUMN body SET COMPRESSION lz4;
    ELSE
        ALTER TABLE tidegate.evidence ALTER COLUMN body SET COMPRESSION pglz;
    END IF;
END
$$;
CREATE TABLE tidegate.evidence_other PARTITION OF tidegate.evidence DEFAULT;
CALL tidegate.make_append_only('tidegate.evidence');
-- Row triggers of the parent reach its partitions; a TRUNCATE of a partition needs a trigger of its own.
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.evidence_other EXECUTE FUNCTION tidegate.refuse_change();

-- Makes the partitions of this month (UTC) and the next ones; the number of those made. The controller calls it now and then.
CREATE FUNCTION tidegate.ensure_evidence_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp SET timezone = 'UTC' SET lock_timeout = '5s' AS $$
DECLARE
    month timestamptz;
    partition text;
    made integer := 0;
BEGIN
    IF months_ahead NOT BETWEEN 0 AND 24 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'evidence partitions are made 0 to 24 months ahead';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('tidegate.evidence'));
    FOR ahead IN 0..months_ahead LOOP
        month := date_trunc('month', now()) + make_interval(months => ahead);
        partition := 'evidence_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass('tidegate.' || partition) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE tidegate.%I PARTITION OF tidegate.evidence FOR VALUES FROM (%L) TO (%L)',
                partition, month, month + interval '1 month');
            EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.%I EXECUTE FUNCTION tidegate.refuse_change()',
                partition);
            made := made + 1;
        EXCEPTION WHEN check_violation THEN
            RAISE WARNING 'evidence of % stays in evidence_other, where some of it is already', to_char(month, 'YYYY-MM');
        END;
    END LOOP;
    RETURN made;
END
$$;
SELECT tidegate.ensure_evidence_partitions(2);

CREATE TABLE tidegate.decision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    release bigint NOT NULL REFERENCES tidegate.release,
    -- 1, 2, 3, ... within the release.
    seq bigint NOT NULL CHECK (seq > 0),
    kind text NOT NULL CHECK (kind <> ''),
    from_state text NOT NULL,
    to_state text NOT NULL,
    from_weights jsonb NOT NULL,
    to_weights jsonb NOT NULL,
    stage integer,
    because text NOT NULL,
    verdict text,
    actor text NOT NULL CHECK (actor <> ''),
    means text NOT NULL CHECK (means <> ''),
    on_behalf_of text,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    path jsonb NOT NULL,
    policy_digest bytea NOT NULL,
    controller text NOT NULL,
    lease_term bigint NOT NULL,
    -- Together the address of the evidence.
    evidence_digest bytea,
    evidence_at timestamptz,
    -- Canonical JSON of the decision, from which the columns above were read.
    body bytea NOT NULL CONSTRAINT decision_body_size CHECK (octet_length(body) <= 1048576),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (release, seq),
    CHECK ((evidence_digest IS NULL) = (evidence_at IS NULL))
);
CREATE INDEX decision_at ON tidegate.decision (at);
CALL tidegate.make_append_only('tidegate.decision');
ALTER TABLE tidegate.command ADD FOREIGN KEY (consumed_by) REFERENCES tidegate.decision;

-- Everything an auditor is shown, as canonical JSON, written in the transaction that did it. Entries are numbered later, in batches.
CREATE TABLE tidegate.history_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL CHECK (kind <> ''),
    release bigint REFERENCES tidegate.release,
    decision bigint REFERENCES tidegate.decision,
    entry bytea NOT NULL CONSTRAINT history_entry_size CHECK (octet_length(entry) <= 2097152),
    leaf_index bigint UNIQUE CHECK (leaf_index >= 0),
    recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX history_entry_not_numbered ON tidegate.history_entry (id) WHERE leaf_index IS NULL;
CREATE INDEX history_entry_release ON tidegate.history_entry (release, id);

CREATE FUNCTION tidegate.check_history_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
BEGIN
    IF OLD.leaf_index IS NOT NULL OR NEW.leaf_index IS NULL
        OR (NEW.id, NEW.kind, NEW.release, NEW.decision, NEW.entry, NEW.recorded_at)
            IS DISTINCT FROM (OLD.id, OLD.kind, OLD.release, OLD.decision, OLD.entry, OLD.recorded_at)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'TG003', MESSAGE = 'a history entry never changes; it can only be given its leaf index, once';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER numbered_once BEFORE UPDATE ON tidegate.history_entry FOR EACH ROW EXECUTE FUNCTION tidegate.check_history_entry();
CREATE TRIGGER never_deleted BEFORE DELETE ON tidegate.history_entry FOR EACH ROW EXECUTE FUNCTION tidegate.refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.history_entry EXECUTE FUNCTION tidegate.refuse_change();

-- Writes one entry: the members of `meta`, its kind and time, and `body` (canonical JSON, taken as it is) where there is one.
CREATE FUNCTION tidegate.record_history(kind text, release bigint, decision bigint, meta jsonb, body text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
DECLARE
    complete jsonb := jsonb_strip_nulls(meta) || jsonb_build_object('kind', kind, 'recordedAt', rfc3339(now()), 'v', 1);
BEGIN
    INSERT INTO history_entry (kind, release, decision, entry)
    SELECT record_history.kind, record_history.release, record_history.decision,
        convert_to('{' || string_agg(to_json(key)::text || ':' || written, ',' ORDER BY key COLLATE "C") || '}', 'UTF8')
    FROM (
        SELECT key, canonical(member) AS written FROM jsonb_each(complete) AS members(key, member)
        UNION ALL
        SELECT 'body', body WHERE body IS NOT NULL
    ) AS parts;
END
$$;
