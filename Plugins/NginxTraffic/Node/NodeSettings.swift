internal import Foundation
internal import PluginKit
internal import ReleaseModel

/// Where one nginx and its files are: the checked configuration of a node.
struct NodeSettings: Sendable, Hashable {
    static let defaultConfiguration = "/etc/nginx/nginx.conf"
    static let defaultStatus = "http://127.0.0.1:8422"
    static let defaultReloadTimeout = "10s"
    static let defaultMaximumDrain = "5m"
    static let defaultEdgeTimeout = "250ms"

    /// Absolute path of the main configuration file.
    let main: String
    /// nginx's `-p`, or nil for its own.
    let prefix: String?
    let binary: String
    /// Absolute path of the folder for generated files.
    let folder: String
    /// `http://127.0.0.1:8422`, without a slash at the end.
    let status: String
    /// `127.0.0.1:8422`.
    let statusListen: String
    /// Absolute path of the pid file, or nil for what the main configuration says.
    let pidFile: String?
    /// nginx's `-e`, or nil for its own.
    let errorLog: String?
    let reloadTimeout: TimeSpan
    let maximumDrain: TimeSpan
    /// The decision service that is asked for every request; nil where nginx decides by itself.
    let edge: EdgeAddress?
    /// As nginx takes it: absolute, or relative to its prefix.
    let coverageLog: String?

    static let descriptors: [SettingDescriptor] = [
        .init(
            "conf", .string, default: .string(defaultConfiguration),
            summary: "Main configuration file; relative to prefix when there is one."),
        .init("prefix", .string, summary: "nginx -p: an absolute path. Without it nginx's own."),
        .init("binary", .string, summary: "The nginx program. Without it nginx of PATH, or /usr/sbin/nginx."),
        .init("fragments", .string, summary: "Folder for generated files; without it 'tidegate' beside the main configuration file."),
        .init("status", .string, default: .string(defaultStatus), summary: "Loopback address of the generated status servers."),
        .init("pid", .string, summary: "nginx's pid file; without it what the main configuration says."),
        .init("errorLog", .string, summary: "nginx -e: where tests of the configuration log to."),
        .init(
            "reloadTimeout", .duration, default: .string(defaultReloadTimeout),
            summary: "How long new connections may take to show a new plan."),
        .init(
            "maximumDrain", .duration, default: .string(defaultMaximumDrain),
            summary: "The largest worker_shutdown_timeout that is accepted."),
        .init("edge", .string, summary: "Where `tidegate edge` listens: then it decides, and weights change without a reload."),
        .init(
            "edgeTimeout", .duration, default: .string(defaultEdgeTimeout),
            summary: "How long the edge may take for one decision; after it the request goes to stable."),
        .init("coverageLog", .string, summary: "A file for one line per request, from which the coverage of hops is computed."),
    ]

