internal import ReleaseModel

/// Decides which lines are kept as evidence: the first few of each template and revision, masked and cut.
struct SampleKeeping: Sendable {
    static let maximumBytes = 300
    /// Templates that are remembered; beyond, all is forgotten, and a few lines are sent again.
    static let maximumTemplates = 20_000

    private struct Key: Hashable {
        var service: String
        var revision: String
        var template: String
    }

    private let limit: Int
    private let mask: LogMask
    private var kept: [Key: Int] = [:]

    init(limit: Int, mask: LogMask) {
        self.limit = limit
        self.mask = mask
    }

    /// The line to keep, or nil where there are enough of its template.
    mutating func sample(of event: LogRecord, template: String) -> String? {
        let key = Key(service: event.source.service, revision: event.source.revision, template: template)
        let count = kept[key, default: 0]
        guard count < limit else { return nil }
        if kept.count >= Self.maximumTemplates { kept.removeAll(keepingCapacity: true) }
        kept[key] = count + 1
        let masked = mask.masked(event.line)
        var end = masked.utf8.count
        if end > Self.maximumBytes {
            end = Self.maximumBytes
            // Not in the middle of a character.
            let bytes = masked.utf8
            while end > 0, bytes[bytes.index(bytes.startIndex, offsetBy: end)] & 0xc0 == 0x80 { end -= 1 }
        }
        return String(decoding: masked.utf8.prefix(end), as: UTF8.self)
    }
}
