/// What a collector has seen and sent.
struct CollectionFigures: Encodable, Sendable {
    var lines = 0
    var cutLines = 0
    /// Lines after stack traces were folded.
    var events = 0
    var templates = 0
    var pushes = 0
    /// Events that the server counted.
    var counted = 0
    /// Events that came to the server too late to count.
    var late = 0
    /// Events that the server will never take.
    var refused = 0
    /// Events for which there was no room in memory while the server was away.
    var overflow = 0
    /// Events that the server did not take before the end.
    var unsent = 0
    var unsentPushes = 0

    var text: String {
        var text = "\(lines) lines, \(events) events of \(templates) templates; \(counted) counted in \(pushes) pushes"
        for (count, what) in [
            (cutLines, "lines cut"), (late, "too late"), (refused, "refused"), (overflow, "without room"), (unsent, "not sent"),
            (unsentPushes, "pushes left"),
        ] where count > 0 { text += ", \(count) \(what)" }
        return text
    }
}
