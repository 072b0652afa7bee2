import Predicates
import ReleaseModel
import Routing
import Testing

@Suite("Colours") struct ColorTests {
    static let now = RoutingTable.noon
    static let first = Array("a secret of the first key".utf8)
    static let second = Array("a secret of the second key".utf8)

    // MARK: - The header

    @Test(
        "what the header says",
        arguments: [
            ("user-v2,region-sh", ["user-v2", "region-sh"]), (" a ,\tb ", ["a", "b"]), ("a,a,b,a", ["a", "b"]), ("", []), (",,,", []),
            ("a b,c", ["c"]), ("a;b,$x,\"q\",-a,ok_1.2", ["ok_1.2"]), ("灰度,x", ["x"]),
        ]) func header(_ text: String, _ tags: [String])
    {
        #expect(ColorHeader.parse(Array(text.utf8)) == tags)
    }

    @Test func theHeaderIsBounded() {
        let many = (0..<20).map { "t\($0)" }
        #expect(ColorHeader.parse(Array(many.joined(separator: ",").utf8)) == Array(many.prefix(16)))
        #expect(ColorHeader.text(many) == many.prefix(16).joined(separator: ","))
        #expect(ColorHeader.parse(Array(String(repeating: "a,", count: 641).utf8)) == [])
        let longest = (0..<16).map { String(repeating: "x", count: 61) + "\($0 + 10)" }
        #expect(ColorHeader.parse(Array(longest.joined(separator: ", ").utf8)) == longest)
    }

    @Test("any bytes give names only, and what is written is read back") func fuzzedHeader() {
        var random = SplitMix(seed: 1)
        for _ in 0..<20_000 {
            let tags = ColorHeader.parse(random.bytes(upTo: 60, alphabet: "ab1-._, \t,"))
            #expect(tags.count <= ColorHeader.maximumTags && tags.allSatisfy { Name.problem(with: $0) == nil })
            #expect(ColorHeader.parse(Array(ColorHeader.text(tags).utf8)) == tags)
        }
    }

    // MARK: - Signatures

    static func signed(
        _ tags: [String] = ["user-v2", "region-sh"], hops: Int = 1, lifetime: Double = 300, key: String = "k1", secret: [UInt8] = first
    ) -> String {
        ColorSignature.sign(tags: tags, hops: hops, expires: now + .seconds(lifetime), keyID: key, secret: secret)
    }

    @Test("the signature of RFC 4231's HMAC over the agreed text") func signature() {
        let text = ColorSignature.sign(
            tags: ["a", "b"], hops: 2, expires: Timestamp(microseconds: 1_800_000_000_999_999), keyID: "k1",
            secret: Array("0123456789abcdef".utf8))
        // printf 'k1\n1800000000\n2\na,b' | openssl dgst -sha256 -hmac 0123456789abcdef
        #expect(text == "k=k1;e=1800000000;h=2;s=fd917d68e4eac6271c9f68d14c69acc1301868d9d6ed417aff26231321e550ad")
    }

    static func gate(
        trust: [String] = ["10.0.0.0/8", "2001:db8::/32"], keys: [String] = ["k1"], hops: Int = 8, baggage: String? = nil
    ) throws -> ColorGate {
        try ColorGate(
            propagation: Propagation(
                trust: trust, keys: keys.map { ColorKey(id: $0, secret: "env:\($0)") }, maximumHops: hops, baggage: baggage),
            tagHeader: "X-Gray-Tag", secrets: ["k1": first, "k2": second])
    }

    static func request(
        _ tags: String? = "user-v2,region-sh", from address: String = "192.0.2.1", signature: String? = nil, hops: String? = nil
    ) -> RoutingRequest {
        RoutingRequest(
            clientAddress: address,
            headers: [("x-gray-tag", tags), ("X-Gray-Tag-Signature", signature), ("x-gray-tag-hops", hops)].compactMap { name, value in
                value.map { (name, $0) }
            })
    }

    private func admit(_ request: RoutingRequest, _ gate: ColorGate, at time: Timestamp = now) -> ColorGate.Admission {
        gate.admit(request, now: time)
    }

