/// Requests and errors of both arms by time, finely for the last minutes and coarsely for the last hours: all that burn rates need.
struct BurnWindows: Codable {
    /// Requests and errors in a stretch of time.
    struct Counts: Codable, Equatable {
        var requests = 0.0
        var errors = 0.0
    }

    /// Coded as `[index, canary requests, canary errors, stable requests, stable errors]`.
    private struct Bucket: Codable {
        var index: Int
        var canary = Counts()
        var stable = Counts()

        init(index: Int) { self.index = index }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            index = try container.decode(Int.self)
            canary = Counts(requests: try container.decode(Double.self), errors: try container.decode(Double.self))
            stable = Counts(requests: try container.decode(Double.self), errors: try container.decode(Double.self))
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(index)
            for value in [canary.requests, canary.errors, stable.requests, stable.errors] { try container.encode(value) }
        }
    }

    private struct Ring: Codable {
        let bucketSeconds: Double
        let spanSeconds: Double
        var buckets: [Bucket] = []

        mutating func add(_ canary: Counts, _ stable: Counts, at time: Double) {
            // A window's end belongs to the bucket that ends there.
            let index = Int((time / bucketSeconds).rounded(.up)) - 1
            if buckets.last?.index != index { buckets.append(Bucket(index: index)) }
            let last = buckets.count - 1
            buckets[last].canary.requests += canary.requests
            buckets[last].canary.errors += canary.errors
            buckets[last].stable.requests += stable.requests
            buckets[last].stable.errors += stable.errors
            buckets.removeAll { Double($0.index + 1) * bucketSeconds <= time - spanSeconds - bucketSeconds }
        }

        func sum(over seconds: Double, before now: Double) -> (canary: Counts, stable: Counts) {
            var (canary, stable) = (Counts(), Counts())
            for bucket in buckets where Double(bucket.index + 1) * bucketSeconds > now - seconds {
                canary.requests += bucket.canary.requests
                canary.errors += bucket.canary.errors
                stable.requests += bucket.stable.requests
                stable.errors += bucket.stable.errors
            }
            return (canary, stable)
        }
    }

    /// 15 s for the five-minute window, 1 min for half an hour and an hour, 10 min for six hours, an hour for three days.
    private var rings = [
        Ring(bucketSeconds: 15, spanSeconds: 300), Ring(bucketSeconds: 60, spanSeconds: 3600), Ring(bucketSeconds: 600, spanSeconds: 21600),
        Ring(bucketSeconds: 3600, spanSeconds: 259_200),
    ]

    mutating func add(canary: Counts, stable: Counts, at time: Double) {
        for index in rings.indices { rings[index].add(canary, stable, at: time) }
    }

    /// What lies in the last `seconds`, to the resolution of a bucket; less where the data do not reach back so far.
    func sum(over seconds: Double, before now: Double) -> (canary: Counts, stable: Counts) {
        let ring = rings.first { $0.spanSeconds >= seconds } ?? rings[rings.count - 1]
        return ring.sum(over: seconds, before: now)
    }
}
