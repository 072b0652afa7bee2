import Foundation
import LogBenchmark

// bench-logs [--python FILE] [--lines N] [--memory N] [--releases N] [--json]: prints the tables, or the same as JSON. Ends with 1 where a target is missed.
var python: String?
var lines = 1_000_000
var memoryLines = 10_000_000
var releases = 1000
var asJSON = false

func tell(_ text: String) { FileHandle.standardError.write(Data("bench-logs: \(text)\n".utf8)) }

func stop(_ reason: String) -> Never {
    tell(reason)
    exit(2)
}

func number(_ text: String?, after option: String) -> Int {
    guard let text, let number = Int(text), (1...1_000_000_000).contains(number) else { stop("\(option) needs a number from 1 to 10^9") }
    return number
}

var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
    switch argument {
    case "--json": asJSON = true
    case "--python":
        guard let path = arguments.popFirst() else { stop("--python needs the path of a Python with drain3") }
        python = path
    case "--lines": lines = number(arguments.popFirst(), after: argument)
    case "--memory": memoryLines = number(arguments.popFirst(), after: argument)
    case "--releases": releases = number(arguments.popFirst(), after: argument)
    default: stop("\(argument) is not known; there are --python FILE, --lines N, --memory N, --releases N and --json")
    }
}

let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
let folder = LogHubFolder(
    environment: ProcessInfo.processInfo.environment, repository: package.deletingLastPathComponent().deletingLastPathComponent())
let logs = try folder.logs()
if logs.isEmpty {
    tell(
        "SKIPPED: grouping accuracy and speed. There are no labelled logs in \(folder.url.path): name a folder with"
            + " <System>/<System>_2k.log_structured.csv (LogHub) in \(LogHubFolder.variable)")
}
if python == nil { tell("SKIPPED: Drain3. Name a Python that has it with --python (scripts/drain3-venv makes one)") }

// A twentieth of the lines is enough for the slower one.
let found = try python.map { path in
    let longest = max(1, logs.map(\.messages.count).max() ?? 1)
    return try Drain3(python: path, script: package.appending(path: "drain3_peer.py")).mine(logs, runs: max(1, lines / 20 / longest))
}
let systems = logs.enumerated().map { index, log in
    LogReport.System(log, tidegate: TidegateMiner.mine(log, timing: lines), drain3: found?[index])
}
let report = LogReport(systems: systems, memory: MemoryRun(lines: memoryLines), anomaly: AnomalyReport(releases: releases))
if asJSON {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
} else {
    print(report.text, terminator: "")
}
exit(report.targets.allSatisfy(\.holds) ? 0 : 1)