    @Test func aTrustedNetworkIsBelieved() throws {
        let gate = try Self.gate()
        #expect(admit(Self.request(from: "10.1.2.3", hops: "3"), gate).colors == InboundColors(tags: ["user-v2", "region-sh"], hops: 3))
        #expect(admit(Self.request(from: "2001:db8::1"), gate).colors.tags.count == 2)
        #expect(admit(Self.request(from: "11.0.0.1"), gate).reason == .untrusted)
        #expect(admit(Self.request(nil, from: "10.1.2.3"), gate).reason == .notPresent)
        // Behind a proxy the peer is not the client.
        #expect(gate.admit(Self.request(from: "10.1.2.3"), peer: Array("192.0.2.9".utf8), now: Self.now).reason == .untrusted)
        #expect(gate.admit(Self.request(from: "192.0.2.1"), peer: Array("10.0.0.1".utf8), now: Self.now).reason == nil)
    }

    @Test func withoutAnythingConfiguredNothingIsBelieved() throws {
        let gate = try ColorGate(propagation: Propagation(), tagHeader: "x-gray-tag", secrets: [:])
        #expect(admit(Self.request(from: "127.0.0.1"), gate).reason == .untrusted)
        #expect(admit(Self.request(signature: Self.signed()), gate).reason == .badSignature)
    }

    @Test func aSignatureIsBelievedFromAnywhere() throws {
        let gate = try Self.gate()
        #expect(admit(Self.request(signature: Self.signed()), gate).colors == InboundColors(tags: ["user-v2", "region-sh"], hops: 1))
        // The signed hops count, not the header that anybody can set.
        #expect(admit(Self.request(signature: Self.signed(hops: 5), hops: "0"), gate).colors.hops == 5)
    }

    @Test func forgedSignaturesAreNot() throws {
        let gate = try Self.gate()
        let good = Self.signed()
        #expect(admit(Self.request("user-v3", signature: good), gate).reason == .badSignature)
        #expect(admit(Self.request("user-v2", signature: good), gate).reason == .badSignature)
        #expect(admit(Self.request("region-sh,user-v2", signature: good), gate).reason == .badSignature)
        #expect(admit(Self.request(signature: Self.signed(secret: Self.second)), gate).reason == .badSignature)
        #expect(admit(Self.request(signature: Self.signed(key: "k9")), gate).reason == .badSignature)
        #expect(admit(Self.request(signature: good.replacing("h=1", with: "h=0")), gate).reason == .badSignature)
        let expiry = Int64(Self.now.seconds) + 300
        #expect(admit(Self.request(signature: good.replacing("e=\(expiry)", with: "e=\(expiry + 1)")), gate).reason == .badSignature)
        // Every single digit of the code counts.
        let start = good.utf8.count - 64
        for position in start..<good.utf8.count {
            var bytes = Array(good.utf8)
            bytes[position] = bytes[position] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
            #expect(admit(Self.request(signature: String(decoding: bytes, as: UTF8.self)), gate).reason == .badSignature)
        }
    }

    @Test(arguments: [
        "", "k=k1", "k=k1;e=1;h=1;s=00", "e=1;k=k1;h=1;s=", "k=k1;e=01;h=1;s=\(String(repeating: "0", count: 64))",
        "k=k1;e=-1;h=1;s=\(String(repeating: "0", count: 64))", "k=k1;e=1;h=1001;s=\(String(repeating: "0", count: 64))",
        "k=k1;e=1;h=1;s=\(String(repeating: "A", count: 64))", "k=k 1;e=1;h=1;s=\(String(repeating: "0", count: 64))",
        "k=k1;e=9999999999999999;h=1;s=\(String(repeating: "0", count: 64))", String(repeating: "k", count: 300),
    ]) func whatIsNoSignature(_ text: String) throws {
        #expect(ColorSignature(Array(text.utf8)) == nil)
        #expect(admit(Self.request(signature: text), try Self.gate()).reason == .malformed)
    }

    @Test func signaturesExpire() throws {
        let gate = try Self.gate()
        let request = Self.request(signature: Self.signed(lifetime: 10))
        #expect(admit(request, gate, at: Self.now + .seconds(9.999)).reason == nil)
        #expect(admit(request, gate, at: Self.now + .seconds(10)).reason == .expired)
        // Who forges an expired one does not even learn that.
        #expect(admit(Self.request("x", signature: Self.signed(lifetime: 10)), gate, at: Self.now + .seconds(20)).reason == .badSignature)
    }

