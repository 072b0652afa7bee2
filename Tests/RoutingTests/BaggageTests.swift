import Routing
import Testing

@Suite("Baggage") struct BaggageTests {
    private func merged(_ existing: String?, _ tags: [String]) -> String? {
        Baggage.merged(into: existing.map { Array($0.utf8) }, name: "gray-tag", tags: tags).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func ourMemberIsReplacedAndTheOthersStay() {
        #expect(Baggage.member(name: "gray-tag", tags: ["a", "b"]) == "gray-tag=a%2Cb")
        #expect(merged(nil, ["a", "b"]) == "gray-tag=a%2Cb")
        #expect(merged("", ["a"]) == "gray-tag=a")
        #expect(merged("x=1;p=2 , gray-tag=old ;q, y = 2,gray-tagged=z", ["a"]) == "gray-tag=a,x=1;p=2,y = 2,gray-tagged=z")
        #expect(merged("gray-tag=old", []) == nil)
        #expect(merged(nil, []) == nil)
        #expect(merged("gray-tag=forged, gray-tag=again,x=1", []) == "x=1")
        #expect(merged(" gray-tag = forged", ["a"]) == "gray-tag=a")
    }

    @Test func theLimitsOfTheRecommendationHold() {
        let members = (0..<80).map { "k\($0)=v" }
        #expect(merged(members.joined(separator: ","), ["a"])?.split(separator: ",").count == 64)
        let long = "long=" + String(repeating: "x", count: 8170)
        let text = merged("a=1,\(long),b=2", ["t"])
        #expect(text == "gray-tag=t,a=1,\(long)")
        #expect(text.map { $0.utf8.count <= Baggage.maximumBytes } == true)
        #expect(merged("a=1,\(long)\(long),b=2", ["t"]) == "gray-tag=t,a=1")
    }

    @Test("what is written is read back, whatever stood there") func fuzz() {
        var random = SplitMix(seed: 5)
        for _ in 0..<10_000 {
            let existing = random.bytes(upTo: 80, alphabet: "gray-tag=ab,;% \t%2C")
            let tags = (0..<Int.random(in: 0...3, using: &random)).map { "t\($0)" }
            let output = Baggage.merged(into: existing, name: "gray-tag", tags: tags)
            #expect(Baggage.tags(named: "gray-tag", in: output ?? []) == tags)
            // Merging again changes nothing.
            #expect(Baggage.merged(into: output, name: "gray-tag", tags: tags) == output)
        }
        #expect(Baggage.tags(named: "gray-tag", in: Array("x=1,gray-tag = a%2cb;p=1".utf8)) == ["a", "b"])
    }
}
