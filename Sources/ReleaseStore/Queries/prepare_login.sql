-- The login role of the program: it is the controller and the operator, never the owner.
DO $$
DECLARE
    login text := current_setting('tidegate.login');
    wanted text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
        BEGIN
            EXECUTE format('CREATE ROLE %I LOGIN', login);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END IF;
    FOREACH wanted IN ARRAY ARRAY['tidegate_controller', 'tidegate_operator'] LOOP
        CONTINUE WHEN pg_has_role(login, wanted, 'MEMBER');
        BEGIN
            EXECUTE format('GRANT %I TO %I', wanted, login);
        EXCEPTION WHEN unique_violation THEN
            NULL;
        END;
    END LOOP;
END
$$;
