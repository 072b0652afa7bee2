/// How many of the events fall into a random slice of the requests: the hypergeometric distribution.
struct EventsInSlice {
    /// Terms are summed outwards from the mode until they are this small beside it.
    private static let negligible = 1e-18
    private static let maximumTerms = 2_000_000

    let slice: Double
    let total: Double
    let events: Double

    /// nil unless all are whole, `slice` and `events` are at most `total`, and `total` is below 10^12.
    init?(slice: Double, of total: Double, events: Double) {
        guard [slice, total, events].allSatisfy({ $0 >= 0 && $0 == $0.rounded() }), slice <= total, events <= total, total < 1e12 else {
            return nil
        }
        self.slice = slice
        self.total = total
        self.events = events
    }

    /// The mean of a figure of the events in the slice, over all slices.
    func mean(of figure: (Double) -> Double) -> Double {
        let low = max(0, slice + events - total)
        let high = min(slice, events)
        let mode = min(max(((slice + 1) * (events + 1) / (total + 2)).rounded(.down), low), high)
        var (weights, sum) = (1.0, figure(mode))
        var (term, k, terms) = (1.0, mode, 0)
        while k < high, term > Self.negligible, terms < Self.maximumTerms {
            term *= (events - k) * (slice - k) / ((k + 1) * (total - slice - events + k + 1))
            k += 1
            terms += 1
            weights += term
            sum += term * figure(k)
        }
        (term, k) = (1, mode)
        while k > low, term > Self.negligible, terms < Self.maximumTerms {
            term *= k * (total - slice - events + k) / ((events - k + 1) * (slice - k + 1))
            k -= 1
            terms += 1
            weights += term
            sum += term * figure(k)
        }
        return sum / weights
    }
}
