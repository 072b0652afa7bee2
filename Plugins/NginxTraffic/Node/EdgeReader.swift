internal import HTTPClient
internal import PluginKit
internal import ReleaseModel

/// Asks `tidegate edge` which plan it has in force.
struct EdgeReader: Sendable {
    let edge: String
    let client: HTTPClient

    /// The plan of a service; nil when the edge has none.
    ///
    /// - Throws: `unreachable` when the edge gives no answer that says so either way.
    func status(of service: String) throws(PluginFailure) -> NodeStatus? {
        let request = HTTPRequest(
            .get, "\(edge)/status?service=\(service)", timeout: StatusReader.timeout, connectTimeout: StatusReader.timeout,
            maximumResponseBytes: StatusReader.maximumAnswer, freshConnection: true)
        let response: HTTPResponse
        do {
            response = try client.sendBlocking(request)
        } catch {
            throw PluginFailure(code: "unreachable", reason: "the edge at \(edge) cannot be read, and requests go to stable: \(error)")
        }
        if response.status == 404 { return nil }
        guard response.status == 200, let value = try? JSONValue(parsing: response.body),
            let status = try? value.decoded(as: NodeStatus.self),
            status.service == service
        else {
            throw PluginFailure(
                code: "unreachable", reason: "the edge at \(edge) answers \(response.status) with something else than a status")
        }
        return status
    }
}
