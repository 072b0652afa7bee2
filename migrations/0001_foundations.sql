-- What every later table rests on: names, times, canonical JSON, and the refusals.
--
-- Every migration runs as tidegate_owner, once, in a transaction. Roles, the schema and the table of migrations are made beforehand
-- (Sources/ReleaseStore/Queries/prepare.sql). Objects belong to tidegate_owner; everybody else writes only through SECURITY DEFINER
-- functions.
--
-- Error codes (SQLSTATE) that functions and triggers raise:
--   TG001  the lease is over, or its term is not the present one       TG007  the parts of a commit do not agree
--   TG002  illegal transition of a release                             TG008  there is nothing by that name
--   TG003  the row can only be inserted                                TG009  it cannot be done in the present state
--   TG004  the release has moved on since it was read                  TG010  the input is not what it should be
--   TG005  the window was recorded already                             TG011  a limit is exceeded
--   TG006  another release of the service is active on the target

-- A name that an operator gives; the same rule as ReleaseModel's Name.
CREATE DOMAIN tidegate.label AS text CHECK (VALUE ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$');

-- A share of traffic in hundredths of a percent.
CREATE DOMAIN tidegate.basis_points AS integer CHECK (VALUE BETWEEN 0 AND 10000);

-- A JSON document as text. Text, not jsonb: it is kept byte for byte, and may hold what jsonb refuses (an escaped NUL).
CREATE DOMAIN tidegate.document AS text CHECK (VALUE IS NULL OR VALUE::json IS NOT NULL);

-- For tables whose rows can only be inserted. Row level for UPDATE and DELETE, statement level for TRUNCATE.
CREATE FUNCTION tidegate.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'TG003', MESSAGE = format('%s of %I is refused: its rows can only be inserted', TG_OP, TG_TABLE_NAME);
END
$$;

-- Puts the two triggers of an append-only table in place.
CREATE PROCEDURE tidegate.make_append_only(name regclass)
LANGUAGE plpgsql SET search_path = tidegate, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION tidegate.refuse_change()', name);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %s EXECUTE FUNCTION tidegate.refuse_change()', name);
END
$$;

-- A time as evidence and history write it: RFC 3339 in UTC with six decimals.
CREATE FUNCTION tidegate.rfc3339(moment timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- RFC 8785 for objects, arrays, texts, booleans and integers of at most 2^53. Member names must be ASCII (they are ours), so that the order
-- of bytes is the order of UTF-16 code units.
CREATE FUNCTION tidegate.canonical(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = tidegate, pg_temp AS $$
DECLARE
    number numeric;
BEGIN
    CASE jsonb_typeof(value)
        WHEN 'object' THEN
            RETURN '{' || coalesce((
                SELECT string_agg(to_json(key)::text || ':' || tidegate.canonical(member), ',' ORDER BY key COLLATE "C")
                FROM jsonb_each(value) AS members(key, member)), '') || '}';
        WHEN 'array' THEN
            RETURN '[' || coalesce((
                SELECT string_agg(tidegate.canonical(element), ',' ORDER BY place)
                FROM jsonb_array_elements(value) WITH ORDINALITY AS elements(element, place)), '') || ']';
        WHEN 'number' THEN
            number := value::text::numeric;
            IF number <> trunc(number) OR abs(number) > 9007199254740992 THEN
                RAISE EXCEPTION USING ERRCODE = 'TG010',
                    MESSAGE = 'history entries hold only integers of at most 2^53; write ' || number || ' as a text';
            END IF;
            RETURN trunc(number)::text;
        ELSE
            RETURN value::text;
    END CASE;
END
$$;
