import Foundation
@testable import Predicates
import Testing

/// `ngx.re.match`: the part of PCRE that is honoured, against Perl, and the refusal of everything else.
@Suite struct RegexTests {
    static func evaluate(_ source: String, _ value: String?) throws -> Bool {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(source, slots: &slots, place: "t")
        return try predicate.evaluate(RequestView(slots) { _ in value })
    }

    @Test func aMatchIsTrueAndNoMatchIsNil() throws {
        #expect(try Self.evaluate(#"ngx.re.match(ngx.var.uri, "^/api/v[0-9]+/", "jo")"#, "/api/v12/users"))
        #expect(try Self.evaluate(#"ngx.re.match(ngx.var.uri, "^/api/v[0-9]+/", "jo") ~= nil"#, "/api/v12/users"))
        #expect(try Self.evaluate(#"not ngx.re.find(path, [[^/API/\d]], "i")"#, "/api/v12/users"))
        #expect(try Self.evaluate(#"ngx.re.match(path, [[^/API/V\d+]], "i") == nil"#, "/app"))
        #expect(try Self.evaluate(#"ngx.re.match(path .. "!", "s!$")"#, "/users"))
        #expect(throws: EvaluationError.self) { try Self.evaluate(#"ngx.re.match(path, "a")"#, nil) }
    }

    static let refusals: [(source: String, expected: String)] = [
        (
            #"ngx.re.match(path, "^/(a)\\1")"#,
            """
            t:1:20: back references cannot be matched in linear time, and are not known here
              ngx.re.match(path, "^/(a)\\\\1")
                                 ^
            """
        ),
        (
            #"ngx.re.match(path, [[^/(a)\1]])"#,
            """
            t:1:27: back references cannot be matched in linear time, and are not known here
              ngx.re.match(path, [[^/(a)\\1]])
                                        ^
            """
        ),
        (
            #"ngx.re.match(path, "^/(?!admin)")"#,
            """
            t:1:23: look-ahead cannot be matched in linear time, and is not known here
              ngx.re.match(path, "^/(?!admin)")
                                    ^ write the condition as several joined with 'and', 'or' and 'not'
            """
        ),
        (
            #"ngx.re.match(path, "a++")"#,
            """
            t:1:23: a possessive repetition has no meaning here
              ngx.re.match(path, "a++")
                                    ^ leave the '+' out: nothing backtracks anyway
            """
        ),
        (
            #"ngx.re.match(path, "a", "iD")"#,
            """
            t:1:27: the option 'D' has no meaning here
              ngx.re.match(path, "a", "iD")
                                        ^ the options are i, m, s, x and u; j and o change nothing
            """
        ),
        (
            #"ngx.re.match(path, cookie.re)"#,
            """
            t:1:20: a regular expression and its options are texts in quotes, not 'cookie.re'
              ngx.re.match(path, cookie.re)
                                 ^ for example: ngx.re.match(path, "^/api/v[0-9]+/", "jo")
            """
        ),
        (
            #"ngx.re.match(path, "a") == true"#,
            """
            t:1:25: 'ngx.re.match(path, "a")' is a match or nil and 'true' is true or false: they are never equal
              ngx.re.match(path, "a") == true
                                      ^
            """
        ),
        (
            #"ngx.re.match(path, "a(b)")[1] == "b""#,
            """
            t:1:1: 'ngx.re.match' says whether there is a match, its captures are not known here
              ngx.re.match(path, "a(b)")[1] == "b"
              ^ capture with a Lua pattern: path:match("^/api/v(%d+)/")
            """
        ),
        (
            #"ngx.re.match(path, "(a")"#,
            """
            t:1:21: the group that begins here does not end
              ngx.re.match(path, "(a")
                                  ^ close it with )
            """
        ),
        (
            #"ngx.re.gsub(path, "a", "b") == "b""#,
            """
            t:1:1: 'ngx.re.gsub' has no meaning here
              ngx.re.gsub(path, "a", "b") == "b"
              ^ known are ngx.re.match as a condition, and the methods match, find and gsub with Lua patterns
            """
        ),
    ]

    @Test(arguments: refusals.indices) func whatCannotBeHonouredIsRefused(index: Int) {
        let (source, expected) = Self.refusals[index]
        var slots = RequestSlots()
        let error = #expect(throws: ExpressionError.self) { try RequestPredicate(source, slots: &slots, place: "t") }
        #expect(error?.description == expected)
    }

