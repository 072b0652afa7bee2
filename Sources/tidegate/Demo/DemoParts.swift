import Foundation
import ReleaseModel

/// The programs that the demo runs beside Tidegate itself.
struct DemoParts: Sendable {
    var nginx: String
    var prometheus: String
    var service: String

    /// Finds every program, or names what is missing and how to get it.
    static func find(_ environment: [String: String]) throws -> DemoParts {
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let service = own.appending(path: "tidegate-demo-service").path
        guard FileManager.default.isExecutableFile(atPath: service) else {
            throw ReleaseError(.notFound, "the demo's service is missing", place: service, advice: "build everything with `make build`")
        }
        return DemoParts(
            nginx: try program("nginx", package: "nginx", environment),
            prometheus: try program("prometheus", package: "prometheus", environment), service: service)
    }

    private static func program(_ name: String, package: String, _ environment: [String: String]) throws -> String {
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin", "/usr/bin"]
        for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") { return "\(folder)/\(name)" }
        throw ReleaseError(
            .notFound, "\(name) is not installed", place: "demo",
            advice: "run scripts/setup demo, or as root: apt-get install -y --no-install-recommends \(package)")
    }
}
