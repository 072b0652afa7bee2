import ArgumentParser
import Foundation
import HTTPClient
import Hummingbird
import Logging
import NIOCore
import UnixSignals

/// One instance of a small HTTP service that can be made to fail in known ways: what `tidegate demo` releases.
@main
struct DemoServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidegate-demo-service", abstract: "One instance of the demo's service, healthy or at fault.")

    @Option(help: "Name of the service.") var service = "checkout"
    @Option(help: "Revision that this instance runs.") var revision: String
    @Option(help: "Name of the instance.") var instance: String
    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0 picks one, which the first line of output names.") var port = 0
    @Option(help: "Base URL of a Loki push endpoint for the log lines.") var logsURL: String?
    @Option(help: "File whose first line is the bearer token for --logs-url.") var logsTokenFile: String?
    @Option(help: "Base URL of the service that is asked while a request is answered.") var downstream: String?
    @Option(help: "What goes wrong: \(Fault.allCases.map(\.rawValue).joined(separator: ", ")).") var fault = Fault.none
    @Option(help: "When it goes wrong, after the start: 8s.") var faultAfter: String?
    @Option(help: "When it goes wrong, as an RFC 3339 time.") var faultAt: String?
    @Option(help: "Fault logs: how long exceptions run before requests fail.") var errorsAfter = "12s"
    @Option(help: "Seed of service times, faults and log lines.") var seed: UInt64 = 1
    @Option(help: "Ends when this process is no longer the parent.") var parent: Int32?
    @Flag(help: "Writes no log lines to standard output.") var quiet = false

    func validate() throws {
        if faultAfter != nil, faultAt != nil { throw ValidationError("--fault-after and --fault-at exclude each other") }
        if logsTokenFile != nil, logsURL == nil { throw ValidationError("--logs-token-file needs --logs-url") }
        guard (0...65_535).contains(port) else { throw ValidationError("--port lies between 0 and 65535") }
        _ = try schedule(started: Date())
    }

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        let parent = parent ?? getppid()
        let started = Date()
        let identity = ServiceIdentity(service: service, revision: revision, instance: instance)
        let outlet = LogOutlet(ships: logsURL != nil, prints: !quiet)
        let checkout = CheckoutService(
            identity: identity, schedule: try schedule(started: started), seed: seed, log: outlet, started: started)
        let shipper = try shipper(identity: identity, outlet: outlet)

        let result = await serve(checkout, shipper: shipper, parent: parent)
        await shipper?.finish()
        if case .failure(let error) = result {
            FileHandle.standardError.write(Data("tidegate-demo-service: cannot serve on \(host):\(port): \(error)\n".utf8))
            throw ExitCode.failure
        }
        // The output queue may be stuck on a pipe that nobody reads; leaving does not wait for it.
        Foundation.exit(0)
    }

    /// Serves until a signal comes or the parent is gone; a failure means that it could not begin.
    private func serve(_ checkout: CheckoutService, shipper: LokiShipper?, parent: pid_t) async -> Result<Void, any Error> {
        var logger = Logger(label: "demo-service") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .critical
        let identity = checkout.identity
        let application = Application(
            responder: CheckoutResponder(
                service: checkout, downstream: downstream.map { Downstream(base: $0, client: HTTPClient()) }),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: nil, reuseAddress: true),
            onServerRunning: { channel in
                let line =
                    "{\"port\":\(channel.localAddress?.port ?? 0),\"pid\":\(ProcessInfo.processInfo.processIdentifier),"
                    + "\"service\":\(JSONText.quoted(identity.service)),\"revision\":\(JSONText.quoted(identity.revision)),"
                    + "\"instance\":\(JSONText.quoted(identity.instance))}\n"
                try? FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
            },
            logger: logger)
        return await withTaskGroup(of: Result<Void, any Error>?.self) { group in
            group.addTask {
                do {
                    try await application.runService(gracefulShutdownSignals: [.sigterm, .sigint])
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask { (try? await ParentWatch(parent: parent).wait()).map { .success($0) } }
            group.addTask { await Self.untilCancelled(checkout.runCollector) }
            group.addTask { await Self.untilCancelled(checkout.runExceptions) }
            if let shipper { group.addTask { await Self.untilCancelled(shipper.run) } }
            var outcome: Result<Void, any Error> = .success(())
            for await ended in group {
                guard let ended else { continue }
                outcome = ended
                break
            }
            group.cancelAll()
            return outcome
        }
    }

    private static func untilCancelled(_ work: @Sendable () async throws -> Void) async -> Result<Void, any Error>? {
        // The loops end only by cancellation, which is no outcome of its own.
        try? await work()
        return nil
    }

    private func schedule(started: Date) throws -> FaultSchedule {
        guard let errorsAfter = DurationText(errorsAfter) else {
            throw ValidationError("--errors-after '\(errorsAfter)' is not a length of time such as 12s")
        }
        var begins = started
        if let faultAfter {
            guard let after = DurationText(faultAfter) else {
                throw ValidationError("--fault-after '\(faultAfter)' is not a length of time such as 8s")
            }
            begins = started.addingTimeInterval(after.seconds)
        }
        if let faultAt {
            let styles = [Date.ISO8601FormatStyle(includingFractionalSeconds: true), Date.ISO8601FormatStyle()]
            guard let time = styles.lazy.compactMap({ try? $0.parse(faultAt) }).first else {
                throw ValidationError("--fault-at '\(faultAt)' is not an RFC 3339 time")
            }
            begins = time
        }
        return FaultSchedule(fault: fault, begins: begins, errorsAfterSeconds: errorsAfter.seconds)
    }

    private func shipper(identity: ServiceIdentity, outlet: LogOutlet) throws -> LokiShipper? {
        guard let logsURL else { return nil }
        var token: String?
        if let logsTokenFile {
            guard let text = try? String(contentsOfFile: logsTokenFile, encoding: .utf8),
                let line = text.split(whereSeparator: \.isNewline).first
            else { throw ValidationError("--logs-token-file '\(logsTokenFile)' cannot be read or is empty") }
            token = String(line)
        }
        let base = logsURL.hasSuffix("/") ? String(logsURL.dropLast()) : logsURL
        return LokiShipper(url: base + "/loki/api/v1/push", token: token, identity: identity, outlet: outlet, client: HTTPClient())
    }
}
