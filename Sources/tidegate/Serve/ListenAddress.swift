import ArgumentParser

/// Where the server listens: `127.0.0.1:8420`, `[::1]:8420`, `:8420` for every address of the machine.
struct ListenAddress: Sendable, Hashable, ExpressibleByArgument {
    static let standard = ListenAddress(host: "127.0.0.1", port: 8420)

    var host: String
    /// 0 takes any free port.
    var port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = Int(argument[argument.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = String(argument[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        self.init(host: host.isEmpty ? "0.0.0.0" : host, port: port)
    }

    var defaultValueDescription: String { "\(host):\(port)" }

    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// The URL by which this machine reaches the server, once its port is known.
    func url(port: Int) -> String {
        let name = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "[::1]" : host.contains(":") ? "[\(host)]" : host
        return "http://\(name):\(port)"
    }
}
