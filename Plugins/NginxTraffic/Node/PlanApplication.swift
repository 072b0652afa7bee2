internal import HTTPClient
internal import NginxPrinting
internal import PluginKit
internal import ReleaseModel

/// One `apply`: from a plan to a node that was read back, or to a refusal that left the node as it was.
///
/// 1. print (a part that nginx cannot carry is refused by name), 2. take the lock, 3. fence by release, lease term and generation,
/// 4. done when nginx runs exactly this already, 5. write the files, 6. `nginx -T`, isolating other services' broken fragments,
/// 7. check the main configuration, 8. signal the master, 9. wait until fresh connections show the plan and no worker of before takes new ones.
/// A refusal in 6 or 7 puts back what nginx took last. After 8 the files stay: they hold what is wanted, and a repeat goes on from there.
///
/// With an edge the weights are in the edge's plan, which is written and seen in force between 7 and 8; where nginx's own files are as they
/// were, which they are while only weights change, 5 to 9 are left out but for that.
struct PlanApplication: Sendable {
    /// At most this many fragments of other services are isolated in one go.
    static let maximumIsolations = 64
    /// How long a success waits for old workers to end, so that the common case is observed as drained.
    static let settling = Duration.seconds(1)
    static let pause = Duration.milliseconds(20)
    /// Kept from the deadline for the answer itself.
    static let reserve = Duration.milliseconds(200)

    let node: NodeSettings
    let plan: TrafficPlan
    let client: HTTPClient
    let now: Timestamp
    let deadline: ContinuousClock.Instant

    private var folder: FragmentFolder { FragmentFolder(path: node.folder) }
    private var reader: StatusReader { StatusReader(node: node, client: client) }
    private var observation: Observation { Observation(node: node, service: plan.service, client: client) }
    private var lastMoment: ContinuousClock.Instant { deadline - Self.reserve }

    func run() throws -> ApplyResponse {
        let fragment: Fragment
        do {
            fragment = try FragmentPrinter(plan: plan, options: node.options(now: now)).fragment()
        } catch let refusal as PrintingRefusal {
            return refused("\(refusal.description); set the node's 'edge' to where it listens")
        } catch let error as ReleaseError {
            return refused(error.description)
        }
        try folder.createFolders()
        let lock = try FolderLock(folder, .writing, deadline: lastMoment)
        return try withExtendedLifetime(lock) { try run(fragment) }
    }

    private func run(_ fragment: Fragment) throws(PluginFailure) -> ApplyResponse {
        var ledger = try observation.ledger()
        if let reason = fenced(ledger) { return refused(reason) }
        let isLoaded = try isRunning(fragment)
        let isDecided = try edge.map { edge throws(PluginFailure) in try edge.hasInForce(fragment) } ?? true
        if isLoaded, isDecided {
            try settle(fragment, &ledger)
            return try applied("nothing to do: the node carries this plan already")
        }
        ledger.note(plan.release, leaseTerm: plan.leaseTerm, generation: plan.generation)
        try save(ledger)
        if !isLoaded, let refusal = try tested(fragment) { return refused(refusal) }
        if let edge, !isDecided, let failure = try edge.take(fragment, until: patience) { return refused(failure) }
        if !isLoaded, let failure = try reload(to: fragment) { return refused(failure) }
        try settle(fragment, &ledger)
        return try applied(way(isLoaded: isLoaded))
    }

    /// How the plan got there, and why in this way.
    private func way(isLoaded: Bool) -> String {
        switch (node.edge, isLoaded) {
        case (nil, _): "reload: the node has no 'edge', so the weights stand in nginx's own configuration"
        case (let edge?, true): "edge, no reload: only weights or rules changed, and the edge at \(edge.url) decides by them"
        case (let edge?, false): "reload: servers, headers or nginx's own files changed; the weights are with the edge at \(edge.url)"
        }
    }

    private var edge: EdgePlan? {
        node.edge.map { EdgePlan(folder: folder, service: plan.service, reader: EdgeReader(edge: $0.url, client: client)) }
    }

    /// Until when new connections, or the edge, may take to show a plan.
    private var patience: ContinuousClock.Instant {
        min(lastMoment, ContinuousClock.now + Duration.microseconds(node.reloadTimeout.microseconds))
    }

    /// Why the plan comes too late: by the ledger, or by a file that outlived it.
    private func fenced(_ ledger: ReleaseLedger) -> String? {
        var ledger = ledger
        if ledger.entries.isEmpty, let text = try? folder.read(folder.file(.http, plan.service)), let header = FragmentHeader(of: text) {
            ledger.note(header.release, leaseTerm: header.leaseTerm, generation: header.generation)
        }
        if ledger.entries.isEmpty || ledger.entries.last?.generation == 0, let written = try? edge?.written() {
            ledger.note(written.release, leaseTerm: written.leaseTerm, generation: written.generation)
        }
        return ledger.refusal(of: plan.release, leaseTerm: plan.leaseTerm, generation: plan.generation)
    }

    /// True when the files are these and nginx runs them.
    private func isRunning(_ fragment: Fragment) throws(PluginFailure) -> Bool {
        for kind in FragmentKind.allCases {
            guard try folder.read(folder.file(kind, plan.service)) == fragment.files[kind] else { return false }
        }
        guard try folder.read(folder.sharedFile) == sharedText, let master = MasterProcess(pidFile: observation.pidFile), master.isAlive,
            let status = try reader.status(of: plan.service), status.digest == fragment.header.digest
        else { return false }
        if status.edge != nil { return true }
        return try SplitProbe(reader: reader, status: status).mismatch() == nil
    }

