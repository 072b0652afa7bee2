import Predicates
import Testing

/// `bucket`, `percent`, the hashes and `now` in expressions.
@Suite struct HashFunctionTests {
    static func evaluate(_ source: String, _ value: String?, now: Int64 = 0) throws -> Bool {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(source, slots: &slots, place: "t")
        return try predicate.evaluate(RequestView(slots, now: now) { _ in value })
    }

    /// The vectors are those of nginx's and of Austin Appleby's code, as in the tests of routing.
    @Test(arguments: [
        ("a", 2_456_313_694, 1_009_084_850), ("user-42", 3_766_944_517, 3_111_312_080), ("灰度发布", 1_107_500_224, 4_189_222_781),
    ])
    func hashesAreTheKnownOnes(key: String, murmur2: Int, murmur3: Int) throws {
        #expect(try Self.evaluate("murmur2(cookie.uid) == \(murmur2)", key))
        #expect(try Self.evaluate("murmur3(cookie.uid) == \(murmur3) and murmur3(cookie.uid, 0) == \(murmur3)", key))
        #expect(try Self.evaluate("murmur3(cookie.uid, 1) == \(murmurHash3(key, seed: 1))", key))
        #expect(try Self.evaluate("crc32(cookie.uid) == \(CRC32.checksum(Array(key.utf8)))", key))
    }

    @Test func bucketIsTheBucketOfSplitClients() throws {
        for index in 0..<500 {
            let key = "user-\(index)"
            let bucket = SplitBucket.bucket(of: murmurHash2("checkout-1:\(key)"))
            #expect(try Self.evaluate(#"bucket(cookie.uid, "checkout-1") == \#(bucket)"#, key))
            #expect(try Self.evaluate("bucket(cookie.uid) == \(SplitBucket.bucket(of: murmurHash2(key)))", key))
            let takesPart = UInt64(murmurHash2("checkout-1:\(key)")) < SplitBucket.threshold(basisPoints: 3000)
            #expect(try Self.evaluate(#"percent(cookie.uid, "checkout-1") < 30"#, key) == takesPart)
            #expect(try Self.evaluate(#"percent(cookie.uid, "checkout-1") == \#(Double(bucket) / 100)"#, key))
        }
    }

    @Test(arguments: [nil, ""]) func withoutAKeyThereIsNoBucket(key: String?) throws {
        #expect(try Self.evaluate("bucket(cookie.uid) == nil and percent(cookie.uid, \"s\") == nil", key))
        #expect(throws: EvaluationError.self) { try Self.evaluate("percent(cookie.uid, \"s\") < 30", key) }
    }

    @Test func nowIsTheTimeThatTheRequestWasGiven() throws {
        #expect(try Self.evaluate("now() == 1700000000 and ngx.time() == now()", nil, now: 1_700_000_000))
        #expect(try Self.evaluate("now() // 86400 % 7 == 4", nil, now: 86400 * 4 + 100))
    }

    @Test func aSeedOutsideOf32BitsIsAnError() {
        #expect(throws: EvaluationError.self) { try Self.evaluate("murmur3(cookie.uid, tonumber(\"-1\") * #cookie.uid) == 1", "a") }
    }

    @Test func aKeyKeepsItsBytes() throws {
        var slots = RequestSlots()
        let key = try RequestKey("cookie.uid or client.address", slots: &slots, place: "t")
        let raw = ByteString(bytes: [0xFF, 0x00, 0x61])
        #expect(try key.evaluateBytes(RequestView(values: [raw, nil])) == raw)
        #expect(try key.evaluateBytes(RequestView(values: ["", "10.0.0.1"])) == "10.0.0.1")
        #expect(try key.evaluateBytes(RequestView(values: [nil, nil])) == nil)
    }

    /// The quick way of fields in turn and the walk over the tree give the same key.
    @Test func aKeyOfFieldsInTurnIsTheTreesKey() throws {
        var generator = Generator(seed: 51)
        for source in ["cookie.a", "cookie.a or cookie.b", "cookie.a or (cookie.b or cookie.c)", "(cookie.a or cookie.b) or cookie.c"] {
            var slots = RequestSlots()
            let key = try RequestKey(source, slots: &slots, place: "t")
            var same = RequestSlots()
            // Joined with nothing it is no longer a row of fields, and nil is an error instead.
            let walked = try RequestKey("(\(source) or \"\") .. \"\"", slots: &same, place: "t")
            for _ in 0..<50 {
                let view = RequestView(values: slots.fields.map { _ in generator.pick([nil, "", "u1", "u2"]) })
                #expect(try key.evaluateBytes(view) == walked.evaluateBytes(view), "\(source)")
            }
        }
    }
}
