/// How much counters grew between the points that were scraped.
enum CounterReader {
    /// Where a counter stood before the window.
    enum Start {
        /// The newest point that was counted.
        case cursor(CursorState.Cursor)
        /// It did not exist when its instance was last read, so it began at zero since.
        case zero
        /// Its instance was never read: its first point is where counting begins.
        case firstPoint
    }

    struct Growth {
        /// nil where there is only a place to begin at.
        var delta: Double?
        /// The newest point, nil when there is none later than the cursor.
        var newest: CursorState.Cursor?
        /// Whether a value lay below its predecessor.
        var wentBack = false
        /// Seconds between two neighbouring points, the least of them.
        var spacing: Double?
    }

    /// Walks the points after the cursor in order. A value below its predecessor is a reset: the counter began again at zero.
    /// Points that are not finite or negative, that repeat a time, or that lie after `end` (seconds) are left out.
    static func growth(of points: [Series.Point], from start: Start, to end: Double) -> Growth {
        var growth = Growth()
        var last: CursorState.Cursor?
        switch start {
        case .cursor(let cursor): last = cursor
        case .zero: last = CursorState.Cursor(time: -.infinity, value: 0)
        case .firstPoint: last = nil
        }
        for point in points where point.time <= end && point.value.isFinite && point.value >= 0 {
            if let before = last {
                guard point.time > before.time else { continue }
                if point.value < before.value { growth.wentBack = true }
                let step = point.value >= before.value ? point.value - before.value : point.value
                growth.delta = (growth.delta ?? 0) + step
                let apart = point.time - before.time
                if apart.isFinite { growth.spacing = min(growth.spacing ?? apart, apart) }
            }
            last = CursorState.Cursor(time: point.time, value: point.value)
            growth.newest = last
        }
        return growth
    }
}
