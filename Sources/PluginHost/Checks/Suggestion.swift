/// The known name that somebody probably meant.
enum Suggestion {
    /// Longer names are not compared.
    private static let maximumLength = 64

    /// `; did you mean x?`, or nothing when no known name is near.
    static func text(for name: String, among known: [String]) -> String {
        nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
    }

    /// The same, or every setting when none is near.
    static func setting(for name: String, among known: [String]) -> String {
        if nearest(to: name, among: known) != nil { return text(for: name, among: known) }
        return known.isEmpty ? "; it has no settings" : "; its settings are \(known.sorted().joined(separator: ", "))"
    }

    static func nearest(to name: String, among known: [String]) -> String? {
        let limit = max(1, min(3, name.utf8.count / 3))
        var best: (name: String, distance: Int)?
        for candidate in known {
            guard name.utf8.count <= maximumLength, candidate.utf8.count <= maximumLength else { continue }
            let distance = distance(Array(name.lowercased().utf8), Array(candidate.lowercased().utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Levenshtein's edit distance.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let replaced = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j + 1] + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
