import CLibPQ
import Glibc

extension ServerSession {
    /// Connects where needed. True when the connection is a new one, on which nothing is listened to yet.
    func connectForListening(until deadline: ContinuousClock.Instant, _ interrupt: Interrupt?) throws -> Bool {
        isUsed = false
        let before = connection.map { ObjectIdentifier($0) }
        let bounds = Bounds(timeout: configuration.statementTimeout, connectDeadline: deadline, cancelled: interrupt)
        let now = try ready(bounds)
        return ObjectIdentifier(now) != before
    }

    /// Runs LISTEN and UNLISTEN.
    func changeChannels(listen: [String], unlisten: [String]) throws {
        let commands = try listen.map { "LISTEN \(try quotedIdentifier($0))" } + unlisten.map { "UNLISTEN \(try quotedIdentifier($0))" }
        guard !commands.isEmpty else { return }
        let bounds = Bounds(timeout: configuration.statementTimeout, connectDeadline: .now, cancelled: nil)
        try runScript(commands.joined(separator: ";"), bounds, token: nil)
    }

    /// Waits for notifications. Empty when the interrupt was raised. Errors: `.connectionLost`, `.closed`.
    func nextNotifications(_ interrupt: Interrupt) throws -> [(channel: String, payload: String)] {
        guard let connection else { throw PostgresError(.connectionLost, "the listening connection broke") }
        while true {
            if connection.hasHungUp() {
                disconnect()
                throw PostgresError(.connectionLost, "the listening connection broke")
            }
            let taken = connection.takeNotifications()
            if !taken.isEmpty { return taken }
            let waiting = Waiting(wakeup: wakeup, cancelled: interrupt, abandoned: abandoned, deadline: .now + .seconds(3600))
            switch waiting.wait(PQsocket(connection.pointer), POLLIN) {
            case .ready, .deadline: continue
            case .cancelled: return []
            case .abandoned: throw PostgresError(.closed, "the client is closed")
            }
        }
    }
}
