public import ReleaseModel

/// The first place where what was recorded and what the replay gave are not the same.
public struct ReplayDifference: Sendable, Hashable, Codable {
    /// Members and indexes from the outside in: `reason`, `path[2].truth`, `signals[4].reading.number`.
    public var place: String
    /// Nil where there is nothing at that place.
    public var recorded: JSONValue?
    public var replayed: JSONValue?

    public init(place: String, recorded: JSONValue?, replayed: JSONValue?) {
        self.place = place
        self.recorded = recorded
        self.replayed = replayed
    }

    /// How far numbers of a replayed plugin may lie apart, of the larger of 1 and their magnitude: another machine may round otherwise.
    public static let pluginTolerance = 1e-9

    /// Compares two values member by member, members in the order of their names. Numbers agree within `tolerance`, everything else exactly.
    public static func first(
        recorded: JSONValue?, replayed: JSONValue?, tolerance: Double = 0, place: String = ""
    ) -> ReplayDifference? {
        switch (recorded, replayed) {
        case (.object(let old), .object(let new)):
            for name in Set(old.keys).union(new.keys).sorted() {
                let inner = place.isEmpty ? name : "\(place).\(name)"
                if let found = first(recorded: old[name], replayed: new[name], tolerance: tolerance, place: inner) { return found }
            }
            return nil
        case (.array(let old), .array(let new)):
            for index in 0..<max(old.count, new.count) {
                let found = first(
                    recorded: index < old.count ? old[index] : nil, replayed: index < new.count ? new[index] : nil, tolerance: tolerance,
                    place: "\(place)[\(index)]")
                if let found { return found }
            }
            return nil
        case (.number(let old), .number(let new)):
            if old == new || abs(old - new) <= tolerance * max(1, abs(old), abs(new)) { return nil }
        default:
            if recorded == replayed { return nil }
        }
        return ReplayDifference(place: place, recorded: recorded, replayed: replayed)
    }
}
