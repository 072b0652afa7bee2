internal import PluginKit
internal import ReleaseModel

/// A check of the policy's own: a PromQL expression whose value the scoring plugin compares with its limits.
struct CheckQuery {
    static let maximumBytes = 8 * 1024
    /// Queries for checks in one call; what is due beyond them is asked for in the next.
    static let maximumQueries = 256

    var schedule: CheckSchedule
    var query: String

    /// The settings `checks`, read and checked.
    static func read(_ configuration: JSONValue, problems: inout [SettingProblem]) -> [CheckQuery] {
        CheckSchedule.readAll(configuration, problems: &problems, read(_:index:problems:)) { $0.schedule.name }
    }

    private static func read(_ value: JSONValue, index: Int, problems: inout [SettingProblem]) -> CheckQuery? {
        let schedule = CheckSchedule.read(value, index: index, others: ["query"], problems: &problems)
        guard let query = value["query"]?.string, !query.isEmpty, query.utf8.count <= maximumBytes else {
            problems.append(SettingProblem(setting: "checks[\(index)].query", reason: "must be PromQL of at most \(maximumBytes) bytes"))
            return nil
        }
        return schedule.map { CheckQuery(schedule: $0, query: query) }
    }

    /// The query for one release: `$service`, `$revision` (the canary's) and `$stable` (the stable revision's) put in.
    func resolved(for subject: CollectSubject) -> String {
        let canary = subject.arms.first { $0.name != Arm.stable }?.revision ?? ""
        let stable = subject.arms.first { $0.name == Arm.stable }?.revision ?? ""
        return query.replacing("$service", with: Self.escaped(subject.service)).replacing("$revision", with: Self.escaped(canary))
            .replacing("$stable", with: Self.escaped(stable))
    }

    /// Names stand within quotes; the characters that end or escape a text are not in names, but a plugin takes no caller's word for it.
    private static func escaped(_ name: String) -> String {
        name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
