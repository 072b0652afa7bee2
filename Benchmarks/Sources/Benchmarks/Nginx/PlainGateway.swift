/// An nginx with a configuration of its own: what ours is compared with.
final class PlainGateway {
    let nginx: NginxProcess
    let port: Int

    /// - Parameters:
    ///   - locations: what stands within `server { }`.
    ///   - http: what stands beside it within `http { }`.
    init(_ locations: String, http: String = "", modules: [String] = []) throws {
        port = try Child.freePort()
        nginx = try NginxProcess(
            main: modules.map { "load_module \($0);" }.joined(separator: "\n"),
            http: "\(http)\nserver {\nlisten 127.0.0.1:\(port) backlog=1024;\n\(locations)\n}")
    }

    convenience init(_ parts: (location: String, http: String), modules: [String] = []) throws {
        try self.init(parts.location, http: parts.http, modules: modules)
    }
}

/// Three servers, one for each revision, in an nginx that is not counted.
final class Backends {
    let ports: [Int]
    private let nginx: NginxProcess

    init() throws {
        let ports = try (0..<3).map { _ in try Child.freePort() }
        nginx = try NginxProcess(
            http: ports.enumerated().map { index, port in
                "server { listen 127.0.0.1:\(port) backlog=1024; location / { return 200 \"v4\(index + 1)\"; } }"
            }.joined(separator: "\n"))
        self.ports = ports
    }
}
