internal import Foundation
internal import Hashing
internal import Logging
internal import PluginKit
internal import ReleaseModel

/// Brings the plans of a folder into force as they come: each file once, unless it changes.
///
/// A plan that is broken, or older than the one in force, changes nothing: the last good one stays, and the problem is logged once and shown
/// in the status.
struct PlanLoader: Sendable {
    let folder: PlanFolder
    let board: PlanBoard
    let logger: Logger
    let now: @Sendable () -> Timestamp

    private var marks: [String: FileMark] = [:]
    private var fences: [String: PlanFence] = [:]
    private var folderProblem: String?

    init(folder: PlanFolder, board: PlanBoard, logger: Logger, now: @escaping @Sendable () -> Timestamp) {
        self.folder = folder
        self.board = board
        self.logger = logger
        self.now = now
    }

    /// Looks at the folder once. A folder that cannot be read keeps every plan in force.
    mutating func poll() {
        let found: [(service: String, mark: FileMark)]
        do {
            found = try folder.services()
            folderProblem = nil
        } catch {
            if folderProblem != error.reason { logger.error("plans keep as they are", metadata: ["reason": "\(error)"]) }
            folderProblem = error.reason
            return
        }
        for (service, mark) in found where marks[service] != mark {
            marks[service] = mark
            load(service)
        }
        let names = Set(found.map(\.service))
        for service in marks.keys.sorted() where !names.contains(service) {
            marks[service] = nil
            board.remove(service)
            logger.notice("plan gone", metadata: ["service": "\(service)"])
        }
    }

    private mutating func load(_ service: String) {
        let counters = board.counters(of: service)
        do {
            let bytes = try folder.bytes(of: service)
            let plan = try decoded(bytes, service)
            var fence = fences[service] ?? PlanFence()
            if let refusal = fence.refusal(of: plan.release, leaseTerm: plan.leaseTerm, generation: plan.generation) {
                throw ReleaseError(.leaseLost, refusal)
            }
            let loaded = try LoadedPlan(plan, digest: SHA256Digest(of: bytes).hex, counters: counters, loadedAt: now())
            fence.note(plan.release, leaseTerm: plan.leaseTerm, generation: plan.generation)
            fences[service] = fence
            board.take(loaded)
            counters.plansTaken.increment()
            logger.notice(
                "plan in force",
                metadata: ["service": "\(service)", "release": "\(plan.release)", "generation": "\(plan.generation)"])
        } catch {
            let reason = Self.reason(of: error)
            counters.plansRefused.increment()
            board.note(reason, of: service)
            logger.error("plan refused", metadata: ["file": "\(folder.place(of: service))", "reason": "\(reason)"])
        }
    }

    private func decoded(_ bytes: [UInt8], _ service: String) throws -> TrafficPlan {
        let plan: TrafficPlan
        do {
            plan = try JSONValue(parsing: bytes).decoded(as: TrafficPlan.self)
        } catch {
            throw ReleaseError(.invalidInput, "this is no traffic plan in JSON: \(Self.reason(of: error))")
        }
        guard plan.service == service else {
            throw ReleaseError(.invalidInput, "the plan is for the service '\(plan.service)', but its file is named for '\(service)'")
        }
        return plan
    }

    private static func reason(of error: any Error) -> String {
        switch error {
        case let error as ReleaseError: error.description
        case let error as PluginFailure: error.reason
        case DecodingError.keyNotFound(let key, let context):
            "'\((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))' is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            (context.codingPath.isEmpty ? "" : "'\(context.codingPath.map(\.stringValue).joined(separator: "."))': ")
                + context.debugDescription
        default: "\(error)"
        }
    }
}