    /// - Throws: the first problem of `problems(with:)` as a `PluginFailure`.
    init(_ configuration: JSONValue) throws(PluginFailure) {
        if let problem = Self.problems(with: configuration).first {
            throw PluginFailure(code: "configuration", reason: "the node's setting '\(problem.setting)' \(problem.reason)")
        }
        func text(_ name: String) -> String? { configuration[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        func span(_ name: String, _ otherwise: String) -> TimeSpan { TimeSpan(text(name) ?? otherwise)! }  // `problems` has read it
        let prefix = text("prefix").map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        func absolute(_ path: String, _ base: String?) -> String { path.hasPrefix("/") ? path : "\(base ?? "")/\(path)" }
        let main = absolute(text("conf") ?? Self.defaultConfiguration, prefix)
        let home = String(main[..<(main.lastIndex(of: "/") ?? main.startIndex)])
        self.prefix = prefix
        self.main = main
        binary = text("binary") ?? Self.findBinary()
        folder = absolute(text("fragments") ?? "tidegate", home)
        let status = text("status") ?? Self.defaultStatus
        self.status = status.hasSuffix("/") ? String(status.dropLast()) : status
        statusListen = Self.listenAddress(status)!  // `problems` has read it
        pidFile = text("pid").map { absolute($0, prefix) }
        errorLog = text("errorLog")
        reloadTimeout = span("reloadTimeout", Self.defaultReloadTimeout)
        maximumDrain = span("maximumDrain", Self.defaultMaximumDrain)
        let timeout = span("edgeTimeout", Self.defaultEdgeTimeout)
        edge = text("edge").flatMap(Self.authority).map { EdgeAddress(authority: $0, timeout: timeout) }
        coverageLog = text("coverageLog")
    }

    /// What is wrong with a node's configuration; empty when it can be used.
    static func problems(with configuration: JSONValue) -> [SettingProblem] {
        var problems: [SettingProblem] = []
        func check(_ name: String, _ problem: (String) -> String?) {
            guard let value = configuration[name], !value.isNull else { return }
            guard let text = value.string else { return problems.append(.init(setting: name, reason: "must be a text")) }
            if text.utf8.contains(where: { $0 < 32 }) { return problems.append(.init(setting: name, reason: "holds a control character")) }
            if let reason = problem(text) { problems.append(.init(setting: name, reason: reason)) }
        }
        let hasPrefix = configuration["prefix"]?.string.map { !$0.isEmpty } ?? false
        func mustBeAbsolute(_ text: String) -> String? { text.isEmpty || text.hasPrefix("/") ? nil : "must be an absolute path" }
        check("prefix", mustBeAbsolute)
        check("binary", mustBeAbsolute)
        check("conf") { hasPrefix || $0.hasPrefix("/") ? nil : "must be an absolute path where there is no prefix" }
        check("pid") { hasPrefix || $0.hasPrefix("/") ? nil : "must be an absolute path where there is no prefix" }
        check("fragments") {
            $0.contains { "*?[]{};\"'$#\\".contains($0) || $0 == " " } ? "may not hold blanks or any of *?[]{};\"'$#\\" : nil
        }
        check("errorLog") { _ in nil }
        check("status") { listenAddress($0) == nil ? "must be http://127.0.0.1:PORT or http://[::1]:PORT" : nil }
        check("edge") { $0.isEmpty || authority($0) != nil ? nil : "must be http://HOST:PORT" }
        check("coverageLog") { $0.utf8.allSatisfy(isPathByte) && $0 != "off" ? nil : "may hold only letters, digits and any of ._-/" }
        for name in ["reloadTimeout", "maximumDrain", "edgeTimeout"] {
            check(name) { text in TimeSpan(text).map { $0 > .zero } == true ? nil : "must be a length of time above zero, such as 10s" }
        }
        return problems
    }

    /// The `listen` parameter for a status URL, which must be a loopback address with a port.
    private static func listenAddress(_ status: String) -> String? {
        guard let address = authority(status) else { return nil }
        let host = address[..<address.lastIndex(of: ":")!]
        let isLoopback = host == "[::1]" || (host.hasPrefix("127.") && host.utf8.allSatisfy { $0 == 46 || (48...57).contains($0) })
        return isLoopback ? address : nil
    }

    /// `HOST:PORT` of `http://HOST:PORT`.
    private static func authority(_ url: String) -> String? {
        guard url.hasPrefix("http://") else { return nil }
        var address = url.dropFirst("http://".count)
        if address.hasSuffix("/") { address = address.dropLast() }
        return ServerAddress.problem(with: String(address)) == nil ? String(address) : nil
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        (45...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }

    /// What the settings mean for the generated files.
    func options(now: Timestamp) -> FragmentOptions {
        FragmentOptions(statusListen: statusListen, edge: edge, coverageLog: coverageLog, now: now)
    }

    private static func findBinary() -> String {
        let folders =
            (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        return folders.map { "\($0)/nginx" }.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "/usr/sbin/nginx"
    }
}
