-- Templates that became one when they were generalised, and counts that collectors took near the source.

-- What was counted under an alias before it became one stays; what comes after is counted under the template. So a window that was
-- read once reads the same later, and collectors need not agree on which of several templates is the one.
CREATE TABLE tidegate.log_template_alias (
    service tidegate.label NOT NULL,
    alias text NOT NULL,
    -- Never an alias itself.
    template text NOT NULL,
    PRIMARY KEY (service, alias),
    FOREIGN KEY (service, template) REFERENCES tidegate.log_template (service, id),
    CHECK (alias <> template)
);
CREATE INDEX log_template_alias_template ON tidegate.log_template_alias (service, template);

-- The number of the last push of each collector, so that one that is sent twice is counted once.
CREATE TABLE tidegate.log_collector (
    service tidegate.label NOT NULL,
    id text NOT NULL CHECK (octet_length(id) BETWEEN 8 AND 64),
    last bigint NOT NULL,
    seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (service, id)
);
CREATE INDEX log_collector_seen ON tidegate.log_collector (seen);

-- Adds the counts of one instance. `counts` is an array of {template, text, severity, exceptionClass, count, windowStart}.
CREATE OR REPLACE FUNCTION tidegate.add_log_counts(service text, revision text, instance text, counts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    INSERT INTO log_template (service, id, text, severity, exception_class, first_seen)
    SELECT DISTINCT ON (item.template) add_log_counts.service, item.template, item.text, item.severity, item."exceptionClass",
        item."windowStart"
    FROM jsonb_to_recordset(counts) AS item(template text, text text, severity text, "exceptionClass" text, "windowStart" timestamptz)
    ORDER BY item.template, item."windowStart"
    ON CONFLICT ON CONSTRAINT log_template_pkey DO NOTHING;

    INSERT INTO log_count AS old (service, revision, window_start, instance, template, count)
    SELECT add_log_counts.service, add_log_counts.revision, date_bin('10 seconds', item."windowStart", 'epoch'), add_log_counts.instance,
        coalesce(known.template, item.template), sum(item.count)
    FROM jsonb_to_recordset(counts) AS item(template text, count bigint, "windowStart" timestamptz)
    LEFT JOIN log_template_alias AS known ON known.service = add_log_counts.service AND known.alias = item.template
    GROUP BY date_bin('10 seconds', item."windowStart", 'epoch'), coalesce(known.template, item.template)
    ORDER BY 3, 5
    ON CONFLICT ON CONSTRAINT log_count_pkey DO UPDATE SET count = old.count + excluded.count;
END
$$;

-- Says which templates are one. `aliases` is an array of {alias, template, text}, with the text of both together. Of two templates the
-- one that was seen first goes on, whichever of them is called the alias; one that was never counted is left alone.
CREATE FUNCTION tidegate.merge_log_templates(service text, aliases jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    item record;
    winner text;
    loser text;
BEGIN
    -- One at a time for a service: two merges that meet would each see half of the other.
    PERFORM pg_advisory_xact_lock(hashtextextended('log_template ' || service, 0));
    FOR item IN SELECT * FROM jsonb_to_recordset(aliases) AS given(alias text, template text, text text) LOOP
        winner := NULL;
        loser := NULL;
        SELECT found.id INTO winner FROM (
            SELECT coalesce(known.template, wanted.id) AS id
            FROM (VALUES (item.alias), (item.template)) AS wanted(id)
            LEFT JOIN log_template_alias AS known ON known.service = merge_log_templates.service AND known.alias = wanted.id
        ) AS found
        JOIN log_template AS standing ON standing.service = merge_log_templates.service AND standing.id = found.id
        ORDER BY standing.first_seen, standing.id COLLATE "C" LIMIT 1;
        CONTINUE WHEN winner IS NULL;
        UPDATE log_template SET text = item.text
        WHERE log_template.service = merge_log_templates.service AND log_template.id = winner AND log_template.text <> item.text;
        FOR loser IN
            SELECT DISTINCT coalesce(known.template, wanted.id)
            FROM (VALUES (item.alias), (item.template)) AS wanted(id)
            LEFT JOIN log_template_alias AS known ON known.service = merge_log_templates.service AND known.alias = wanted.id
        LOOP
            CONTINUE WHEN loser = winner;
            UPDATE log_template_alias SET template = winner
            WHERE log_template_alias.service = merge_log_templates.service AND log_template_alias.template = loser;
            INSERT INTO log_template_alias (service, alias, template) VALUES (merge_log_templates.service, loser, winner)
            ON CONFLICT ON CONSTRAINT log_template_alias_pkey DO UPDATE SET template = excluded.template;
        END LOOP;
    END LOOP;
END
$$;

-- Takes one push of a collector: its counts and its aliases, once however often it is sent. True when it is new.
CREATE FUNCTION tidegate.add_collected_logs(
    service text, revision text, instance text, collector text, number bigint, counts jsonb, aliases jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = tidegate, pg_temp AS $$
#variable_conflict use_variable
BEGIN
    DELETE FROM log_collector WHERE seen < clock_timestamp() - interval '1 day';
    INSERT INTO log_collector AS old (service, id, last) VALUES (service, collector, number)
    ON CONFLICT ON CONSTRAINT log_collector_pkey DO UPDATE SET last = excluded.last, seen = clock_timestamp()
    WHERE old.last < excluded.last;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM add_log_counts(service, revision, instance, counts);
    PERFORM merge_log_templates(service, aliases);
    RETURN true;
END
$$;

GRANT SELECT ON tidegate.log_template_alias, tidegate.log_collector TO tidegate_controller, tidegate_operator, tidegate_auditor;
REVOKE ALL ON FUNCTION tidegate.merge_log_templates(text, jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION tidegate.add_collected_logs(text, text, text, text, bigint, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tidegate.merge_log_templates(text, jsonb),
    tidegate.add_collected_logs(text, text, text, text, bigint, jsonb, jsonb) TO tidegate_operator;
