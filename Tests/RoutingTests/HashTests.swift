import Predicates
import ReleaseModel
import Routing
import Testing

@Suite("Hashes") struct HashTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let key: String
        let murmur2: UInt32
        let part: Int
        let murmur3: UInt32
        let flagd: UInt32
        var testDescription: String { "'\(key)'" }
    }

    /// Taken from a real nginx (parts 0.5%, 10%, 50%, rest) and from the reference implementations of Unleash and flagd.
    static let vectors = [
        Vector(key: "", murmur2: 0, part: 0, murmur3: 0, flagd: 0),
        Vector(key: "a", murmur2: 2_456_313_694, part: 2, murmur3: 1_009_084_850, flagd: 23),
        Vector(key: "ab", murmur2: 446_775_395, part: 1, murmur3: 2_613_040_991, flagd: 60),
        Vector(key: "abc", murmur2: 324_500_635, part: 1, murmur3: 3_017_643_002, flagd: 70),
        Vector(key: "user-1", murmur2: 21_187_135, part: 0, murmur3: 4_171_401_059, flagd: 97),
        Vector(key: "user-42", murmur2: 3_766_944_517, part: 3, murmur3: 3_111_312_080, flagd: 72),
        Vector(key: "灰度发布", murmur2: 1_107_500_224, part: 2, murmur3: 4_189_222_781, flagd: 97),
    ]

    @Test("nginx, Unleash and flagd place the same keys", arguments: vectors) func vector(_ vector: Vector) {
        let split = SplitClients(parts: [.init(basisPoints: 50), .init(basisPoints: 1000), .init(basisPoints: 5000)])
        #expect(murmurHash2(vector.key) == vector.murmur2)
        #expect(split.part(of: murmurHash2(vector.key)) == vector.part)
        #expect(murmurHash3(vector.key) == vector.murmur3)
        #expect(flagdBucket(vector.key, totalWeight: 100) == vector.flagd)
        #expect(unleashBucket(group: "g", key: vector.key) == murmurHash3("g:" + vector.key) % 100 + 1)
    }

    @Test func thresholdsAreARunningSumOfFloors() {
        let split = SplitClients(parts: [.init(basisPoints: 50), .init(basisPoints: 1000), .init(basisPoints: 5000)])
        #expect(split.thresholds == [21_474_836, 450_971_565, 2_598_455_212])
        #expect(split.part(of: 21_474_835) == 0)
        #expect(split.part(of: 21_474_836) == 1)
        #expect(split.part(of: .max) == 3)
    }

    @Test("a user of bucket b takes part from b + 1 basis points on") func bucketEdges() {
        for basisPoints in [1, 2, 50, 777, 2500, 5000, 9998, 9999] {
            let threshold = SplitClients(parts: [.init(basisPoints: basisPoints)]).thresholds[0]
            #expect(StickyBucket.bucket(of: threshold - 1) == basisPoints - 1)
            #expect(StickyBucket.bucket(of: threshold) == basisPoints)
        }
        #expect(StickyBucket.bucket(of: 0) == 0)
        #expect(StickyBucket.bucket(of: .max) == 9999)
    }
}