    @Test(arguments: [
        "a**", "a{2}{3}", "*", "(?=a)", "(?<=a)", "(?<!a)", "(?>a)", "(?R)", "(?(1)a)", "(?#x)", "(*SKIP)", #"\1"#, #"\k<a>"#, #"\p{L}"#,
        #"\Q"#,
        #"\012"#, "[[:foo:]]", "[b-a]", #"[a-\d]"#, "a{2000}", "(a{900}){900}", "a{3,2}", "[a", "a)", #"a\"#, #"\x{100}"#, "a{,3}", #"\G"#,
        #"\K"#,
        "(?<1a>b)", "(?y)",
    ])
    func outsideOfTheSubset(pattern: String) {
        #expect(throws: RegexProblem.self) { try RequestRegex(Array(pattern.utf8), options: []) }
    }

    /// A pattern that takes a backtracking matcher exponential time takes this one as long as the subject.
    @Test(arguments: ["(a*)*b", "(a|aa)+$", "(x+x+)+y", "(a?){30}a{30}"]) func nothingIsExponential(pattern: String) throws {
        for makesTable in [true, false] {
            let regex = try RequestRegex(Array(pattern.utf8), options: [], makesTable: makesTable)
            var steps = 0
            let subject = [UInt8](repeating: UInt8(ascii: pattern.contains("x") ? "x" : "a"), count: 2000)
            let matches = try subject.withUnsafeBufferPointer { subject throws(EvaluationError) in try regex.matches(subject, &steps) }
            #expect(matches == (pattern.contains("a?") || pattern.contains("aa")))
        }
    }

    @Test func aLongSubjectOfALargePatternReachesTheLimit() throws {
        let regex = try RequestRegex(Array("(a|b|ab)*(c|d){200}e".utf8), options: [])
        let subject = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        var steps = 0
        let error = #expect(throws: EvaluationError.self) {
            try subject.withUnsafeBufferPointer { subject throws(EvaluationError) in try regex.matches(subject, &steps) }
        }
        #expect(error == .limit("a pattern match of more than \(ExpressionLimits.patternSteps) steps"))
    }

    static let perl = ["/usr/bin/perl", "/usr/local/bin/perl"].first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: perl != nil, "perl is not installed")) func agreesWithPerl() throws {
        var random = RandomRegex(generator: Generator(seed: 31))
        var cases: [(pattern: [UInt8], options: String, subject: [UInt8], answer: Bool)] = []
        for round in 0..<(1200 * Fuzzing.scale) {
            let pattern = Array(random.pattern(depth: 1 + round % 4).utf8)
            let options = random.options()
            guard let regex = try? RequestRegex(pattern, options: Array(options.utf8)),
                let slow = try? RequestRegex(pattern, options: Array(options.utf8), makesTable: false)
            else { continue }
            for _ in 0..<3 {
                let subject = random.subject()
                var steps = 0
                let answers = try subject.withUnsafeBufferPointer { subject throws(EvaluationError) in
                    (try regex.matches(subject, &steps), try slow.matches(subject, &steps))
                }
                #expect(answers.0 == answers.1, "the table and the automaton: \(String(decoding: pattern, as: UTF8.self))")
                cases.append((pattern, options, subject, answers.0))
            }
        }
        #expect(cases.count > 1800 * Fuzzing.scale, "most generated patterns are in the subset")
        let answers = try Self.perlAnswers(cases.map { ($0.pattern, $0.options, $0.subject) })
        try #require(answers.count == cases.count)
        var differences = 0
        for (one, answer) in zip(cases, answers) where answer != (one.answer ? "1" : "0") {
            Issue.record(
                "/\(String(decoding: one.pattern, as: UTF8.self))/\(one.options) on \(one.subject): Perl says \(answer), here \(one.answer)"
            )
            differences += 1
            if differences == 10 { break }
        }
    }

    /// What Perl says to each pattern and subject: 1, 0 or E. The option u decodes both.
    static func perlAnswers(_ cases: [([UInt8], String, [UInt8])]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-perl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "in")
        let hex = { (bytes: [UInt8]) in bytes.map { String(format: "%02x", $0) }.joined() }
        try Data(cases.map { "\(hex($0.0)):\($0.1):\(hex($0.2))" }.joined(separator: "\n").utf8).write(to: input)
        let script = #"""
            no warnings; open my $in, "<", $ARGV[0]; my %compiled;
            while (my $line = <$in>) {
              chomp $line; my ($p, $o, $s) = split /:/, $line, 3; $p = pack "H*", $p; $s = pack "H*", $s;
              if ($o =~ /u/) { utf8::decode($p); utf8::decode($s) }
              (my $flags = $o) =~ s/[jou]//g; $flags .= $o =~ /u/ ? "aa" : "a";
              # A comment in the pattern ends with its line, not with the group around it.
              my $q = $o =~ /x/ ? "$p\n" : $p; my $re = $compiled{"$flags:$p"} //= eval { qr/(?$flags:$q)/ }; print defined $re ? ($s =~ $re ? 1 : 0) : "E", "\n";
            }
            """#
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: perl ?? "")
        process.arguments = ["-e", script, input.path]
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
