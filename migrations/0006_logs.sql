-- What the log intake keeps: templates, and how often each was seen in ten seconds. No lines.

CREATE TABLE tidegate.log_template (
    service tidegate.label NOT NULL,
    -- Digest of the skeleton that the template was born with.
    id text NOT NULL CHECK (id <> ''),
    text text NOT NULL CONSTRAINT log_template_size CHECK (octet_length(text) <= 16384),
    severity text NOT NULL CHECK (severity IN ('trace', 'debug', 'info', 'warn', 'error', 'fatal')),
    exception_class text,
    first_seen timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (service, id)
);

CREATE TABLE tidegate.log_count (
    service tidegate.label NOT NULL,
    revision tidegate.label NOT NULL,
    window_start timestamptz NOT NULL CHECK (window_start = date_bin('10 seconds', window_start, 'epoch')),
    instance text NOT NULL CONSTRAINT log_count_instance_size CHECK (octet_length(instance) <= 256),
    template text NOT NULL,
    count bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (service, revision, window_start, instance, template),
    FOREIGN KEY (service, template) REFERENCES tidegate.log_template (service, id)
);
CREATE INDEX log_count_window ON tidegate.log_count (window_start);

-- Adds the counts of one instance. `counts` is an array of {template, text, severity, exceptionClass, count, windowStart}.
CREATE FUNCTION tidegate.add_log_counts(service text, revision text, instance text, counts jsonb) RETURNS void
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
        item.template, sum(item.count)
    FROM jsonb_to_recordset(counts) AS item(template text, count bigint, "windowStart" timestamptz)
    GROUP BY date_bin('10 seconds', item."windowStart", 'epoch'), item.template
    ORDER BY 3, 5
    ON CONFLICT ON CONSTRAINT log_count_pkey DO UPDATE SET count = old.count + excluded.count;
END
$$;
