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
            ("用户123登录失败", "用户<*>登录失败"), ("订单，支付完成。", "订单，支付完成"),
            ("since Fri Jul  1 07:57:30 2005 idle", "since <*> idle"), ("it may fail in March", "it may fail in March"),
            ("threshold........0 of 12", "threshold........<*> of <*>"),
            ("ask host to delete blk_1 blk_-2 blk_3", "ask host to delete <*>"),
            ("opened by SOCKS5 or ssh2", "opened by SOCKS5 or ssh2"), ("mask ffffffff set", "mask <*> set"),
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

    @Test("Few words at one place are cases of their own; more become variable, and the oldest identity takes the others in")
    func generalizes() {
        var miner = LogMiner()
        let words = ["alpha", "beta", "gamma", "delta"]
        let events = words.map { miner.add("order of the customer \($0) was shipped") }
        #expect(events.map(\.isNew) == [true, true, true, true])
        #expect(events[2].template.text == "order of the customer gamma was shipped")
        #expect(events[3].template.text == "order of the customer <*> was shipped")
        #expect(events[3].template.id == events[0].template.id)
        let joined = events[1...2].map(\.template.id)
        let last = miner.takeAliases()
        #expect(last.map(\.template) == Array(repeating: events[0].template.id, count: 3))
        #expect(last.prefix(2).map(\.alias) == joined)
        #expect(miner.templates.map(\.aliases) == [last.map(\.alias)])
        #expect(miner.takeAliases().isEmpty)
        #expect(miner.count == 1)
        #expect(!miner.add("order of the customer epsilon was shipped").isNew)
        // What was remembered of a line from before leads to the template as it is now.
        #expect(miner.add("order of the customer beta was shipped").template == miner.templates[0])
    }

    @Test("Where a value varies by its form, every word there is a value")
    func mixed() {
        #expect(text("lock of com.example.app:17 taken over", "lock of android taken over") == "lock of <*> taken over")
        #expect(text("plugin org.example.one is here now", "plugin org.example.two is here now") == "plugin <*> is here now")
    }

    @Test("Names in capitals are cases of their own for longer")
    func names() {
        var miner = LogMiner()
        let states = ["NEW", "ASSIGNED", "RUNNING", "FAIL_CLEANUP", "SUCCEEDED", "LOST"]
        for (one, other) in zip(states, states.dropFirst()) { _ = miner.add("attempt_17 Transitioned from \(one) to \(other)") }
        #expect(miner.count == 5)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        for (one, other) in zip(letters, letters.dropFirst()) { _ = miner.add("article \(one)X\(other) was bought") }
        #expect(miner.templates.last?.text == "article <*> was bought")
    }

    @Test("A state never becomes variable, and no variable place takes one in")
    func states() {
        var miner = LogMiner()
        for word in ["alpha", "beta", "gamma", "delta"] { _ = miner.add("the service \(word) of the shop") }
        #expect(miner.templates.map(\.text) == ["the service <*> of the shop"])
        #expect(miner.add("the service failed of the shop").isNew)
        #expect(miner.add("the service started of the shop").isNew)
        #expect(miner.count == 3)
    }

    @Test("Role accounts tell events apart, people do not")
    func accounts() {
        #expect(text("login refused user=root from 10.0.0.1") == "login refused user=root from <*>")
        #expect(text("login refused user=alice from 10.0.0.1") == "login refused user=<*> from <*>")
        #expect(text("login refused password=root from 10.0.0.1") == "login refused password=<*> from <*>")
    }

    @Test("Bytes are mined as strings are")
    func bytes() {
        var (one, other) = (LogMiner(), LogMiner())
        let lines = [
            "order 17 shipped", #"{"level":"error","msg":"order 3 lost"}"#, "level=warn msg=\"slow query\" took=3s", "WARN disk 80% full",
            "uid=0 euid=0 done", "a java.io.IOException: broken", "x\njava.lang.Error: y\n\tat a.B.c(B.java:1)", "",
        ]
        for line in lines {
            let mined = Array(line.utf8).withUnsafeBufferPointer { one.mine($0) }
            #expect(one[mined] == other.add(line).template)
        }
        #expect(one.templates.map(\.severity) == [.info, .error, .warn, .warn, .info, .error, .error, .info])
        let binary = [UInt8]((11...255).map { UInt8($0) } + [0xff, 0xfe, 0xe3])
        #expect(binary.withUnsafeBufferPointer { one.mine($0) }.isNew)
    }

    @Test(
        "Opposites are kept apart",
        arguments: [
            ("VM Started (Lifecycle Event)", "VM Paused (Lifecycle Event)"), ("link to node is up now", "link to node is down now"),
            ("payment for the order succeeded", "payment for the order failed"),
            ("connection to broker opened by client", "connection to broker closed by client"), ("支付网关连接成功", "支付网关连接失败"),
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
