import ReleaseModel
import ReleaseStore

/// One entry as an event of the Open Cybersecurity Schema Framework, version 1.3.0: class API Activity (6003) of category Application
/// Activity (6), the class whose required attributes (actor, api, src_endpoint) every entry can fill. The entry itself stands in `unmapped`.
///
/// Source: https://schema.ocsf.io/1.3.0/classes/api_activity
struct OCSFEvent {
    static let version = "1.3.0"
    static let category = 6
    static let classID = 6003

    /// OCSF's activity_id of the class.
    enum Activity: Int {
        case create = 1, update = 3, delete = 4, other = 99

        var caption: String {
            switch self {
            case .create: "Create"
            case .update: "Update"
            case .delete: "Delete"
            case .other: "Other"
            }
        }
    }

    /// OCSF's severity_id.
    enum Severity: Int {
        case informational = 1, low = 2, medium = 3, high = 4

        var caption: String {
            switch self {
            case .informational: "Informational"
            case .low: "Low"
            case .medium: "Medium"
            case .high: "High"
            }
        }
    }

    let json: JSONValue

    init(_ entry: AuditEntry) throws {
        let document = try JSONValue(parsing: entry.bytes)
        let figures = EntryFigures(kind: entry.kind, entry: document)
        let activity = Self.activity(entry.kind, figures)
        let severity = Self.severity(entry.kind, figures)
        let failed = figures.outcome == "failed" || figures.outcome == "retry" || entry.kind == "loginFailure"
        var event: [String: JSONValue] = [
            "activity_id": Self.integer(activity.rawValue), "activity_name": .string(activity.caption),
            "category_uid": Self.integer(Self.category), "category_name": "Application Activity",
            "class_uid": Self.integer(Self.classID), "class_name": "API Activity",
            "type_uid": Self.integer(Self.classID * 100 + activity.rawValue), "type_name": .string("API Activity: \(activity.caption)"),
            "time": Self.integer(entry.recordedAt.microseconds / 1000), "severity_id": Self.integer(severity.rawValue),
            "severity": .string(severity.caption), "status_id": Self.integer(failed ? 2 : 1),
            "status": .string(failed ? "Failure" : "Success"), "message": .string(figures.sentence), "actor": Self.actor(figures.actor),
            "api": ["operation": .string("\(entry.kind).\(figures.action)"), "service": ["name": "tidegate"]],
            "src_endpoint": ["svc_name": "tidegate", "name": .string(document["controller"]?.string ?? "tidegate")],
            "metadata": Self.metadata(entry), "resources": .array(Self.resources(entry, document)), "unmapped": ["entry": document],
        ]
        if !figures.reason.isEmpty { event["status_detail"] = .string(figures.reason) }
        json = .object(event)
    }

    private static func integer(_ value: some BinaryInteger) -> JSONValue { .number(Double(value)) }

    private static func activity(_ kind: String, _ figures: EntryFigures) -> Activity {
        switch (kind, figures.action) {
        case ("release", _), ("token", "created"), ("hold", "placed"): .create
        case ("token", "revoked"), ("hold", "lifted"), ("expiry", _): .delete
        case ("policy", _), ("target", _), ("plugin", _), ("decision", _), ("stable", _), ("retention", _), ("command", _): .update
        default: .other
        }
    }

    private static func severity(_ kind: String, _ figures: EntryFigures) -> Severity {
        switch (kind, figures.action) {
        case ("decision", "rollback"), ("decision", "drift"), ("decision", "error"): .medium
        case ("decision", "abort"), ("command", "abort"), ("command", "promote"), ("command", "rollback"), ("plugin", _), ("token", _): .low
        case ("loginFailure", _), ("drift", _): .medium
        default: figures.outcome == "failed" ? .medium : .informational
        }
    }

    /// Who acted; the claimed principal is not verified and so stands as the one the actor works for, not as the user.
    private static func actor(_ actor: Actor) -> JSONValue {
        if actor.means == .controller { return ["app_name": "tidegate"] }
        let user: JSONValue = ["name": .string(actor.name), "type": .string(actor.means.rawValue), "type_id": 99]
        guard let other = actor.onBehalfOf else { return ["user": user] }
        return ["user": user, "invoked_by": .string(other)]
    }

    private static func metadata(_ entry: AuditEntry) -> JSONValue {
        var metadata: [String: JSONValue] = [
            "version": .string(version), "product": ["name": "Tidegate", "vendor_name": "Tidegate"], "log_name": "history",
            "uid": .string("\(entry.position)"), "sequence": integer(entry.position), "event_code": .string(entry.kind),
            "original_time": .string(entry.recordedAt.description),
        ]
        metadata["correlation_uid"] = entry.release.map(JSONValue.string)
        return .object(metadata)
    }

    private static func resources(_ entry: AuditEntry, _ document: JSONValue) -> [JSONValue] {
        var resources: [JSONValue] = []
        if let release = entry.release { resources.append(["type": "release", "name": .string(release), "uid": .string(release)]) }
        if let service = entry.service { resources.append(["type": "service", "name": .string(service)]) }
        if ["policy", "target", "plugin", "token"].contains(entry.kind), let name = document["name"]?.string {
            resources.append(["type": .string(entry.kind), "name": .string(name)])
        }
        return resources
    }
}
