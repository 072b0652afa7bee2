import Foundation
import HTTPClient
import ReleaseModel

extension ConnectionOptions {
    /// Runs `body` with a client for a running server.
    func withClient<Value: Sendable>(_ body: @Sendable (APIClient) async throws -> Value) async throws -> Value {
        let http = HTTPClient()
        defer { http.shutdown() }
        return try await body(try client(environment: Invocation.current.environment, http: http))
    }

    /// Runs `body` with a client that only reads: of a running server, or, with --data and no server running there, of the folder's
    /// own database, which is opened for as long as `body` runs.
    func withReader<Value: Sendable>(_ body: @Sendable (APIClient) async throws -> Value) async throws -> Value {
        guard let data, try await runningServer(of: DataFolder(data)) == nil else { return try await withClient(body) }
        let folder = DataFolder(data)
        guard folder.hasDatabase else {
            throw ReleaseError(
                .notFound, "there is no database in this folder", place: folder.path,
                advice: "name the folder that `serve --data` or `demo --data` was given")
        }
        var options = ServeOptions(data: folder)
        options.listen = ListenAddress(host: "127.0.0.1", port: 0)
        options.readsOnly = true
        let runtime = try await ServeRuntime.start(options)
        let http = HTTPClient()
        defer { http.shutdown() }
        do {
            let value = try await body(APIClient(baseURL: runtime.baseURL, token: runtime.token, http: http, stays: false))
            try await runtime.stop()
            return value
        } catch {
            try? await runtime.stop()
            throw error
        }
    }

    /// The address of the server that runs on a data folder; nil where none answers.
    func runningServer(of folder: DataFolder) async throws -> String? {
        guard let url = folder.serverURL else { return nil }
        let http = HTTPClient()
        defer { http.shutdown() }
        let response = try? await http.send(HTTPRequest(.get, url + "/healthz", timeout: .seconds(3)))
        return response?.status == 200 ? url : nil
    }
}
