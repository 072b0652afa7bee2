import LogMining
import ReleaseModel
import Testing

@Suite("Templates")
struct LogMinerTests {
    private func text(_ lines: String...) -> String {
        var miner = LogMiner()
        return lines.map { miner.add($0).template.text }.last!
    }

    @Test(
        "What varies is masked, whatever it looks like",
        arguments: [
            ("order 4711 shipped", "order <*> shipped"),
            (
                "Receiving block blk_-1608999687919862906 src: /10.250.19.102:54106 dest: /10.250.19.102:50010",
                "Receiving block <*> src: <*> dest: <*>"
            ),
            ("request 7f9c24e5-9f3a-4b1e-8f53-1c2d3e4f5a6b took 12.5ms", "request <*> took <*>"),
            ("could not read /var/lib/app/data: disk full", "could not read <*>: disk full"),
            ("sent 426 bytes (1.2 KB) in 12 ms", "sent <*> in <*>"), ("sent 426 bytes in 900 us", "sent <*> in <*>"),
            ("proxy.example.com:5070 open", "<*> open"),
            ("mail to ann.smith@example.com bounced", "mail to <*> bounced"),
            (#"unknown field "shipping address" in body"#, #"unknown field "<*>" in body"#),
            ("values [1, 2, 3] of 00:1b:44:11:3a:b7", "values [<*>] of <*>"),
            ("opened C:\\logs\\app", "opened <*>"),
            ("用户123登录失败", "用户<*>登录失败"),
        ])
    func masks(line: String, expected: String) {
        #expect(text(line) == expected)
    }

    @Test(
        "Secrets and personal data never reach a template",
        arguments: [
            ("login with password=hunter for bob", "hunter"), ("Authorization: Bearer abcdefghijkl", "abcdefghijkl"),
            ("card 4111 1111 1111 1111 refused", "4111"), ("api_key: sesame rejected", "sesame"),
            ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.abc seen", "eyJ"), ("session token=correcthorse expired", "correcthorse"),
            ("key AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGhIjKlMnOpQr leaked", "AbCdEf"), ("user=alice logged in", "alice"),
        ])
    func secrets(line: String, secret: String) {
        #expect(!text(line).contains(secret))
    }

    @Test("Words that differ become variable, and the identity stays the one it was born with")
    func generalizes() {
        var miner = LogMiner()
        let first = miner.add("order of the customer alpha was shipped").template
        let second = miner.add("order of the customer beta was shipped").template
        #expect(second.text == "order of the customer <*> was shipped")
        #expect(second.id == first.id)
        #expect(miner.count == 1)
    }

    @Test(
        "Opposites are kept apart",
        arguments: [
            ("VM Started (Lifecycle Event)", "VM Paused (Lifecycle Event)"), ("link to node is up now", "link to node is down now"),
            ("payment for the order succeeded", "payment for the order failed"),
            ("connection to broker opened by client", "connection to broker closed by client"),
        ])
    func opposites(one: String, other: String) {
        var miner = LogMiner()
        #expect(miner.add(one).template.id != miner.add(other).template.id)
    }

    @Test("Identity is the same in every process: it depends on the skeleton alone")
    func identity() {
        var one = LogMiner()
        var other = LogMiner()
        _ = other.add("something else came first 17")
        let line = "ERROR could not price order 118"
        #expect(one.add(line).template.id == other.add("ERROR could not price order 5").template.id)
        // The value itself is part of the stored data: it must not change between versions.
        // printf 'error\0\0\0ERROR could not price order <*>' | sha256sum
        #expect(one.add(line).template.id == "90472931675bf89e")
    }

    @Test("The same text at another severity, or with another exception, is another template")
    func severityAndException() {
        var miner = LogMiner()
        let ids = [
            miner.add("cache miss", severity: .info), miner.add("cache miss", severity: .warn),
            miner.add("cache miss\njava.lang.NullPointerException\n\tat com.example.Cache.get(Cache.java:1)", severity: .warn),
            miner.add("cache miss\njava.lang.IllegalStateException\n\tat com.example.Cache.get(Cache.java:1)", severity: .warn),
            miner.add("cache miss\njava.lang.IllegalStateException\n\tat com.example.Cache.put(Cache.java:2)", severity: .warn),
        ].map(\.template.id)
        #expect(Set(ids).count == ids.count)
    }

    @Test("Memory is bounded, and a template that was forgotten comes back as itself")
    func bounded() {
        var limits = LogMinerLimits()
        limits.templates = 100
        var miner = LogMiner(limits: limits)
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        func word(_ n: Int) -> String { String([letters[n / 676 % 26], letters[n / 26 % 26], letters[n % 26]]) }
        let first = miner.add("\(word(0)) event happened here").template.id
        for n in 1..<5000 { _ = miner.add("\(word(n)) event happened here") }
        #expect(miner.count <= 100)
        let again = miner.add("\(word(0)) event happened here")
        #expect(again.isNew && again.template.id == first)
    }

    @Test("A very long line and one without any word are templates too")
    func extremes() {
        var miner = LogMiner()
        #expect(miner.add(String(repeating: "word ", count: 100_000)).template.text.utf8.count <= LogTemplate.maximumTextBytes)
        #expect(miner.add("").template.text.isEmpty)
        #expect(miner.add("\u{0}\u{1}\"'\"'((((").template.id.count == 16)
    }
}
