-- What readers ask for most.

-- A release with everything that is said about it now.
CREATE VIEW tidegate.release_overview AS
SELECT
    release.id, release.ref, release.service, release.number, target.name AS target, policy.name AS policy,
    policy.version AS policy_version,
    encode(policy.digest, 'hex') AS policy_digest, release.salt, parent.ref AS parent, release.ticket, release.build_url, release.commit_id,
    release.artifact_digest, release.trace_id, release.actor, release.means, release.on_behalf_of, release.reason, release.created_at,
    standing.state, standing.version, standing.engine_state, standing.generation, standing.stage, standing.last_window_end, standing.due_at,
    standing.updated_at, standing.ended_at,
    (
        SELECT json_agg(json_build_object('name', arm.name, 'revision', arm.revision, 'weight', arm.weight) ORDER BY arm.position)
        FROM tidegate.arm WHERE arm.release = release.id
    ) AS arms,
    (
        SELECT json_agg(json_build_object(
            'id', command.id, 'kind', command.kind, 'actor', command.actor, 'means', command.means, 'onBehalfOf', command.on_behalf_of,
            'reason', command.reason, 'at', tidegate.rfc3339(command.created_at), 'by', newer.ref) ORDER BY command.id)
        FROM tidegate.command LEFT JOIN tidegate.release AS newer ON newer.id = command.by_release
        WHERE command.release = release.id AND command.consumed_at IS NULL
    ) AS waiting_commands,
    -- The release that a pending one waits for.
    CASE WHEN standing.state = 'pending' THEN (
        SELECT other.ref FROM tidegate.release_state AS holder JOIN tidegate.release AS other ON other.id = holder.release
        WHERE holder.target = standing.target AND holder.service = standing.service AND tidegate.is_active(holder.state)
    ) END AS blocked_by,
    lease.controller AS lease_controller, lease.term AS lease_term, lease.expires_at AS lease_expires_at,
    lease.expires_at > clock_timestamp() AS is_leased
FROM tidegate.release
JOIN tidegate.release_state AS standing ON standing.release = release.id
JOIN tidegate.target ON target.id = release.target
JOIN tidegate.policy ON policy.id = release.policy
JOIN tidegate.lease ON lease.release = release.id
LEFT JOIN tidegate.release AS parent ON parent.id = release.parent;

-- Targets with their nodes and services, as ReleaseModel codes them (a node's configuration as text).
CREATE VIEW tidegate.target_overview AS
SELECT target.id, target.name, target.plugin, target.updated_at,
    coalesce((
        SELECT json_agg(json_build_object('name', node.name, 'configuration', node.configuration) ORDER BY node.position)
        FROM tidegate.target_node AS node WHERE node.target = target.id
    ), '[]') AS nodes,
    coalesce((
        SELECT json_agg(json_build_object(
            'name', service.name, 'stable', service.stable,
            'revisions', (
                SELECT json_agg(json_build_object('name', revision.name, 'servers', revision.servers) ORDER BY revision.position)
                FROM tidegate.target_revision AS revision WHERE revision.target = service.target AND revision.service = service.name)
            ) ORDER BY service.position)
        FROM tidegate.target_service AS service WHERE service.target = target.id
    ), '[]') AS services
FROM tidegate.target;
