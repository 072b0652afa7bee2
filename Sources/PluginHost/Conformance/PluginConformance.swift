internal import Hashing
internal import PluginKit
public import ReleaseModel

/// The promises that every plugin of a kind keeps, tried on a real one in a child process. `tidegate plugin check FILE` is this.
public enum PluginConformance {
    /// Loads a file and puts it through the checks of its kind.
    ///
    /// - Parameter configuration: what the checks configure it with; nil for the defaults of its settings.
    /// - Throws: why it cannot be loaded or does not describe itself soundly. A broken promise is no error but a check that did not pass.
    public static func run(
        _ path: String, host: PluginHost, configuration: JSONValue? = nil
    ) async throws(ReleaseError) -> ConformanceReport {
        let plugin = try await host.open(path)
        var checks = ConformanceChecks(plugin: plugin)
        await checks.runForEveryKind(configuration)
        switch plugin.descriptor.kind {
        case .scoring, .signals: await checks.runForEvaluators()
        case .metrics: await checks.runForMetrics()
        case .routing, .coloring: await checks.runForTables()
        case .dataPlane: await checks.runForDataPlanes()
        }
        await plugin.channel.stop()
        return ConformanceReport(
            name: plugin.name, kind: plugin.descriptor.kind.rawValue, version: plugin.version, sha256: plugin.sha256.hex,
            checks: checks.results)
    }
}

/// One run through the checks of a plugin.
struct ConformanceChecks {
    let plugin: PluginHandle
    /// The configuration that the checks use, once it was found to be valid.
    private(set) var configuration: JSONValue = [:]
    private(set) var results: [ConformanceCheck] = []

    init(plugin: PluginHandle) { self.plugin = plugin }

    /// Records a promise: kept when `body` returns nil, otherwise broken by what it returns or throws.
    mutating func check(_ name: String, _ tried: String, _ body: () async throws -> String?) async {
        do {
            let problem = try await body()
            results.append(ConformanceCheck(name: name, passed: problem == nil, detail: problem ?? tried))
        } catch {
            results.append(ConformanceCheck(name: name, passed: false, detail: "\(error)"))
        }
    }

    mutating func runForEveryKind(_ given: JSONValue?) async {
        let plugin = plugin
        let descriptor = plugin.descriptor
        let kind = descriptor.kind
        results.append(
            ConformanceCheck(
                name: "it describes itself soundly", passed: true,
                detail: "\(descriptor.settings.count) settings, \(descriptor.signals.count) signals"))
        let lacking = descriptor.settings.filter { $0.required && given?[$0.name] == nil }.map(\.name)
        if lacking.isEmpty {
            var valid: JSONValue?
            await check("its configuration is valid", given == nil ? "every setting at its default" : "the given configuration") {
                valid = try await plugin.validatedConfiguration(given ?? [:])
                return nil
            }
            configuration = valid ?? descriptor.checked(given ?? [:]).configuration
        } else {
            await check("what it requires is asked for", "without \(lacking.joined(separator: ", "))") {
                await Self.isRefused(plugin, given ?? [:])
                    ? nil : "a configuration without \(lacking.joined(separator: ", ")) was taken"
            }
            configuration = descriptor.checked(given ?? [:]).configuration
        }
        var odd = configuration.object ?? [:]
        odd["no_such_setting"] = true
        let oddConfiguration = JSONValue.object(odd)
        await check("an unknown setting is refused", "no_such_setting") {
            await Self.isRefused(plugin, oddConfiguration) ? nil : "no_such_setting was taken"
        }
        await check("validating odd configurations does not end it", "texts, lists, deep nesting in place of settings") {
            for value in Self.oddConfigurations(descriptor) {
                guard case .success(let payload) = PluginMessage.encode(ValidateRequest(configuration: value)) else { continue }
                let raw = await Self.raw(plugin, PluginOperation.validate.rawValue, payload)
                if let problem = Self.problem(plugin, raw) { return "\(value.canonicalText.prefix(80)): \(problem)" }
            }
            return nil
        }
        for operation in kind.operations where operation != .describe {
            await check("garbage is answered with an error (\(operation))", "broken JSON, random bytes, deep nesting, other shapes") {
                for garbage in Self.garbage {
                    let raw = await Self.raw(plugin, operation.rawValue, garbage)
                    if case .success = raw { return "it answered \(garbage.count) bytes of garbage as if they were a request" }
                    if let problem = Self.problem(plugin, raw) { return problem }
                }
                return nil
            }
        }
        await check("what is not of its kind is not answered", "every other operation, and unknown ones") {
            let others = PluginOperation.allCases.filter { !kind.operations.contains($0) }.map(\.rawValue) + [0, 8, .max]
            for operation in others {
                let raw = await Self.raw(plugin, operation, Array("{}".utf8))
                if case .success = raw { return "it answered operation \(operation)" }
                if let problem = Self.problem(plugin, raw) { return problem }
            }
            return nil
        }
    }

    static func raw(_ plugin: PluginHandle, _ operation: UInt32, _ payload: [UInt8]) async -> Result<[UInt8], ReleaseError> {
        do throws(ReleaseError) {
            return .success(try await plugin.channel.call(operation, payload, deadline: .now + .seconds(10)))
        } catch {
            return .failure(error)
        }
    }

    /// Why a call was more than refused: the plugin's process ended or stalled.
    private static func problem(_ plugin: PluginHandle, _ result: Result<[UInt8], ReleaseError>) -> String? {
        guard case .failure(let error) = result else { return nil }
        if error.code == .timedOut { return "it stalled: \(error.reason)" }
        if case .running = plugin.state { return nil }
        return "it did not survive: \(error.reason)"
    }

    private static func isRefused(_ plugin: PluginHandle, _ configuration: JSONValue) async -> Bool {
        do throws(ReleaseError) {
            _ = try await plugin.validatedConfiguration(configuration)
            return false
        } catch {
            return error.code == .invalidInput
        }
    }

    private static let garbage: [[UInt8]] = [
        [], Array("{".utf8), Array("null".utf8), Array("[]".utf8), Array("7".utf8), Array("\"\"".utf8), [0xFF, 0xFE, 0x00, 0x80],
        Array("{\"inputs\":7,\"plan\":[],\"configuration\":1e999,\"subjects\":{}}".utf8),
        [UInt8](repeating: UInt8(ascii: "["), count: 100_000),
        (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) },
    ]

    private static func oddConfigurations(_ descriptor: PluginDescriptor) -> [JSONValue] {
        let deep = (0..<200).reduce(JSONValue.null) { inner, _ in .array([inner]) }
        let values: [JSONValue] = [.null, true, -1, 1e300, "", "\u{0}", [], [:], [.null], ["": [:]], deep]
        let whole: [JSONValue] = [.null, 7, "text", [], [:]]
        return whole
            + values.map { value in
                .object(Dictionary(descriptor.settings.map { ($0.name, value) }, uniquingKeysWith: { first, _ in first }))
            }
    }
}
