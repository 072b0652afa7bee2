import LogMining
import ReleaseModel
import Testing

@Suite("Masking")
struct MaskingTests {
    @Test(
        "Secrets and personal data go, and what they were is named",
        arguments: [
            ("login of ann.o'neil+x@mail.example.org failed.", "login of <e-mail> failed."),
            ("mail to ann@example.org.", "mail to <e-mail>."),
            ("login failed, password=hunter2", "login failed, password=<secret>"),
            (#"{"user_password": "a \" b", "n": 1}"#, #"{"user_password": "<secret>", "n": 1}"#),
            (#"body {\"api_key\":\"abc\"} refused"#, #"body {\"api_key\":\"<secret>"} refused"#),
            ("Authorization: Bearer abc.def", "Authorization: <secret>"),
            ("header 'Bearer abcdef' refused", "header 'Bearer <secret>' refused"),
            ("X-Api-Key: k-17; retry", "X-Api-Key: <secret>; retry"),
            ("GET /a?access_token=abc&b=2", "GET /a?access_token=<secret>&b=2"),
            ("connect postgres://app:s3cret@db:5432/shop", "connect postgres://<secret>@db:5432/shop"),
            ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N back", "got <token> back"),
            ("key ghp_0123456789abcdefghijABCDEFGHIJ012345 used", "key <token> used"),
            ("digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "digest <token>"),
            ("session zQ4kT9pW2xLm8vRb6nYcJ3hD done", "session <token> done"),
            ("card 4111 1111 1111 1111 declined", "card <card> declined"),
            ("card 5500-0055-5555-5559.", "card <card>."),
            ("pan=378282246310005", "pan=<card>"),
            ("用户 ann@example.org 登录失败", "用户 <e-mail> 登录失败"),
        ])
    func masked(line: String, expected: String) {
        #expect(LogMask().masked(line) == expected)
    }

    @Test(
        "What only looks like it stays",
        arguments: [
            "order 4111111111111112 shipped in 12 ms", "at com.example.shop.PaymentGateway.charge(PaymentGateway.java:42)",
            "2026-11-21 02:15:00.123 ERROR timeout after 1795228500123 ms", "trace 7c9e6679-7425-40de-944b-e07fc1f90ae7",
            "read /var/lib/checkout/2026/11/21/segment0001.log", "token expired for 10.0.0.1:8080", "user 17 @ shop",
            "the secret of success", "version 1.2.3.4.5 of fe:80", "passwords are checked",
        ])
    func kept(line: String) {
        #expect(LogMask().masked(line) == line)
    }

    @Test("IP addresses go by choice")
    func addresses() {
        let line = "10.0.0.1:8080 refused ::1, fe80::1ff:fe23:4567:890a and 2001:0db8:85a3:0000:0000:8a2e:0370:7334 at 12:15:07, v1.2.3.4.5"
        #expect(LogMask().masked(line) == line)
        #expect(LogMask(addresses: true).masked(line) == "<ip>:8080 refused <ip>, <ip> and <ip> at 12:15:07, v1.2.3.4.5")
    }

    @Test("A secret that the limit cuts goes as a whole")
    func cut() {
        let line = String(repeating: "word ", count: LogMask.maximumBytes / 5) + "ann@example.org"
        #expect(!LogMask().masked(line).contains("ann"))
        #expect(LogMask().masked(String(repeating: "a", count: 3 * LogMask.maximumBytes)).isEmpty)
    }

    @Test("Any bytes are masked in time, and masking again changes nothing that matters")
    func anyBytes() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array(" =:\"'\\@./-_&?ab1fA49eyJpassword<>,{}\u{e4}\u{4e2d}".unicodeScalars)
        for _ in 0..<3000 {
            var line = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...120, using: &generator) { line.append(alphabet.randomElement(using: &generator)!) }
            let masked = LogMask(addresses: true).masked(String(line))
            #expect(masked.utf8.count <= 8 * (line.count + 1))
        }
    }

    @Test("Neither templates nor samples hold what was masked")
    func collected() {
        var collector = LogCollector()
        let now = Timestamp(rfc3339: "2026-11-21T02:15:00Z")!
        let source = LogSource(service: "checkout", revision: "v42", instance: "i")
        let secrets = [
            "ann@example.org", "4111111111111111", "hunter2hunter", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N",
        ]
        for secret in secrets {
            collector.add(
                LogRecord(
                    source: source, time: now, severity: .error,
                    line: "ERROR refused token=\(secret) of \(secret.uppercased())x password=\(secret)"),
                now: now)
        }
        let counts = collector.drainEverything(now: now).flatMap(\.counts)
        #expect(counts.reduce(0) { $0 + $1.count } == secrets.count)
        #expect(counts.contains { $0.sample != nil })
        for count in counts {
            for secret in secrets { #expect(!(count.text + (count.sample ?? "")).contains(secret)) }
        }
    }
}
