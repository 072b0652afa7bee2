internal import ReleaseModel

/// Counts of the most recent ten-second windows.
struct WindowCounts: Sendable, Hashable, Codable {
    /// Windows kept: the one that is judged and a minute of past, with one to spare for late counts.
    static let maximumWindows = 8

    struct Window: Sendable, Hashable, Codable {
        var start: Timestamp
        var count: Int
    }

    /// In the order of time.
    private(set) var windows: [Window] = []

    mutating func add(_ count: Int, start: Timestamp) {
        if let index = windows.firstIndex(where: { $0.start == start }) {
            windows[index].count += count
            return
        }
        windows.insert(Window(start: start, count: count), at: windows.firstIndex { $0.start > start } ?? windows.endIndex)
        if windows.count > Self.maximumWindows { windows.removeFirst() }
    }

    func count(at start: Timestamp) -> Int { windows.first { $0.start == start }?.count ?? 0 }

    /// Sum over the windows that begin in `range`.
    func sum(_ range: Range<Timestamp>) -> Int { windows.reduce(0) { range.contains($1.start) ? $0 + $1.count : $0 } }
}
