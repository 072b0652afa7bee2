import PluginKit
import ReleaseModel
import Testing

@testable import NginxPrinting
@testable import NginxTraffic

@Suite("Parts of the printer") struct PartTests {
    @Test("names become identifiers that never meet") func names() {
        let services = [
            "checkout", "order-api", "order_api", "order.api", "Checkout", "CHECKOUT", "a", "a-", "a--b", "a-b", "a_b", "a.b",
            String(repeating: "x", count: 63),
            String(repeating: "x", count: 62) + "y", NginxName.service("a_b"), NginxName.service("Checkout"),
            NginxName.service("a_b").replacing("_", with: "-"),
        ]
        let names = services.map(NginxName.service)
        #expect(Set(names).count == Set(services).count)
        #expect(names[0] == "checkout")
        #expect(names[1] == "order_api")
        for name in names { #expect(name.count <= 20 && name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }) }
        let arms = [
            "stable", "canary", "Canary", "b-side", "b_side", "default", "include", "volatile", "hostnames", NginxName.arm("b-side"),
        ]
        #expect(Set(arms.map(NginxName.arm)).count == arms.count)
        for arm in arms { #expect(!NginxName.arm(arm).contains("_")) }
    }

    @Test("addresses of servers", arguments: ["127.0.0.1:80", "a.example:65535", "[::1]:8080", "host-1:1"]) func addresses(_ text: String) {
        #expect(ServerAddress.problem(with: text) == nil)
    }

    @Test(
        "what is no address",
        arguments: [
            "", "a", "a:", ":80", "a:0", "a:65536", "a:080", "a b:80", "a;b:80", "$h:80", "[::1:80", "unix:/x", "a:80 down", "a:8\n0",
            "-a:80", "[]:80", "http://a:80",
        ]) func noAddress(_ text: String)
    {
        #expect(ServerAddress.problem(with: text) != nil)
    }

    @Test("a digest seals every byte of a file") func seal() throws {
        let header = FragmentHeader(release: "r-1", service: "s", generation: 1, leaseTerm: 1, files: ["location": "l"])
        let text = FragmentHeader.sealed(
            "# first\n\(try header.line)\nmap $a $b { default 1; }\nzeros \(FragmentHeader.digestPlaceholder)\n")
        let sealed = try #require(FragmentHeader(of: text))
        #expect(sealed.seals(text))
        #expect(text.contains("zeros \(FragmentHeader.digestPlaceholder)"))
        for index in text.indices where text[index] != "\n" {
            var changed = text
            changed.replaceSubrange(index...index, with: text[index] == "x" ? "y" : "x")
            #expect(FragmentHeader(of: changed)?.seals(changed) != true)
        }
        #expect(!sealed.seals(text + "\n"))
    }

    @Test(
        "settings that cannot be used",
        arguments: [
            ("status", "http://10.0.0.1:80"), ("status", "https://127.0.0.1:80"), ("status", "http://127.0.0.1"),
            ("status", "http://127.evil.example:80"),
            ("prefix", "relative"), ("binary", "nginx"), ("fragments", "a b"), ("fragments", "a;b"), ("reloadTimeout", "soon"),
            ("maximumDrain", "0s"),
            ("conf", "conf/nginx.conf"), ("pid", "x\ny"), ("edge", "127.0.0.1:8423"), ("edge", "https://a:1"), ("edge", "http://a:1/x"),
            ("edgeTimeout", "0s"), ("coverageLog", "a b"), ("coverageLog", "off"), ("coverageLog", "$x"),
        ]) func settings(_ name: String, _ value: String)
    {
        #expect(NginxTraffic().validate(.object([name: .string(value)])).map(\.setting) == [name])
    }

    @Test func noSettingIsNeeded() throws {
        #expect(NginxTraffic().validate([:]) == [])
        #expect(try NodeSettings([:]).folder == "/etc/nginx/tidegate")
    }

    @Test("times as nginx writes them") func times() {
        #expect(ConfigurationTest.time("30") == .seconds(30))
        #expect(ConfigurationTest.time("1m30s") == .seconds(90))
        #expect(ConfigurationTest.time("500ms") == .milliseconds(500))
        #expect(ConfigurationTest.time("soon") == nil)
    }

    @Test("a ledger lets one release follow another, and none come back") func ledger() {
        var ledger = ReleaseLedger()
        ledger.note("a-1", leaseTerm: 2, generation: 4)
        ledger.took("a-1", digest: "d1")
        #expect(ledger.refusal(of: "a-1", leaseTerm: 2, generation: 4) == nil)
        #expect(ledger.refusal(of: "a-1", leaseTerm: 3, generation: 4) == nil)
        #expect(ledger.refusal(of: "a-1", leaseTerm: 1, generation: 9) != nil)
        #expect(ledger.refusal(of: "a-1", leaseTerm: 2, generation: 3) != nil)
        // A plan that nginx refused does not replace anything.
        ledger.note("a-2", leaseTerm: 1, generation: 1)
        #expect(ledger.refusal(of: "a-1", leaseTerm: 2, generation: 5) == nil)
        ledger.took("a-2", digest: "d2")
        #expect(ledger.refusal(of: "a-1", leaseTerm: 9, generation: 9) != nil)
        for number in 3..<200 { ledger.note("a-\(number)", leaseTerm: 1, generation: 1) }
        #expect(ledger.entries.count == ReleaseLedger.maximumEntries)
    }
}