    @Test("keys are rotated: the new one is added, then signs, then the old one is removed") func rotation() throws {
        let stages = [["k1"], ["k1", "k2"], ["k2", "k1"], ["k2"]]
        let assignment = try RoutingTable(
            routing: RoutingTableTests.routing, salt: "s",
            arms: [ArmWeight(arm: "stable", weight: .zero), ArmWeight(arm: "canary", weight: .full)]
        ).assign(RoutingRequest(headers: [("x-beta", "1")]))
        for (before, after) in zip(stages, stages.dropFirst()) {
            // During a change some hops have the old list and some the new one.
            for (sender, receiver) in [(before, after), (after, before)] {
                let sent = try Self.gate(keys: sender).outgoing(assignment, inbound: .none, baggage: nil, now: Self.now)
                let admission = admit(Self.request(sent.tags, signature: sent.signature), try Self.gate(keys: receiver))
                #expect(admission.colors == InboundColors(tags: ["beta"], hops: 1), "\(sender) to \(receiver)")
            }
        }
        let old = try Self.gate(keys: ["k1"]).outgoing(assignment, inbound: .none, baggage: nil, now: Self.now)
        #expect(admit(Self.request(old.tags, signature: old.signature), try Self.gate(keys: ["k2"])).reason == .badSignature)
    }

    @Test func coloursEndAfterTheirHops() throws {
        let gate = try Self.gate(hops: 2)
        #expect(admit(Self.request(from: "10.0.0.1", hops: "1"), gate).reason == nil)
        #expect(admit(Self.request(from: "10.0.0.1", hops: "2"), gate).reason == .tooManyHops)
        #expect(admit(Self.request(from: "10.0.0.1", hops: "9999"), gate).reason == .tooManyHops)
        #expect(admit(Self.request(signature: Self.signed(hops: 2)), gate).reason == .tooManyHops)
        for wrong in ["-1", "x", "", "10000", " 1"] {
            #expect(admit(Self.request(from: "10.0.0.1", hops: wrong), gate).reason == .malformed, "'\(wrong)'")
        }
    }

    @Test func aHeaderThatIsThereTwiceIsNotBelieved() throws {
        let gate = try Self.gate()
        for name in ["x-gray-tag", "x-gray-tag-hops"] {
            var request = Self.request(from: "10.0.0.1", hops: "1")
            request.headers.append(.init(name: Array(name.utf8), value: Array("1".utf8)))
            #expect(admit(request, gate).reason == .malformed)
        }
        var request = Self.request(signature: Self.signed())
        request.headers.append(.init(name: Array("x-gray-tag-signature".utf8), value: Array(Self.signed().utf8)))
        #expect(admit(request, gate).reason == .malformed)
        #expect(admit(Self.request(" , ", from: "10.0.0.1"), gate).reason == .malformed)
    }

