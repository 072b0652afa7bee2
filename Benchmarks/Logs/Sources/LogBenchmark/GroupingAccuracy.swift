/// The share of the lines whose group is right: the set of lines in it is exactly the set of lines with their label (He et al., "Drain",
/// ICWS 2017).
public enum GroupingAccuracy {
    /// - Precondition: one group for each label. 1 for no lines at all.
    public static func of<Group: Hashable>(_ groups: [Group], labels: [String]) -> Double {
        precondition(groups.count == labels.count)
        guard !labels.isEmpty else { return 1 }
        let wanted = Set(lines(of: labels))
        let right = lines(of: groups).reduce(0) { $0 + (wanted.contains($1) ? $1.count : 0) }
        return Double(right) / Double(labels.count)
    }

    private static func lines<Key: Hashable>(of keys: [Key]) -> [[Int]] {
        Array(Dictionary(grouping: keys.indices, by: { keys[$0] }).values)
    }
}
