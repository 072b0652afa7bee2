internal import Foundation
internal import HTTPClient
internal import PluginKit
internal import ReleaseModel

/// Measures the checks that are due for some releases, one query for each.
struct CheckReading {
    let checks: [CheckQuery]
    private(set) var queries: [ResolvedQuery] = []

    init(_ checks: [CheckQuery]) { self.checks = checks }

    /// Measures what is due for the releases that were read, and adds what is known of every check to their results.
    mutating func add(to response: inout CollectResponse, _ request: CollectRequest, _ settings: Settings, _ context: CallContext) {
        guard !checks.isEmpty, response.results.contains(where: { $0.problem == nil }) else { return }
        let source: PrometheusSource
        do throws(QueryFault) {
            source = try PrometheusSource(settings, context)
        } catch {
            // The token cannot be had, which the results say as their problem.
            return
        }
        for index in response.results.indices where response.results[index].problem == nil && request.subjects.indices.contains(index) {
            let subject = request.subjects[index]
            add(to: &response.results[index], SubjectReading(subject, windowEnd: request.windowEnd(of: subject)), source)
        }
        response.queries += queries
    }

    private mutating func add(to result: inout CollectResult, _ reading: SubjectReading, _ source: PrometheusSource) {
        guard !checks.isEmpty, var state = CursorState(result.state) else { return }
        var progress = state.checks ?? [:]
        let weight = reading.subject.arms.filter { $0.name != Arm.stable }.reduce(0) { $0 + $1.weight.basisPoints }
        for check in checks {
            var own = progress[check.schedule.name] ?? CheckProgress()
            if own.isDue(check.schedule, weight: Weight(basisPoints: min(weight, Weight.full.basisPoints)), now: reading.windowEnd),
                queries.count < CheckQuery.maximumQueries
            {
                own.record(measure(check, reading, source, &result), at: reading.windowEnd)
            }
            progress[check.schedule.name] = own
            result.samples += own.samples(check.schedule, now: reading.windowEnd)
        }
        // Checks that the policy no longer has are forgotten.
        state.checks = progress.filter { name, _ in checks.contains { $0.schedule.name == name } }
        if let coded = try? JSONValue(encoding: state) { result.state = coded }
    }

    /// The finite values of the answer; nil, and a note, where there are none.
    private mutating func measure(
        _ check: CheckQuery, _ reading: SubjectReading, _ source: PrometheusSource, _ result: inout CollectResult
    ) -> [Double]? {
        let query = check.resolved(for: reading.subject)
        var note: String?
        var values: [Double] = []
        do throws(QueryFault) {
            values = try source.values(of: query, at: reading.windowEnd)
            queries.append(ResolvedQuery(query: query, time: reading.windowEnd, series: values.count))
            if values.isEmpty {
                note = "no series"
            } else if values.contains(where: { !$0.isFinite }) {
                note = "NaN or infinity"
            } else if values.count > CheckSchedule.maximumValues {
                note = "\(values.count) values, more than \(CheckSchedule.maximumValues); aggregate them"
            }
        } catch {
            queries.append(ResolvedQuery(query: query, time: reading.windowEnd, series: 0))
            note = error.reason
        }
        guard let note else { return values }
        let notes = result.notes ?? []
        if notes.count < SubjectReading.maximumNotes { result.notes = notes + ["check \(check.schedule.name) has no answer: \(note)"] }
        return nil
    }
}

/// The JSON of `/api/v1/query` for an instant vector or a scalar, as far as a check needs it.
struct InstantAnswer: Decodable {
    var status: String
    var error: String?
    var errorType: String?
    var warnings: [String]?
    var data: Body?

    struct Body: Decodable {
        var resultType: String
        var values: [Double]

        private enum Key: String, CodingKey { case resultType, result }

        private struct Element: Decodable {
            var value: QueryAnswer.Pair?
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            resultType = try container.decode(String.self, forKey: .resultType)
            switch resultType {
            case "scalar": values = [try container.decode(QueryAnswer.Pair.self, forKey: .result).value]
            case "vector":
                // An element without a value is a native histogram, which is no number.
                values = try container.decode([Element].self, forKey: .result).map { $0.value?.value ?? .nan }
            default: values = []
            }
        }
    }
}

extension PrometheusSource {
    /// The values of an expression at a time: of an instant vector all, of a scalar the one.
    func values(of query: String, at time: Timestamp) throws(QueryFault) -> [Double] {
        let response = try send(query, at: time)
        guard let answer = try? JSONDecoder().decode(InstantAnswer.self, from: Data(response.body)) else {
            throw QueryFault(
                kind: response.status == 200 ? .malformed : Self.kind(status: response.status),
                reason: "Prometheus answered \(response.status)\(Self.advice(status: response.status))")
        }
        if answer.status == "error" || response.status != 200 {
            let text = String((answer.error ?? "status \(response.status)").prefix(Self.maximumErrorText))
            throw QueryFault(
                kind: Self.kind(errorType: answer.errorType, text: text, status: response.status), reason: "Prometheus refused it: \(text)")
        }
        if let warning = answer.warnings?.first {
            throw QueryFault(kind: .partial, reason: "Prometheus gave a partial answer: \(warning.prefix(Self.maximumErrorText))")
        }
        guard let body = answer.data, body.resultType == "vector" || body.resultType == "scalar" else {
            throw QueryFault(
                kind: .malformed,
                reason: "the query gives a \(answer.data?.resultType ?? "nothing"); a check needs an instant vector or a scalar")
        }
        return body.values
    }
}
