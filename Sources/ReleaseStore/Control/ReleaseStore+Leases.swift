import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// Makes a controller known, or says that it still lives. It must be known before it leases anything.
    public func register(_ controller: ControllerIdentity) async throws {
        _ = try await rows(
            .registerController, [.text(controller.id), .text(controller.host), .int(controller.pid), .text(controller.version)])
    }

    /// Controllers, the ones last heard of first.
    public func controllers(limit: Int = 100) async throws -> [ControllerRecord] {
        let rows = try await rows(.controllers, [.int(limit)])
        return try reading {
            try rows.map { row in
                ControllerRecord(
                    identity: ControllerIdentity(
                        id: try row.text("id"), host: try row.text("host"), pid: try row["pid"].int(), version: try row.text("version")),
                    startedAt: try row.time("started_at"), seenAt: try row.time("seen_at"))
            }
        }
    }

    /// Leases releases that are due, the longest overdue first.
    ///
    /// A release is due when its time has come and it is free (its term then grows by one) or the controller's own (the lease is renewed
    /// under its term). A pending release is due only while no other release of its service on its target is active, or when a command
    /// waits for an answer. One that has ended is due while it has effects that are not finished.
    ///
    /// - Parameters:
    ///   - ttl: how long the lease lasts, 100 ms to 1 h.
    ///   - excluding: releases that the controller is stepping already.
    public func leaseDue(controller: String, limit: Int, ttl: TimeSpan, excluding: [ReleaseID] = []) async throws -> [Lease] {
        let rows = try await rows(.leaseDue, [.text(controller), .int(limit), .int(ttl.microseconds), .texts(excluding)])
        return try reading {
            try rows.map { row in
                Lease(
                    release: try row.text("release"), controller: controller, term: try row["term"].int64(),
                    expiresAt: try row.time("expires_at"))
            }
        }
    }

    /// The database's clock, and the earliest moment at which the controller could lease something; nil while nothing is due at all.
    public func nextDue(controller: String) async throws -> (now: Timestamp, due: Timestamp?) {
        let row = try await row(.nextDue, [.text(controller)])
        return try reading { (try row.time("now"), try row.optionalTime("due")) }
    }

    /// Makes a lease last longer.
    ///
    /// - Throws: `leaseLost` when it is over or another controller has it.
    public func renew(_ lease: Lease, ttl: TimeSpan) async throws -> Lease {
        let row = try await row(
            .renewLease, [.text(lease.release), .text(lease.controller), .int(lease.term), .int(ttl.microseconds)],
            place: "release \(lease.release)"
        )
        var renewed = lease
        renewed.expiresAt = try reading { try row.time("expires_at") }
        return renewed
    }

    /// Gives a lease back, so that any controller may take it.
    ///
    /// - Parameter nextDue: when the release is due again; nil keeps what the last commit said.
    /// - Throws: `leaseLost` when it is over already.
    public func releaseLease(_ lease: Lease, nextDue: Timestamp? = nil) async throws {
        _ = try await rows(
            .releaseLease,
            [.text(lease.release), .text(lease.controller), .int(lease.term), .timestamp(microseconds: nextDue?.microseconds)],
            place: "release \(lease.release)")
    }
}
