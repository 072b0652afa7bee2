import ReleaseModel
import ReleaseServer

/// Follows one release to its end and shows what happens.
struct ReleaseWatch: Sendable {
    /// How long one call for events waits; shorter on a terminal, where the clock of the view moves on.
    static let wait: Duration = .seconds(25)
    static let terminalWait: Duration = .seconds(2)
    /// A server that is away (a restart) is asked again this many times, a second apart.
    static let patience = 30

    let client: APIClient
    let console: Console
    let format: OutputFormat

    /// Shows the release until its state is final.
    func run(_ reference: String) async throws -> ReleaseVerdict {
        var detail = try await client.release(reference)
        let id = detail.release.id
        var decisions: [DecisionView] = []
        var cursor: String?
        var screen = LiveScreen(console: console)
        let isLive = console.isTerminal && format == .table
        while true {
            let wait = cursor == nil ? .zero : isLive ? Self.terminalWait : Self.wait
            let after = cursor
            let page = try await patiently { try await client.events(id, after: after, wait: wait) }
            cursor = page.next
            decisions += page.events.compactMap(\.decision)
            if isLive {
                detail = try await patiently { try await client.release(id) }
                screen.draw(LiveView(style: console.style, columns: console.columns).lines(for: detail, decisions: decisions))
            } else {
                for event in page.events { console.line(try line(for: event)) }
            }
            if page.state.isFinal { return ReleaseVerdict(state: page.state, verdict: nil) }
        }
    }

    private func line(for event: ReleaseEvent) throws -> String {
        switch format {
        case .json: try JSONOutput.line(of: event)
        case .table: EventLine(event: event).text(console.style)
        }
    }

    /// Asks again while the server is away.
    private func patiently<Answer: Sendable>(_ ask: @Sendable () async throws -> Answer) async throws -> Answer {
        for attempt in 1... {
            do {
                return try await ask()
            } catch let error as ReleaseError where [.unavailable, .timedOut].contains(error.code) && attempt < Self.patience {
                if attempt == 1 { console.complain("the server does not answer; trying again") }
                try await Task.sleep(for: .seconds(1))
            }
        }
        preconditionFailure("the loop ends with an answer or an error")
    }
}
