internal import ReleaseModel

/// One object of settings while it is read; collects what is wrong with it. What is absent or null is nil and no problem.
struct LevelSection {
    private let value: JSONValue
    let place: String
    private(set) var problems: [ServiceLevels.Problem] = []

    init(_ value: JSONValue, place: String) {
        self.value = value
        self.place = place
    }

    mutating func problem(_ setting: String, _ reason: String) {
        problems.append(.init(setting: setting.isEmpty ? place : "\(place).\(setting)", reason: reason))
    }

    mutating func take(_ more: [ServiceLevels.Problem]) { problems += more }

    func has(_ name: String) -> Bool { value[name].map { !$0.isNull } ?? false }

    mutating func refuseUnknown(except known: [String]) {
        guard let members = value.object else {
            problem("", "must be an object")
            return
        }
        for name in members.keys.sorted() where !known.contains(name) {
            problem(name, "is not known; there are \(known.joined(separator: ", "))")
        }
    }

    func inner(_ name: String) -> LevelSection? { has(name) ? LevelSection(value[name] ?? .null, place: "\(place).\(name)") : nil }

    mutating func text(_ name: String) -> String? {
        guard has(name) else { return nil }
        guard let text = value[name]?.string, !text.isEmpty, text.utf8.count <= 100,
            !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
        else {
            problem(name, "must be a text of at most 100 bytes on one line")
            return nil
        }
        return text
    }

    mutating func array(_ name: String, atMost limit: Int) -> [JSONValue]? {
        guard has(name) else { return nil }
        guard let elements = value[name]?.array, elements.count <= limit else {
            problem(name, "must be a list of at most \(limit)")
            return nil
        }
        return elements
    }

    mutating func number(_ name: String, _ range: ClosedRange<Double>) -> Double? {
        guard has(name) else { return nil }
        guard let number = value[name]?.number, range.contains(number) else {
            problem(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// A number, or a text such as `99.9%`.
    mutating func ratio(_ name: String, _ range: ClosedRange<Double>) -> Double? {
        guard has(name) else { return nil }
        var ratio = value[name]?.number
        if let text = value[name]?.string, text.hasSuffix("%"), let percent = Double(text.dropLast().filter { $0 != " " }) {
            // Division of the decimal text's value, so that 99.9% is 0.999 and not a neighbour of it.
            ratio = percent / 100
        }
        guard let ratio, range.contains(ratio) else {
            problem(name, "must be a share from \(range.lowerBound) to \(range.upperBound), such as 0.5 or 50%")
            return nil
        }
        return ratio
    }

    /// A length of time in seconds.
    mutating func seconds(_ name: String, _ range: ClosedRange<Double>) -> Double? {
        guard has(name) else { return nil }
        guard let span = value[name]?.string.flatMap({ TimeSpan($0) }), range.contains(span.seconds) else {
            problem(
                name,
                "must be a length of time from \(TimeSpan.seconds(range.lowerBound)) to \(TimeSpan.seconds(range.upperBound)), such as 30m")
            return nil
        }
        return span.seconds
    }
}