    /// Puts the files in place and has them tested; why they were taken back, or nil. Files that could not be judged are taken back, too.
    private func tested(_ fragment: Fragment) throws(PluginFailure) -> String? {
        let previous = try StagedFiles(folder: folder, service: plan.service)
        do {
            try stage(fragment)
            guard let refusal = try test() else { return nil }
            try previous.putBack()
            return refusal
        } catch {
            try previous.putBack()
            throw error
        }
    }

    private func stage(_ fragment: Fragment) throws(PluginFailure) {
        try folder.put(sharedText, folder.sharedFile)
        for kind in FragmentKind.allCases.reversed() { try folder.put(fragment.files[kind], folder.file(kind, plan.service)) }
    }

    /// The status port's answer for hosts that are no service's.
    private var sharedText: String {
        """
        # Written by Tidegate: the status port answers only for services that have a fragment.
        server {
            listen \(node.statusListen) default_server;
            server_name _;
            access_log off;
            keepalive_timeout 0;
            return 404;
        }

        """
    }

    /// nginx's refusal of the configuration with this plan in place, or nil. Fragments of other services that it objects to are isolated.
    private func test() throws(PluginFailure) -> String? {
        let quarantine = Quarantine(folder: folder)
        for _ in 0..<Self.maximumIsolations {
            let test = try ConfigurationTest(node, deadline: lastMoment)
            guard let error = test.error else {
                return MainConfigurationCheck(node: node, folder: folder, service: plan.service).problem(test)
            }
            let culprit = quarantine.culprit(of: error)
            if culprit == plan.service {
                if let text = try folder.read(folder.file(.http, plan.service)) {
                    try folder.write(text, to: folder.quarantine(.http, plan.service))
                    try folder.write(error + "\n", to: folder.quarantine(.http, plan.service) + ".error")
                }
                return "nginx refuses the plan: \(error)"
            }
            let suspect = try quarantine.edited(otherThan: plan.service)
            guard let other = culprit ?? suspect else {
                return "nginx refuses its own configuration: \(error)"
            }
            try quarantine.isolate(other, error: error)
        }
        return "nginx refuses its configuration, and \(Self.maximumIsolations) fragments were isolated already"
    }

    /// Signals the master and waits; why it did not take the plan, or nil.
    private func reload(to fragment: Fragment) throws(PluginFailure) -> String? {
        guard let master = MasterProcess(pidFile: observation.pidFile) else {
            return "nginx is not running (no master process by \(observation.pidFile)); it will start with this plan"
        }
        let before = master.workers().map(\.pid)
        try master.reload()
        let limit = patience
        repeat {
            let workers = master.workers()
            let stillServing = workers.contains { before.contains($0.pid) && !$0.isShuttingDown }
            let isReplaced = workers.contains { !before.contains($0.pid) }
            if !stillServing, isReplaced, let status = try? reader.status(of: plan.service), status.digest == fragment.header.digest {
                return nil
            }
            pauseThread(Self.pause)
        } while ContinuousClock.now < limit
        return master.isAlive
            ? "nginx accepted the plan, but fresh connections do not show it after \(node.reloadTimeout); its error log says why"
            : "the nginx master \(master.pid) ended during the reload"
    }

    /// Keeps what nginx has taken as the last good state.
    private func settle(_ fragment: Fragment, _ ledger: inout ReleaseLedger) throws(PluginFailure) {
        for kind in FragmentKind.allCases { try folder.put(fragment.files[kind], folder.lastGood(kind, plan.service)) }
        try folder.put(fragment.plan, folder.lastGoodPlan(plan.service))
        if fragment.plan == nil { try folder.put(nil, folder.planFile(plan.service)) }
        let before = ledger
        ledger.note(plan.release, leaseTerm: plan.leaseTerm, generation: plan.generation)
        ledger.took(plan.release, digest: fragment.header.digest)
        if ledger != before { try save(ledger) }
    }

    private func save(_ ledger: ReleaseLedger) throws(PluginFailure) {
        guard let text = try? JSONValue(encoding: ledger).canonicalText else {
            throw PluginFailure(code: "system", reason: "the node's ledger cannot be coded")
        }
        try folder.write(text + "\n", to: folder.stateFile(plan.service))
    }

    /// The success, after a moment for old workers to end.
    private func applied(_ way: String) throws(PluginFailure) -> ApplyResponse {
        let limit = min(lastMoment, ContinuousClock.now + Self.settling)
        while ContinuousClock.now < limit, MasterProcess(pidFile: observation.pidFile)?.isDraining == true { pauseThread(Self.pause) }
        let observed = try observation.running { (status: NodeStatus?) throws(PluginFailure) in try observation.fileDrift(status) }
        return ApplyResponse(applied: true, observed: observed, way: way)
    }

    /// A refusal with what the node runs, where that can be read.
    private func refused(_ reason: String) -> ApplyResponse {
        let nothing = ObservedTraffic(generation: nil, release: nil, leaseTerm: nil, weights: [], draining: false)
        return ApplyResponse(applied: false, reason: reason, observed: (try? observation.running { _ in nil }) ?? nothing)
    }
}