    @Test("no bytes without the secret are believed") func fuzzedGate() throws {
        let gate = try Self.gate(trust: [])
        var random = SplitMix(seed: 3)
        let good = Array(Self.signed().utf8)
        var reasons: Set<ColorGate.Reason> = []
        for _ in 0..<5000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: position)
                default: bytes.insert(Array("k=;e0123456789abcdefhs".utf8).randomElement(using: &random)!, at: position)
                }
            }
            guard bytes != good else { continue }
            var request = Self.request(signature: "")
            request.headers[1].value = bytes
            let admission = gate.admit(request, now: Self.now)
            #expect(admission.colors == .none)
            if let reason = admission.reason { reasons.insert(reason) }
        }
        #expect(reasons == [.malformed, .badSignature])
    }

    @Test(
        "what is no gate",
        arguments: [
            (Propagation(trust: ["10.0.0.1/8"]), "10.0.0.1/8"), (Propagation(keys: [ColorKey(id: "k 1", secret: "env:A")]), "k 1"),
            (Propagation(keys: [ColorKey(id: "k1", secret: "env:A"), ColorKey(id: "k1", secret: "env:A")]), "two keys"),
            (Propagation(maximumHops: 0), "hops"), (Propagation(maximumHops: 65), "hops"), (Propagation(baggage: "a=b"), "a=b"),
            (Propagation(keys: [ColorKey(id: "short", secret: "env:A")]), "16 bytes"),
            (Propagation(keys: [ColorKey(id: "k3", secret: "env:A")]), "no secret"),
        ]) func refused(_ propagation: Propagation, _ word: String)
    {
        let error = #expect(throws: ReleaseError.self) {
            try ColorGate(propagation: propagation, tagHeader: "x-gray-tag", secrets: ["k1": Self.first, "short": Array("hunter2".utf8)])
        }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("hunter2") == false)
    }

    // MARK: - The way on

    @Test func theNextHopGetsOneHopMore() throws {
        let gate = try Self.gate(baggage: "gray-tag")
        let table = try RoutingTable(
            routing: RoutingTableTests.routing, salt: "s",
            arms: [ArmWeight(arm: "stable", weight: .zero), ArmWeight(arm: "canary", weight: .full)])
        let inbound = InboundColors(tags: ["other", "beta"], hops: 3)
        let assignment = table.assign(RoutingRequest(headers: [("cookie", "region=sh")]), inbound: inbound)
        #expect(assignment.colors == ["sh", "other", "beta"])
        #expect(assignment.rule == "beta in Shanghai")
        let sent = gate.outgoing(assignment, inbound: inbound, baggage: Array("a=1".utf8), now: Self.now)
        #expect(sent.tags == "sh,other,beta")
        #expect(sent.hops == 4)
        #expect(sent.baggage.map { String(decoding: $0, as: UTF8.self) } == "gray-tag=sh%2Cother%2Cbeta,a=1")
        let next = gate.admit(Self.request(sent.tags, signature: sent.signature), now: Self.now)
        #expect(next.colors == InboundColors(tags: ["sh", "other", "beta"], hops: 4))
        let plain = table.assign(RoutingRequest())
        let nothing = gate.outgoing(plain, inbound: .none, baggage: Array("gray-tag=forged,a=1".utf8), now: Self.now)
        #expect(nothing.tags == nil && nothing.hops == nil && nothing.signature == nil)
        #expect(nothing.baggage.map { String(decoding: $0, as: UTF8.self) } == "a=1")
    }

    @Test("an unknown colour leads nowhere, and is kept") func unknownColors() throws {
        let arms = [ArmWeight(arm: "stable", weight: .init(basisPoints: 5000)), ArmWeight(arm: "canary", weight: .init(basisPoints: 5000))]
        let table = try RoutingTable(routing: RoutingTableTests.routing, salt: "s", arms: arms)
        for index in 0..<200 {
            let request = RoutingRequest(headers: [("x-user-id", "user-\(index)")])
            let colored = table.assign(request, inbound: InboundColors(tags: ["nobody-knows"], hops: 1))
            #expect(colored.arm == table.assign(request).arm)
            #expect(colored.colors == ["nobody-knows"])
        }
    }

    @Test("at weight 0 an inbound colour leads nowhere") func inboundAtWeightZero() throws {
        let arms = [ArmWeight(arm: "stable", weight: .full), ArmWeight(arm: "canary", weight: .zero)]
        let table = try RoutingTable(routing: RoutingTableTests.routing, salt: "s", arms: arms)
        let assignment = table.assign(RoutingRequest(), inbound: InboundColors(tags: ["beta", "sh"], hops: 1))
        #expect(assignment.arm == "stable" && assignment.rule == nil)
        #expect(assignment.colors == ["beta", "sh"])
    }

    @Test("a request carries at most sixteen colours, its own first") func boundedColors() throws {
        let table = try RoutingTable(
            routing: RoutingTableTests.routing, salt: "s",
            arms: [ArmWeight(arm: "stable", weight: .zero), ArmWeight(arm: "canary", weight: .full)])
        let inbound = InboundColors(tags: (0..<16).map { "t\($0)" }, hops: 1)
        let colors = table.assign(RoutingRequest(headers: [("x-beta", "1")]), inbound: inbound).colors
        #expect(colors == ["beta"] + (0..<15).map { "t\($0)" })
    }
}
