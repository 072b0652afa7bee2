-- What the log intake keeps beside counts: a few masked lines of each template, and the events that the policies' log sequences wait for.

-- A few lines of each template and revision, secrets and personal data masked before they came here.
CREATE TABLE tidegate.log_sample (
    service tidegate.label NOT NULL,
    revision tidegate.label NOT NULL,
    template text NOT NULL,
    slot smallint NOT NULL CHECK (slot BETWEEN 0 AND 2),
    line text NOT NULL CONSTRAINT log_sample_size CHECK (octet_length(line) <= 1024),
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (service, revision, template, slot),
    FOREIGN KEY (service, template) REFERENCES tidegate.log_template (service, id)
);
CREATE INDEX log_sample_seen ON tidegate.log_sample (seen_at);

-- One event that a sequence waits for. `steps` is 0 where events were left out for want of room.
CREATE TABLE tidegate.log_step (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service tidegate.label NOT NULL,
    revision tidegate.label NOT NULL,
    sequence text NOT NULL CONSTRAINT log_step_sequence_size CHECK (octet_length(sequence) BETWEEN 1 AND 64),
    steps bigint NOT NULL CHECK (steps >= 0),
    key text NOT NULL CONSTRAINT log_step_key_size CHECK (octet_length(key) <= 64),
    at timestamptz NOT NULL
);
CREATE INDEX log_step_time ON tidegate.log_step (service, revision, at);
CREATE INDEX log_step_age ON tidegate.log_step (at);

-- Keys of sequences (users, orders) are stored as digests under this, so that they cannot be guessed from a copy of the steps alone.
CREATE TABLE tidegate.log_salt (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    salt uuid NOT NULL
);
INSERT INTO tidegate.log_salt (salt) VALUES (gen_random_uuid());

-- Keeps up to three lines of each template; `samples` is an array of {template, line, at}. Those of unknown templates are left out.
CREATE FUNCTION tidegate.add_log_samples(service text, revision text, samples jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    item record;
BEGIN
    FOR item IN SELECT template, line, at FROM jsonb_to_recordset(samples) AS item(template text, line text, at timestamptz) ORDER BY template, at LOOP
        INSERT INTO log_sample (service, revision, template, slot, line, seen_at)
        SELECT add_log_samples.service, add_log_samples.revision, item.template, taken.count, item.line, item.at
        FROM (SELECT count(*) FROM log_sample AS old
            WHERE old.service = add_log_samples.service AND old.revision = add_log_samples.revision AND old.template = item.template) AS taken
        WHERE taken.count < 3
            AND EXISTS (SELECT FROM log_template AS known WHERE known.service = add_log_samples.service AND known.id = item.template)
        ON CONFLICT ON CONSTRAINT log_sample_pkey DO NOTHING;
    END LOOP;
END
$$;

-- Adds the events of one revision; `steps` is an array of {sequence, steps, key, at}.
CREATE FUNCTION tidegate.add_log_steps(service text, revision text, steps jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
    INSERT INTO log_step (service, revision, sequence, steps, key, at)
    SELECT add_log_steps.service, add_log_steps.revision, item.sequence, item.steps, item.key, item.at
    FROM ROWS FROM (jsonb_to_recordset(add_log_steps.steps) AS (sequence text, steps bigint, key text, at timestamptz))
        WITH ORDINALITY AS item(sequence, steps, key, at, place)
    ORDER BY item.place
$$;

CREATE FUNCTION tidegate.prune_log_evidence(older_than timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
    WITH steps AS (DELETE FROM log_step WHERE at < older_than RETURNING 1),
        samples AS (DELETE FROM log_sample WHERE seen_at < older_than RETURNING 1)
    SELECT (SELECT count(*) FROM steps) + (SELECT count(*) FROM samples)
$$;

GRANT SELECT ON tidegate.log_sample, tidegate.log_step TO tidegate_controller, tidegate_operator, tidegate_auditor;
-- Only who digests keys needs the salt.
GRANT SELECT ON tidegate.log_salt TO tidegate_operator;
REVOKE ALL ON FUNCTION tidegate.add_log_samples(text, text, jsonb), tidegate.add_log_steps(text, text, jsonb),
    tidegate.prune_log_evidence(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tidegate.add_log_samples(text, text, jsonb), tidegate.add_log_steps(text, text, jsonb) TO tidegate_operator;
GRANT EXECUTE ON FUNCTION tidegate.prune_log_evidence(timestamptz) TO tidegate_controller;
