/// Holds what a body has in it against `LogLimits` while it is read, so that nothing beyond them is ever built.
struct StreamBudget {
    let limits: LogLimits
    private var records = 0

    init(_ limits: LogLimits) { self.limits = limits }

    mutating func takeRecord() throws(LogWireError) {
        records += 1
        guard records <= limits.recordsPerBody else {
            throw LogWireError(.tooLarge, "the body has more than \(limits.recordsPerBody) lines")
        }
    }

    func checkBody(_ count: Int) throws(LogWireError) {
        guard count <= limits.bodyBytes else {
            throw LogWireError(.tooLarge, "the body has \(count) bytes; \(limits.bodyBytes) are allowed")
        }
    }

    func checkLabels(_ count: Int) throws(LogWireError) {
        guard count <= limits.labelsPerStream else {
            throw LogWireError(.tooLarge, "a stream has \(count) labels; \(limits.labelsPerStream) are allowed")
        }
    }

    func checkLabel(_ name: String, _ value: String) throws(LogWireError) {
        guard name.utf8.count + value.utf8.count <= limits.labelBytes else {
            throw LogWireError(.tooLarge, "the label '\(name.prefix(40))' has more than \(limits.labelBytes) bytes")
        }
    }

    func checkLabels(_ labels: [String: String]) throws(LogWireError) {
        try checkLabels(labels.count)
        for (name, value) in labels { try checkLabel(name, value) }
    }

    /// What a line says beside its text. Unlike labels it comes with every line, so what is too much is left out and not refused.
    func kept(_ metadata: [String: String]) -> [String: String] {
        guard
            metadata.count > limits.labelsPerStream
                || metadata.contains(where: { $0.key.utf8.count + $0.value.utf8.count > limits.labelBytes })
        else { return metadata }
        return Dictionary(
            uniqueKeysWithValues: metadata.filter { $0.key.utf8.count + $0.value.utf8.count <= limits.labelBytes }
                .sorted { $0.key < $1.key }.prefix(limits.labelsPerStream).map { ($0.key, $0.value) })
    }
}
