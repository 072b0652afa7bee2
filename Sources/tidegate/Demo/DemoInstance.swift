import Foundation
import HTTPClient
import ReleaseModel

/// One running instance of the demo's service.
struct DemoInstance: Sendable {
    var name: String
    var revision: String
    var port: Int
    var process: SupervisedProcess

    private struct Count: Decodable {
        var requests: Int
        var errors: Int
    }

    private struct Fault: Decodable { var at: Timestamp }

    /// How many requests of users it has served, by its own count.
    func requests(_ http: HTTPClient) async throws -> Int {
        let response = try await http.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/count", timeout: .seconds(5)))
        return try JSONDecoder().decode(Count.self, from: Data(response.body)).requests
    }

    /// Lets the instance misbehave from now on.
    ///
    /// - Returns: when the fault begins.
    func begin(fault: String, _ http: HTTPClient) async throws -> Timestamp {
        let response = try await http.send(
            HTTPRequest(.post, "http://127.0.0.1:\(port)/fault?kind=\(fault)", timeout: .seconds(5)))
        guard response.status == 200 else {
            throw ReleaseError(.unavailable, "the instance does not take the fault '\(fault)'", place: name)
        }
        return try JSONDecoder().decode(Fault.self, from: Data(response.body)).at
    }
}
