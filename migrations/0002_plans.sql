-- What releases are made from: targets with their nodes, services and revisions; policies; plugins; and who may call.

CREATE TABLE tidegate.target (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name tidegate.label NOT NULL UNIQUE,
    plugin tidegate.label NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tidegate.target_node (
    target bigint NOT NULL REFERENCES tidegate.target,
    name tidegate.label NOT NULL,
    position integer NOT NULL,
    configuration tidegate.document NOT NULL,
    PRIMARY KEY (target, name)
);

CREATE TABLE tidegate.target_service (
    target bigint NOT NULL REFERENCES tidegate.target,
    name tidegate.label NOT NULL,
    position integer NOT NULL,
    -- The revision that everybody gets while no release is under way. A promotion sets it.
    stable tidegate.label NOT NULL,
    stable_since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (target, name)
);

CREATE TABLE tidegate.target_revision (
    target bigint NOT NULL,
    service tidegate.label NOT NULL,
    name tidegate.label NOT NULL,
    position integer NOT NULL,
    -- host:port of each server that runs the revision.
    servers text[] NOT NULL,
    PRIMARY KEY (target, service, name),
    FOREIGN KEY (target, service) REFERENCES tidegate.target_service (target, name) DEFERRABLE INITIALLY DEFERRED
);

-- The stable revision is one of the service's revisions.
ALTER TABLE tidegate.target_service ADD CONSTRAINT target_service_stable_fkey
    FOREIGN KEY (target, name, stable) REFERENCES tidegate.target_revision (target, service, name) DEFERRABLE INITIALLY DEFERRED;

-- Versions of a policy never change; a release names one for ever. Going back to an earlier text makes a new version.
CREATE TABLE tidegate.policy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name tidegate.label NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    -- The text as a person wrote it, comments included.
    source text NOT NULL CONSTRAINT policy_source_size CHECK (octet_length(source) <= 1048576),
    -- Canonical JSON of the policy as it was understood.
    canonical tidegate.document NOT NULL CONSTRAINT policy_canonical_size CHECK (octet_length(canonical) <= 1048576),
    digest bytea NOT NULL CHECK (digest = sha256(convert_to(canonical, 'UTF8'))),
    actor text NOT NULL CHECK (actor <> ''),
    means text NOT NULL CHECK (means <> ''),
    on_behalf_of text,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (name, version)
);
CREATE INDEX policy_digest ON tidegate.policy (digest);
CALL tidegate.make_append_only('tidegate.policy');

-- The files that may be loaded, each known by the digest of its bytes. At most one pin of a name is in force.
CREATE TABLE tidegate.plugin (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name tidegate.label NOT NULL,
    version text NOT NULL,
    kind text NOT NULL,
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    -- Trusted plugins may run in-process, where nothing isolates them.
    trusted boolean NOT NULL,
    pinned_by text NOT NULL CHECK (pinned_by <> ''),
    means text NOT NULL CHECK (means <> ''),
    on_behalf_of text,
    reason text NOT NULL,
    pinned_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz
);
CREATE UNIQUE INDEX plugin_in_force ON tidegate.plugin (name) WHERE withdrawn_at IS NULL;

-- Who may call the API. Only a digest of the secret is kept; `key` is the public part by which it is found.
CREATE TABLE tidegate.token (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name tidegate.label NOT NULL,
    role text NOT NULL CHECK (role IN ('operator', 'auditor', 'intake', 'admin')),
    key text NOT NULL UNIQUE CHECK (key ~ '^[0-9a-f]{16}$'),
    secret_sha256 bytea NOT NULL CHECK (octet_length(secret_sha256) = 32),
    created_by text NOT NULL CHECK (created_by <> ''),
    means text NOT NULL CHECK (means <> ''),
    on_behalf_of text,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    revoked_by text,
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
CREATE UNIQUE INDEX token_in_force ON tidegate.token (name) WHERE revoked_at IS NULL;
