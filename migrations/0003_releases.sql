-- Releases: who started them and why, their arms, where they stand, and what people ask of them.

-- The running number of each service's releases.
CREATE TABLE tidegate.release_counter (
    service tidegate.label PRIMARY KEY,
    last bigint NOT NULL
);

-- What never changes about a release.
CREATE TABLE tidegate.release (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- service-number: what people call it.
    ref text NOT NULL UNIQUE,
    service tidegate.label NOT NULL,
    number bigint NOT NULL,
    target bigint NOT NULL REFERENCES tidegate.target,
    policy bigint NOT NULL REFERENCES tidegate.policy,
    -- Salt of the sticky bucket. A retry has its parent's, so that nobody changes sides.
    salt text NOT NULL CHECK (salt <> ''),
    -- The release that this one tries again.
    parent bigint REFERENCES tidegate.release,
    -- What started it, as the caller stated it.
    ticket text,
    build_url text,
    commit_id text,
    artifact_digest text,
    trace_id text,
    actor text NOT NULL CHECK (actor <> ''),
    means text NOT NULL CHECK (means <> ''),
    on_behalf_of text,
    reason text NOT NULL CONSTRAINT release_reason_size CHECK (octet_length(reason) <= 8192),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (service, number),
    UNIQUE (id, target, service)
);
CALL tidegate.make_append_only('tidegate.release');

-- The branches of a release, with the shares that are declared now.
CREATE TABLE tidegate.arm (
    release bigint NOT NULL REFERENCES tidegate.release,
    name tidegate.label NOT NULL,
    revision tidegate.label NOT NULL,
    weight tidegate.basis_points NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (release, name),
    UNIQUE (release, position)
);

CREATE FUNCTION tidegate.check_arm_sum() RETURNS trigger
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
DECLARE
    total bigint;
BEGIN
    SELECT sum(weight) INTO total FROM arm WHERE release = coalesce(NEW.release, OLD.release);
    IF total IS DISTINCT FROM 10000 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG007',
            MESSAGE = format('the weights of a release sum to 10000 basis points, not %s', coalesce(total, 0));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER arms_sum AFTER INSERT OR UPDATE OR DELETE ON tidegate.arm
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tidegate.check_arm_sum();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.arm EXECUTE FUNCTION tidegate.refuse_change();

