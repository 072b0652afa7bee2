-- What controllers work with: leases, polls, rolling state, and the outbox.

CREATE TABLE tidegate.controller (
    id text PRIMARY KEY CHECK (id <> ''),
    host text NOT NULL,
    pid bigint NOT NULL,
    version text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
);

-- Who steps a release. The term grows whenever the lease is taken and never shrinks; the database's clock says when it is over.
CREATE TABLE tidegate.lease (
    release bigint PRIMARY KEY REFERENCES tidegate.release,
    controller text REFERENCES tidegate.controller,
    term bigint NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL DEFAULT '-infinity'
);

CREATE FUNCTION tidegate.check_lease() RETURNS trigger
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
BEGIN
    IF NEW.release <> OLD.release OR NEW.term < OLD.term OR (NEW.controller IS DISTINCT FROM OLD.controller AND NEW.term = OLD.term) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG001', MESSAGE = 'the term of a lease grows with every holder and never goes back';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER growing_term BEFORE UPDATE ON tidegate.lease FOR EACH ROW EXECUTE FUNCTION tidegate.check_lease();
CREATE TRIGGER never_deleted BEFORE DELETE ON tidegate.lease FOR EACH ROW EXECUTE FUNCTION tidegate.refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.lease EXECUTE FUNCTION tidegate.refuse_change();

-- One row for each window of a release that was looked at. A window is recorded once.
CREATE TABLE tidegate.poll (
    release bigint NOT NULL REFERENCES tidegate.release,
    window_end timestamptz NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    verdict text,
    -- The evaluation in short, for those who watch.
    outcome tidegate.document NOT NULL CONSTRAINT poll_outcome_size CHECK (octet_length(outcome) <= 65536),
    PRIMARY KEY (release, window_end)
);
CREATE INDEX poll_at ON tidegate.poll (at);

-- What a plugin wants handed back at the next window, with the version of the plugin that wrote it.
CREATE TABLE tidegate.rolling_state (
    release bigint NOT NULL REFERENCES tidegate.release,
    plugin tidegate.label NOT NULL,
    version text NOT NULL,
    state tidegate.document NOT NULL CONSTRAINT rolling_state_size CHECK (octet_length(state) <= 1048576),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (release, plugin)
);

-- What is to be done outside the database. Written with the decision; done at least once; its key makes it one effect.
CREATE TABLE tidegate.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    release bigint NOT NULL REFERENCES tidegate.release,
    decision bigint REFERENCES tidegate.decision,
    kind text NOT NULL CHECK (kind <> ''),
    key text NOT NULL CHECK (key <> ''),
    payload tidegate.document NOT NULL CONSTRAINT outbox_payload_size CHECK (octet_length(payload) <= 1048576),
    -- The term under which it was asked for, and after that under which it was last claimed.
    lease_term bigint NOT NULL,
    -- dropped: a later effect took its place before it was done.
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'done', 'failed', 'dropped')),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    outcome tidegate.document CONSTRAINT outbox_outcome_size CHECK (octet_length(outcome) <= 65536),
    created_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    UNIQUE (release, kind, key),
    CHECK ((state IN ('pending', 'running')) = (next_attempt_at IS NOT NULL)),
    CHECK ((state IN ('pending', 'running')) = (done_at IS NULL))
);
CREATE INDEX outbox_unfinished ON tidegate.outbox (release, id) WHERE done_at IS NULL;

CREATE FUNCTION tidegate.check_outbox() RETURNS trigger
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.release, NEW.decision, NEW.kind, NEW.key, NEW.payload::text, NEW.created_at)
            IS DISTINCT FROM (OLD.id, OLD.release, OLD.decision, OLD.kind, OLD.key, OLD.payload::text, OLD.created_at)
        OR OLD.done_at IS NOT NULL OR NEW.lease_term < OLD.lease_term OR NEW.attempts < OLD.attempts
    THEN
        RAISE EXCEPTION USING ERRCODE = 'TG003', MESSAGE = 'of an effect only the progress changes, and nothing once it is finished';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER progress_only BEFORE UPDATE ON tidegate.outbox FOR EACH ROW EXECUTE FUNCTION tidegate.check_outbox();
CREATE TRIGGER never_deleted BEFORE DELETE ON tidegate.outbox FOR EACH ROW EXECUTE FUNCTION tidegate.refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.outbox EXECUTE FUNCTION tidegate.refuse_change();

-- What came of each attempt.
CREATE TABLE tidegate.effect_outcome (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    effect bigint NOT NULL REFERENCES tidegate.outbox,
    attempt integer NOT NULL,
    result text NOT NULL CHECK (result IN ('done', 'retry', 'failed', 'dropped')),
    outcome tidegate.document NOT NULL CONSTRAINT effect_outcome_size CHECK (octet_length(outcome) <= 65536),
    controller text NOT NULL,
    lease_term bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX effect_outcome_effect ON tidegate.effect_outcome (effect, id);
CALL tidegate.make_append_only('tidegate.effect_outcome');
