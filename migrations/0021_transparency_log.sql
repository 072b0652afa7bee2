-- The history as a Merkle tree (RFC 9162): which controller numbers the entries, the tree as tiles, and its signed head.

-- What stands in the tree for an entry. The verifier hashes the entry itself; this only spares the sequencer its bytes.
ALTER TABLE tidegate.history_entry ADD COLUMN leaf_hash bytea NOT NULL
    GENERATED ALWAYS AS (sha256('\x00'::bytea || entry)) STORED;

-- The one log of this database. A term fences the controller that numbers entries, as with releases.
CREATE TABLE tidegate.log_head (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    -- The first line of every checkpoint, and the name of its keys.
    origin text NOT NULL,
    size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
    -- The signed head (C2SP tlog-checkpoint) over all of them. Older ones are kept outside, where the database's administrator is not.
    checkpoint text CONSTRAINT log_head_checkpoint_size CHECK (octet_length(checkpoint) <= 65536),
    sequencer text,
    term bigint NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO tidegate.log_head (origin) VALUES ('tidegate/' || gen_random_uuid());

CREATE FUNCTION tidegate.check_log_head() RETURNS trigger
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
BEGIN
    IF NEW.origin <> OLD.origin OR NEW.size < OLD.size OR NEW.term < OLD.term
        OR (NEW.sequencer IS DISTINCT FROM OLD.sequencer AND NEW.term = OLD.term) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG003', MESSAGE = 'the log only grows, under terms that only grow';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER only_grows BEFORE UPDATE ON tidegate.log_head FOR EACH ROW EXECUTE FUNCTION tidegate.check_log_head();
CREATE TRIGGER never_deleted BEFORE DELETE ON tidegate.log_head FOR EACH ROW EXECUTE FUNCTION tidegate.refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.log_head EXECUTE FUNCTION tidegate.refuse_change();

-- Up to 256 digests of one level (C2SP tlog-tiles); the last tile of a level grows until it is whole.
CREATE TABLE tidegate.log_tile (
    level integer NOT NULL CHECK (level BETWEEN 0 AND 7),
    index bigint NOT NULL CHECK (index >= 0),
    digests bytea NOT NULL CHECK (octet_length(digests) BETWEEN 32 AND 8192 AND octet_length(digests) % 32 = 0),
    PRIMARY KEY (level, index)
);
-- Digests do not compress.
ALTER TABLE tidegate.log_tile ALTER COLUMN digests SET STORAGE EXTERNAL;

CREATE FUNCTION tidegate.check_log_tile() RETURNS trigger
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
BEGIN
    IF (NEW.level, NEW.index) <> (OLD.level, OLD.index)
        OR substring(NEW.digests FOR octet_length(OLD.digests)) <> OLD.digests THEN
        RAISE EXCEPTION USING ERRCODE = 'TG003', MESSAGE = 'a tile only grows';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER only_grows BEFORE UPDATE ON tidegate.log_tile FOR EACH ROW EXECUTE FUNCTION tidegate.check_log_tile();
CREATE TRIGGER never_deleted BEFORE DELETE ON tidegate.log_tile FOR EACH ROW EXECUTE FUNCTION tidegate.refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON tidegate.log_tile EXECUTE FUNCTION tidegate.refuse_change();

-- The public keys that heads are signed with. A new one is an entry of the log that the older ones sign.
CREATE TABLE tidegate.log_key (
    verifier_key text PRIMARY KEY CONSTRAINT log_key_size CHECK (octet_length(verifier_key) <= 1024),
    added_by text NOT NULL CHECK (added_by <> ''),
    added_at timestamptz NOT NULL DEFAULT now()
);
CALL tidegate.make_append_only('tidegate.log_key');
CALL tidegate.make_recorded('tidegate.log_key');

-- Where heads were put outside of the database, and how the last attempt went.
CREATE TABLE tidegate.log_anchor (
    place text PRIMARY KEY CHECK (octet_length(place) <= 2048),
    size bigint NOT NULL,
    anchored_at timestamptz NOT NULL,
    problem text
);

-- Makes a controller the sequencer where no other is, or renews it; nothing where another one is.
CREATE FUNCTION tidegate.lease_log(by_controller text, ttl interval) RETURNS TABLE (term bigint, size bigint, origin text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF ttl NOT BETWEEN interval '100 milliseconds' AND interval '1 hour' THEN
        RAISE EXCEPTION USING ERRCODE = 'TG010', MESSAGE = 'the log is leased for 100 ms to 1 h';
    END IF;
    RETURN QUERY
        UPDATE log_head SET
            term = CASE WHEN sequencer = by_controller AND expires_at > clock_timestamp() THEN log_head.term ELSE log_head.term + 1 END,
            sequencer = by_controller, expires_at = clock_timestamp() + ttl
        WHERE sequencer IS NOT DISTINCT FROM by_controller OR expires_at <= clock_timestamp()
        RETURNING log_head.term, log_head.size, log_head.origin;
END
$$;

-- Gives entries the next leaf indexes, in the order of `ids`, and stores the tiles and the signed head that follow.
-- `tiles` is an array of {level, index, digests (hexadecimal)}.
CREATE FUNCTION tidegate.append_leaves(by_controller text, under_term bigint, at_size bigint, ids bigint[], tiles jsonb, signed_head text)
    RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    head log_head;
    numbered bigint;
BEGIN
    IF cardinality(ids) NOT BETWEEN 1 AND 10000 OR jsonb_array_length(tiles) > 1000 THEN
        RAISE EXCEPTION USING ERRCODE = 'TG011', MESSAGE = 'a batch has 1 to 10000 entries';
    END IF;
    SELECT * INTO head FROM log_head FOR UPDATE;
    IF head.sequencer IS DISTINCT FROM by_controller OR head.term <> under_term OR head.expires_at <= clock_timestamp() THEN
        RAISE EXCEPTION USING ERRCODE = 'TG001',
            MESSAGE = format('controller %s no longer numbers the history: term %s was its own, the present term is %s', by_controller,
                under_term, head.term);
    END IF;
    IF head.size <> at_size THEN
        RAISE EXCEPTION USING ERRCODE = 'TG004', MESSAGE = format('the log has %s entries, not %s', head.size, at_size);
    END IF;
    UPDATE history_entry SET leaf_index = at_size + place - 1
    FROM unnest(ids) WITH ORDINALITY AS batch(id, place) WHERE history_entry.id = batch.id AND leaf_index IS NULL;
    GET DIAGNOSTICS numbered = ROW_COUNT;
    IF numbered <> cardinality(ids) THEN
        RAISE EXCEPTION USING ERRCODE = 'TG004', MESSAGE = 'an entry of the batch is not there, or has its number already';
    END IF;
    INSERT INTO log_tile AS old (level, index, digests)
    SELECT item.level, item.index, decode(item.digests, 'hex')
    FROM jsonb_to_recordset(tiles) AS item(level integer, index bigint, digests text)
    ON CONFLICT (level, index) DO UPDATE SET digests = excluded.digests;
    UPDATE log_head SET size = at_size + numbered, checkpoint = signed_head;
    RETURN at_size + numbered;
END
$$;

-- Makes a public key known; an entry tells of it. One that is known already is nothing.
CREATE FUNCTION tidegate.add_log_key(new_key text, by_controller text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    known jsonb;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('tidegate.log_key'));
    IF EXISTS (SELECT FROM log_key WHERE verifier_key = new_key) THEN
        RETURN false;
    END IF;
    SELECT coalesce(jsonb_agg(verifier_key ORDER BY added_at, verifier_key), '[]') INTO known FROM log_key;
    INSERT INTO log_key (verifier_key, added_by) VALUES (new_key, by_controller);
    PERFORM record_history('logKey', NULL, NULL, jsonb_build_object('action', 'added', 'key', new_key, 'known', known,
        'controller', by_controller));
    RETURN true;
END
$$;

CREATE FUNCTION tidegate.record_anchor(at_place text, of_size bigint, trouble text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
    INSERT INTO log_anchor (place, size, anchored_at, problem) VALUES (at_place, of_size, clock_timestamp(), trouble)
    ON CONFLICT (place) DO UPDATE SET anchored_at = excluded.anchored_at, problem = excluded.problem,
        size = CASE WHEN excluded.problem IS NULL THEN excluded.size ELSE log_anchor.size END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tidegate FROM PUBLIC;
GRANT SELECT ON tidegate.log_head, tidegate.log_tile, tidegate.log_key, tidegate.log_anchor
    TO tidegate_controller, tidegate_operator, tidegate_auditor;
GRANT EXECUTE ON FUNCTION
    tidegate.lease_log(text, interval),
    tidegate.append_leaves(text, bigint, bigint, bigint[], jsonb, text),
    tidegate.add_log_key(text, text),
    tidegate.record_anchor(text, bigint, text)
    TO tidegate_controller;
