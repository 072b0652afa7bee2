import Foundation
import Logging

/// Writes log lines to a file that stays open as long as the program runs.
///
/// Unchecked because of the stream only: stdio locks it for every write, and nothing closes it.
struct FileLogHandler: LogHandler, @unchecked Sendable {
    let label: String
    let stream: UnsafeMutablePointer<FILE>
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info

    init(label: String, stream: UnsafeMutablePointer<FILE>) {
        self.label = label
        self.stream = stream
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(
        level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String, file: String, function: String, line: UInt
    ) {
        let details = self.metadata.merging(metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        fputs("\(Date.now.formatted(.iso8601)) \(level) \(label): \(message) \(details)\n", stream)
    }
}
