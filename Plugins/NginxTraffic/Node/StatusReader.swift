internal import HTTPClient
internal import NginxPrinting
internal import PluginKit
internal import ReleaseModel

/// Asks the running nginx, on fresh connections to its loopback status port, what it carries.
struct StatusReader: Sendable {
    static let maximumAnswer = 64 << 10
    static let timeout = Duration.seconds(2)

    let node: NodeSettings
    let client: HTTPClient

    /// What nginx runs for a service; nil when it runs nothing of ours for it.
    ///
    /// - Throws: `unreachable` when there is no answer that says so either way.
    func status(of service: String) throws(PluginFailure) -> NodeStatus? {
        guard let body = try get("/status", service) else { return nil }
        guard let value = try? JSONValue(parsing: body), let status = try? value.decoded(as: NodeStatus.self), status.service == service
        else {
            throw PluginFailure(
                code: "unreachable", reason: "the status server at \(node.status) answers with something else than a status")
        }
        return status
    }

    /// The name of the arm that the running split gives a key of letters, digits and `-`; nil when nginx runs nothing of ours.
    func arm(ofKey key: String, service: String) throws(PluginFailure) -> String? {
        guard let body = try get("/split?key=\(key)", service) else { return nil }
        return String(decoding: body.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    private func get(_ path: String, _ service: String) throws(PluginFailure) -> [UInt8]? {
        let request = HTTPRequest(
            .get, node.status + path, headers: [HTTPHeader("Host", NginxName.statusServer(service))], timeout: Self.timeout,
            connectTimeout: Self.timeout, maximumResponseBytes: Self.maximumAnswer, freshConnection: true)
        do {
            let response = try client.sendBlocking(request)
            switch response.status {
            case 200: return response.body
            case 404: return nil
            default: throw PluginFailure(code: "unreachable", reason: "the status server at \(node.status) answers \(response.status)")
            }
        } catch let failure as PluginFailure {
            throw failure
        } catch let error as HTTPError where error.code == .connectFailed {
            return nil  // nothing listens: nginx was started, or loaded last, without a fragment
        } catch {
            throw PluginFailure(code: "unreachable", reason: "the status server cannot be read: \(error)")
        }
    }
}
