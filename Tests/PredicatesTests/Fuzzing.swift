import Foundation

/// How long the generated tests run: `TIDEGATE_FUZZ=50 swift test` runs fifty times as many inputs.
enum Fuzzing {
    static let scale = max(1, ProcessInfo.processInfo.environment["TIDEGATE_FUZZ"].flatMap { Int($0) } ?? 1)
}