-- The edges that a release may move along: the same table as RolloutEngine's TransitionTable.
CREATE TABLE tidegate.legal_transition (
    from_state text NOT NULL,
    to_state text NOT NULL,
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO tidegate.legal_transition (from_state, to_state)
SELECT from_state, unnest(to_states)
FROM (VALUES
    ('pending', ARRAY['progressing', 'awaitingApproval', 'paused', 'aborted', 'superseded']),
    ('progressing', ARRAY['paused', 'awaitingApproval', 'baking', 'rollingBack', 'aborting', 'superseding']),
    ('paused', ARRAY['progressing', 'awaitingApproval', 'baking', 'rollingBack', 'aborting', 'superseding']),
    ('awaitingApproval', ARRAY['progressing', 'paused', 'baking', 'rollingBack', 'aborting', 'superseding']),
    ('baking', ARRAY['paused', 'promoted', 'rollingBack', 'aborting', 'superseding']),
    ('rollingBack', ARRAY['rolledBack']),
    ('aborting', ARRAY['aborted']),
    ('superseding', ARRAY['superseded'])
) AS edges(from_state, to_states);
CALL tidegate.make_append_only('tidegate.legal_transition');

CREATE FUNCTION tidegate.is_final(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT state IN ('promoted', 'rolledBack', 'aborted', 'superseded') $$;

-- True while a release holds the place: it may have put weights on the target.
CREATE FUNCTION tidegate.is_active(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT state NOT IN ('pending', 'promoted', 'rolledBack', 'aborted', 'superseded') $$;

-- Where a release stands.
CREATE TABLE tidegate.release_state (
    release bigint PRIMARY KEY,
    target bigint NOT NULL,
    service tidegate.label NOT NULL,
    state text NOT NULL CHECK (state IN (
        'pending', 'progressing', 'paused', 'awaitingApproval', 'baking', 'rollingBack', 'aborting', 'superseding',
        'promoted', 'rolledBack', 'aborted', 'superseded')),
    -- Grows by one with every commit; who commits says which one was read.
    version bigint NOT NULL DEFAULT 0,
    -- What the engine remembers between two events.
    engine_state tidegate.document CONSTRAINT release_state_engine_state_size CHECK (octet_length(engine_state) <= 1048576),
    -- Grows with every change of the declared weights; names what a node runs.
    generation bigint NOT NULL DEFAULT 0,
    stage integer,
    last_window_end timestamptz,
    -- When the engine wants to be asked again; null means not before something happens.
    engine_due_at timestamptz,
    -- The earliest of engine_due_at, unfinished effects and waiting commands.
    due_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    FOREIGN KEY (release, target, service) REFERENCES tidegate.release (id, target, service)
);
-- At most one release holds a service on a target.
CREATE UNIQUE INDEX release_state_active ON tidegate.release_state (target, service) WHERE tidegate.is_active(state);
CREATE INDEX release_state_unfinished ON tidegate.release_state (target, service) WHERE NOT tidegate.is_final(state);
CREATE INDEX release_state_due ON tidegate.release_state (due_at) WHERE due_at IS NOT NULL;

CREATE FUNCTION tidegate.check_release_state() RETURNS trigger
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
DECLARE
    next_states text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' OR NEW.version <> 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'TG002', MESSAGE = 'a release begins as pending, at version 0';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.release, NEW.target, NEW.service) IS DISTINCT FROM (OLD.release, OLD.target, OLD.service) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG003', MESSAGE = 'the release, target and service of a state never change';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (SELECT FROM legal_transition WHERE from_state = OLD.state AND to_state = NEW.state) THEN
        SELECT string_agg(to_state, ', ' ORDER BY to_state) INTO next_states FROM legal_transition WHERE from_state = OLD.state;
        RAISE EXCEPTION USING ERRCODE = 'TG002',
            MESSAGE = format('a release that is %s cannot become %s', OLD.state, NEW.state),
            HINT = CASE WHEN next_states IS NULL THEN format('%s is final', OLD.state) ELSE 'it can become ' || next_states END;
    END IF;
    IF NEW.version < OLD.version OR NEW.generation < OLD.generation OR NEW.last_window_end < OLD.last_window_end THEN
        RAISE EXCEPTION USING ERRCODE = 'TG004', MESSAGE = 'version, generation and window of a release never go back';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER legal BEFORE INSERT OR UPDATE ON tidegate.release_state FOR EACH ROW EXECUTE FUNCTION tidegate.check_release_state();
CREATE TRIGGER never_deleted BEFORE DELETE ON tidegate.release_state FOR EACH ROW EXECUTE FUNCTION tidegate.refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.release_state EXECUTE FUNCTION tidegate.refuse_change();

-- What people, pipelines and newer releases ask of a release. Stored first, acted on by the controller.
CREATE TABLE tidegate.command (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    release bigint NOT NULL REFERENCES tidegate.release,
    kind text NOT NULL CHECK (kind <> ''),
    -- The newer release that asks for the place (kind 'supersede').
    by_release bigint REFERENCES tidegate.release,
    actor text NOT NULL CHECK (actor <> ''),
    means text NOT NULL CHECK (means <> ''),
    on_behalf_of text,
    reason text NOT NULL CONSTRAINT command_reason_size CHECK (octet_length(reason) <= 8192),
    created_at timestamptz NOT NULL DEFAULT now(),
    consumed_at timestamptz,
    -- The decision that answered it.
    consumed_by bigint
);
CREATE INDEX command_waiting ON tidegate.command (release, id) WHERE consumed_at IS NULL;

CREATE FUNCTION tidegate.check_command() RETURNS trigger
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
BEGIN
    IF OLD.consumed_at IS NOT NULL
        OR to_jsonb(NEW) - 'consumed_at' - 'consumed_by' IS DISTINCT FROM to_jsonb(OLD) - 'consumed_at' - 'consumed_by'
    THEN
        RAISE EXCEPTION USING ERRCODE = 'TG003', MESSAGE = 'a command can only be marked as consumed, once';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER consumed_once BEFORE UPDATE ON tidegate.command FOR EACH ROW EXECUTE FUNCTION tidegate.check_command();
CREATE TRIGGER never_deleted BEFORE DELETE ON tidegate.command FOR EACH ROW EXECUTE FUNCTION tidegate.refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.command EXECUTE FUNCTION tidegate.refuse_change();
