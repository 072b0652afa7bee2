internal import Foundation
internal import HTTPClient
internal import PluginKit
internal import ReleaseModel

/// What one nginx really runs for a service, and how that differs from what was written for it.
struct Observation: Sendable {
    let node: NodeSettings
    let service: String
    let client: HTTPClient

    private var folder: FragmentFolder { FragmentFolder(path: node.folder) }
    private var reader: StatusReader { StatusReader(node: node, client: client) }

    /// The running plan with drift.
    ///
    /// - Throws: `unreachable` when nginx does not run or does not answer; nothing is known then.
    func traffic(deadline: ContinuousClock.Instant) throws(PluginFailure) -> ObservedTraffic {
        guard FileManager.default.fileExists(atPath: "\(folder.path)/lock") else { return try running(drift: { _ in nil }) }
        // A writer between its file and its reload would look like drift.
        let lock = try FolderLock(folder, .reading, deadline: deadline)
        return try withExtendedLifetime(lock) { () throws(PluginFailure) in
            try running { (status: NodeStatus?) throws(PluginFailure) in try fileDrift(status) }
        }
    }

    /// The running plan, read by a holder of the lock.
    func running(drift: (NodeStatus?) throws(PluginFailure) -> String?) throws(PluginFailure) -> ObservedTraffic {
        guard let master = MasterProcess(pidFile: pidFile) else {
            throw PluginFailure(code: "unreachable", reason: "nginx is not running (no master process by \(pidFile))")
        }
        let status = try reader.status(of: service)
        if let status, let edge = status.edge { return try decided(by: edge, status, master, drift: try drift(status)) }
        let mismatch: (weights: [ArmWeight], reason: String)?
        if let status { mismatch = try SplitProbe(reader: reader, status: status).mismatch() } else { mismatch = nil }
        let differences = [mismatch?.reason, try drift(status)].compactMap { $0 }
        return ObservedTraffic(
            generation: status?.generation, release: status?.release, leaseTerm: status?.leaseTerm,
            weights: mismatch?.weights ?? status?.weights ?? [], draining: master.isDraining,
            drift: differences.isEmpty ? nil : differences.joined(separator: "; "))
    }

    /// The plan that the edge has in force; what nginx runs only asks for it.
    private func decided(by edge: String, _ status: NodeStatus, _ master: MasterProcess, drift: String?) throws(PluginFailure)
        -> ObservedTraffic
    {
        let plan = try EdgeReader(edge: edge, client: client).status(of: service)
        var differences = [drift, try planDrift(plan)].compactMap { $0 }
        if let plan, plan.release != status.release {
            differences.append("nginx knows the servers of \(status.release), and the edge decides for \(plan.release)")
        }
        return ObservedTraffic(
            generation: plan?.generation, release: plan?.release, leaseTerm: plan?.leaseTerm, weights: plan?.weights ?? [],
            draining: master.isDraining, drift: differences.isEmpty ? nil : differences.joined(separator: "; "))
    }

    /// What differs between the plan that was written for the edge, its file, and what the edge has in force.
    private func planDrift(_ plan: NodeStatus?) throws(PluginFailure) -> String? {
        let file = folder.planFile(service)
        guard let text = try folder.read(file) else { return "\(file) was removed" }
        if let good = try folder.read(folder.lastGoodPlan(service)), good != text { return "\(file) is not the one that was written last" }
        guard let plan else { return "the edge has no plan for \(service)" }
        if plan.digest == Fragment.digest(of: text) { return nil }
        return "the edge has another plan in force than \(file)" + (plan.problem.map { ": \($0)" } ?? "")
    }

    /// What differs between the files, what was written last, and what nginx says it runs.
    func fileDrift(_ status: NodeStatus?) throws(PluginFailure) -> String? {
        let file = folder.file(.http, service)
        let ledger = try self.ledger()
        guard let text = try folder.read(file) else {
            return ledger.digest == nil && status == nil ? nil : "\(file) was removed"
        }
        guard let header = FragmentHeader(of: text), header.seals(text) else { return "\(file) was edited by hand" }
        if let digest = ledger.digest, digest != header.digest { return "\(file) is not the one that nginx took last" }
        for kind in FragmentKind.allCases {
            guard let digest = header.files[kind.rawValue] else { continue }
            let other = folder.file(kind, service)
            guard let otherText = try folder.read(other) else { return "\(other) was removed" }
            if Fragment.digest(of: otherText) != digest { return "\(other) was edited by hand" }
        }
        guard let status else { return "nginx does not run \(file)" }
        if status.digest != header.digest {
            return
                "nginx runs generation \(status.generation) of \(status.release), and \(file) holds generation \(header.generation) of \(header.release)"
        }
        return nil
    }

    /// What this node remembers of the service's releases. One that cannot be read is an error, for it is what fences.
    func ledger() throws(PluginFailure) -> ReleaseLedger {
        guard let text = try folder.read(folder.stateFile(service)) else { return ReleaseLedger() }
        guard let value = try? JSONValue(parsing: Array(text.utf8)), let ledger = try? value.decoded(as: ReleaseLedger.self) else {
            throw PluginFailure(
                code: "unreadable",
                reason: "\(folder.stateFile(service)) cannot be understood; remove it to forget which releases were replaced")
        }
        return ledger
    }

    /// The configured pid file, or the one that the main configuration names, or nginx's own.
    var pidFile: String { node.pidFile ?? PidFile.find(node) }
}
