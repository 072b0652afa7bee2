/// The nearest of a few known words to one that is not known.
public enum Spelling {
    /// Words longer than this are not compared.
    public static let maximumLength = 128

    /// The candidate nearest to `word`, when it is near enough to have been meant: at most a third of its letters changed
    /// (one for short words). The first of equally near candidates wins.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(word.lowercased().unicodeScalars)
        guard !letters.isEmpty, letters.count <= maximumLength else { return nil }
        var best: (word: String, distance: Int)?
        for candidate in candidates where candidate.utf8.count <= maximumLength {
            let other = Array(candidate.lowercased().unicodeScalars)
            let allowed = max(1, max(letters.count, other.count) / 3)
            // The lengths alone can already be too far apart.
            guard abs(letters.count - other.count) <= allowed else { continue }
            let distance = editDistance(letters, other)
            if distance <= allowed, distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// `did you mean 'x'?` for the nearest candidate, or nil.
    public static func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
        nearest(to: word, among: candidates).map { "did you mean '\($0)'?" }
    }

    /// Damerau-Levenshtein distance in its restricted form: insertions, deletions, substitutions and swaps of neighbours count one each.
    static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        if left.isEmpty { return right.count }
        if right.isEmpty { return left.count }
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for i in 1...left.count {
            current[0] = i
            for j in 1...right.count {
                let substitution = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
                current[j] = min(previous[j] + 1, current[j - 1] + 1, substitution)
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    current[j] = min(current[j], beforePrevious[j - 2] + 1)
                }
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious)
        }
        return previous[right.count]
    }
}
