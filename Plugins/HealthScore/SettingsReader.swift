internal import PluginKit
internal import ReleaseModel

/// Takes settings out of a JSON object and collects what is wrong with them. A setting that is absent or null is nil and no problem.
struct SettingsReader {
    private let configuration: JSONValue
    private let place: String
    private(set) var problems: [SettingProblem] = []

    init(_ configuration: JSONValue, place: String = "") {
        self.configuration = configuration.isNull ? [:] : configuration
        self.place = place
    }

    mutating func problem(_ setting: String, _ reason: String) {
        problems.append(SettingProblem(setting: place.isEmpty ? setting : "\(place).\(setting)", reason: reason))
    }

    mutating func take(_ more: [SettingProblem]) { problems += more }

    mutating func refuseUnknown(_ object: String, except known: [String]) {
        let value = object.isEmpty ? configuration : configuration[object] ?? .null
        if value.isNull { return }
        guard let members = value.object else {
            problem(object, "must be an object")
            return
        }
        for name in members.keys.sorted() where !known.contains(name) {
            problem(object.isEmpty ? name : "\(object).\(name)", "is not known; there are \(known.joined(separator: ", "))")
        }
    }

    mutating func text(_ name: String) -> String? {
        guard let value = value([name]) else { return nil }
        guard let text = value.string, !text.isEmpty, text.utf8.count <= 100 else {
            problem(name, "must be a text of at most 100 bytes")
            return nil
        }
        return text
    }

    mutating func flag(_ name: String) -> Bool? {
        guard let value = value([name]) else { return nil }
        if value.bool == nil { problem(name, "must be true or false") }
        return value.bool
    }

    mutating func array(_ name: String, atMost limit: Int) -> [JSONValue]? {
        guard let value = value([name]) else { return nil }
        guard let elements = value.array, elements.count <= limit else {
            problem(name, "must be a list of at most \(limit)")
            return nil
        }
        return elements
    }

    mutating func number(_ name: String, _ range: ClosedRange<Double>) -> Double? { number([name], range) }
    mutating func number(_ object: String, _ name: String, _ range: ClosedRange<Double>) -> Double? { number([object, name], range) }

    private mutating func number(_ path: [String], _ range: ClosedRange<Double>) -> Double? {
        guard let value = value(path) else { return nil }
        guard let number = value.number, range.contains(number) else {
            problem(path.joined(separator: "."), "must be a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// A number, or a text such as `99.9%`.
    mutating func ratio(_ name: String, _ range: ClosedRange<Double>) -> Double? {
        guard let value = value([name]) else { return nil }
        var ratio = value.number
        if let text = value.string, text.hasSuffix("%"), let percent = Double(text.dropLast().filter { $0 != " " }) {
            // Division of the decimal text's value, so that 99.9% is 0.999 and not a neighbour of it.
            ratio = percent / 100
        }
        guard let ratio, range.contains(ratio) else {
            problem(name, "must be a ratio from \(range.lowerBound) to \(range.upperBound), such as 0.01 or 1%")
            return nil
        }
        return ratio
    }

    /// A length of time in seconds.
    mutating func seconds(_ name: String, atMost limit: Double = 86400) -> Double? { seconds([name], limit) }
    mutating func seconds(_ object: String, _ name: String) -> Double? { seconds([object, name], 86400) }

    private mutating func seconds(_ path: [String], _ limit: Double) -> Double? {
        guard let value = value(path) else { return nil }
        guard let span = value.string.flatMap({ TimeSpan($0) }), span > .zero, span.seconds <= limit else {
            problem(path.joined(separator: "."), "must be a length of time such as 30s, at most \(TimeSpan.seconds(limit))")
            return nil
        }
        return span.seconds
    }

    private func value(_ path: [String]) -> JSONValue? {
        var value = configuration
        for name in path {
            guard let inner = value[name], !inner.isNull else { return nil }
            value = inner
        }
        return value
    }
}
