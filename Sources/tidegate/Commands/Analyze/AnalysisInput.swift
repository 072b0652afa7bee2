import Foundation
import ReleaseModel

/// What an analysis reads: a table, a file of saved answers, or a Prometheus.
enum AnalysisInput {
    /// Tables and saved answers may be longer than what people write by hand.
    static let maximumBytes = 64 << 20

    case table(CSVTable)
    /// The answers by name, and where they come from.
    case ranges(place: String, JSONValue)

    /// - Parameter queries: name, option and PromQL of each figure.
    static func read(
        file: String?, _ options: RangeOptions, _ queries: [(name: String, option: String, query: String?)]
    ) async throws -> AnalysisInput {
        guard let file else {
            guard options.prometheus != nil else {
                throw ReleaseError(
                    .invalidInput, "there is nothing to analyze", place: "the command line",
                    advice: "name a file, or ask a Prometheus with --prometheus, --from and the queries")
            }
            let now = Timestamp(seconds: Date.now.timeIntervalSince1970)
            let (place, answers) = try await options.answers(to: queries, now: now)
            return .ranges(place: place, answers)
        }
        if let first = options.given.first ?? queries.first(where: { $0.query != nil })?.option {
            throw RateAnalysisOptions.error(first, "goes without a file", "leave one of them out")
        }
        let input = InputFile(file, maximumBytes: maximumBytes)
        let text = try input.text()
        guard text.first(where: { !$0.isWhitespace && $0 != "\u{feff}" }) == "{" else {
            return .table(try CSVTable(text, file: input.place))
        }
        do {
            return .ranges(place: input.place, try JSONValue(parsing: text.utf8))
        } catch {
            var reason = "this begins like JSON, and is none"
            if case DecodingError.dataCorrupted(let context) = error { reason += ": \(context.debugDescription)" }
            throw ReleaseError(
                .invalidInput, reason, place: "\(input.place):1:1",
                advice: "a saved range is what --save writes; a table begins with the names of its columns")
        }
    }

    /// One of the answers.
    static func range(_ answers: JSONValue, _ name: String, place: String, all: [String]) throws(ReleaseError) -> MetricRange {
        guard let answer = answers[name] else {
            throw ReleaseError(
                .invalidInput, "there is no member '\(name)'", place: place,
                advice: "a saved range is an object of the answers of query_range: \(all.joined(separator: ", "))")
        }
        return try MetricRange(answer, place: "\(place), \(name)")
    }
}
