import Foundation

/// How much memory a process needs.
enum Peak {
    /// Runs this program again with arguments, and gives the largest resident set that it had, in bytes.
    static func ofChild(_ arguments: [String]) throws -> Int {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, let last = output.split(separator: "\n").last, let peak = Int(last) else {
            fatalError("\(arguments) ended with status \(process.terminationStatus)")
        }
        return peak
    }

    /// Of this process until now, in bytes (VmHWM of proc(5)).
    static func ofThisProcess() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
}
