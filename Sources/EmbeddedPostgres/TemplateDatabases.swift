/// Fresh databases for tests, each a copy of a template that is built once per process.
///
/// All templates of a process share one throw-away server, which starts with the first use and is stopped, and its folder
/// removed, at the process's end. What killed test runs left behind is removed by the next one.
///
/// ```swift
/// let databases = TemplateDatabases("store") { address in
///     let client = PostgresClient(try PostgresConfiguration(address.connectionString), logger: logger)
///     try await client.executeScript("create table release (id text primary key)")
///     await client.close()
/// }
/// @Test func keepsReleases() async throws {
///     try await databases.withDatabase { address in ... }
/// }
/// ```
public struct TemplateDatabases: Sendable {
    private let name: String
    private let build: @Sendable (DatabaseAddress) async throws -> Void

    /// - Parameters:
    ///   - name: tells templates apart within the process; the first one to be used under a name is built.
    ///   - build: fills the empty template. It must have closed its connections when it returns.
    public init(_ name: String, build: @escaping @Sendable (DatabaseAddress) async throws -> Void = { _ in }) {
        self.name = name
        self.build = build
    }

    /// Makes a database, hands it to the body, and drops it afterwards, connections and all.
    public func withDatabase<Value: Sendable>(_ body: @Sendable (DatabaseAddress) async throws -> Value) async throws -> Value {
        let address = try await create()
        do {
            let value = try await body(address)
            await drop(address)
            return value
        } catch {
            await drop(address)
            throw error
        }
    }

    /// Makes a database, owned by the superuser.
    public func create() async throws -> DatabaseAddress {
        try await ThrowawayCluster.shared.create(template: name, build: build)
    }

    /// Drops a database made by ``create()``. One that cannot be dropped goes with the server.
    public func drop(_ address: DatabaseAddress) async {
        try? await ThrowawayCluster.shared.drop(address.database)
    }
}
