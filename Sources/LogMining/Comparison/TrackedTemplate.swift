internal import ReleaseModel
internal import Statistics

/// One compared template: what each arm wrote of it, and the evidence that the canary writes too much of it.
struct TrackedTemplate: Sendable, Hashable, Codable {
    let id: String
    var text: String
    let severity: LogSeverity
    let exceptionClass: String?
    var canary = 0
    var stable = 0
    var process: EProcess
    /// A masked line of it, as evidence.
    var line: String?
    /// The canary's recent counts, for bursts.
    var recent = WindowCounts()

    init(_ count: LogCount, alternatives: Int) {
        id = count.template
        text = count.text
        severity = count.severity
        exceptionClass = count.exceptionClass
        process = EProcess(alternatives: alternatives)
    }

    var isError: Bool { LogComparisonSettings.isError(severity, exceptionClass: exceptionClass) }
}
