-- A newer release takes the place of an older one by sending it to weight 0. One that declared an irreversible change is not taken back
-- in passing: who wants that aborts it, by name.
CREATE FUNCTION tidegate.refuse_superseding_irreversible() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
DECLARE
    older text;
BEGIN
    SELECT release.ref INTO older
    FROM irreversible_release JOIN release ON release.id = irreversible_release.release
        JOIN release_state ON release_state.release = release.id
    WHERE irreversible_release.release = NEW.release AND release_state.state <> 'pending';
    IF older IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'TG004',
            MESSAGE = format('release %s declares an irreversible change and is under way; a newer one would take its users back first', older),
            HINT = format('let it come to its end and start again, or abort %s yourself', older);
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION tidegate.refuse_superseding_irreversible() FROM PUBLIC;
CREATE TRIGGER irreversible_stays BEFORE INSERT ON tidegate.command
FOR EACH ROW WHEN (NEW.kind = 'supersede') EXECUTE FUNCTION tidegate.refuse_superseding_irreversible();
