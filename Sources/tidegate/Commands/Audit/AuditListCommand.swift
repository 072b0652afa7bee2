import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

struct AuditListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List decisions, or entries of any kind, oldest first.",
        discussion: """
              tidegate audit list --release checkout-7 -o json
              tidegate audit list --service checkout --kind rollback,abort --from 2026-11-01
              tidegate audit list --actor alice --all          # whatever she did, or was done on her behalf
              tidegate audit list --kind policy,token,plugin
            """)

    @OptionGroup(title: "Which")
    var filter: AuditFilterOptions

    @Flag(help: "Entries of every kind, not only decisions.")
    var all = false

    @Option(help: ArgumentHelp("Go on after this place, as the page before said.", valueName: "place"))
    var after: Int64?

    @Option(help: "How many at most.")
    var limit = 100

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit is a number of 1 to 200.") }
        guard !all || filter.kind == nil else { throw ValidationError("--all and --kind exclude each other.") }
    }

    func run() async throws {
        let page = try await connection.withReader { client in
            try await client.entries(filter.query(otherwise: all ? [] : ["decision"]), after: after, limit: limit)
        }
        if !all, filter.entryKinds.isEmpty || filter.entryKinds == ["decision"] {
            let decisions = Page(items: try page.items.map(DecisionView.init(entry:)), next: page.next)
            try output.print(decisions) { Self.lines(of: decisions, $0) }
        } else {
            try output.print(page) { Self.lines(of: page, $0) }
        }
    }

    static func lines(of page: Page<DecisionView>, _ style: Style) -> [String] {
        guard !page.items.isEmpty else { return ["no decisions"] }
        var table = Table([
            .init("NUMBER", .right), .init("TIME"), .init("RELEASE"), .init("DECISION"), .init("STATE"), .init("WEIGHT"), .init("BECAUSE"),
            .init("BY"), .init("REASON"),
        ])
        for item in page.items {
            let decision = item.decision
            let before = decision.fromWeights.canary
            let after = decision.toWeights.canary
            table.add([
                .init("\(item.id)"), .init(ReadingText.dateAndTime(decision.time)), .init(item.release),
                .init(decision.kind.rawValue, ReadingText.ink(of: decision.kind)),
                .init(decision.from == decision.to ? decision.to.rawValue : "\(decision.from.rawValue) -> \(decision.to.rawValue)"),
                .init(before == after ? "\(after)" : "\(before) -> \(after)"), .init(decision.because),
                .init(ActorText.text(of: decision.actor)), .init(decision.reason),
            ])
        }
        return table.lines(style) + (page.next.map { ["more: --after \($0.printable)"] } ?? [])
    }

    static func lines(of page: Page<EntryView>, _ style: Style) -> [String] {
        guard !page.items.isEmpty else { return ["no entries"] }
        var table = Table([
            .init("PLACE", .right), .init("TIME"), .init("RELEASE"), .init("KIND"), .init("WHAT"), .init("BY"), .init("REASON"),
        ])
        for item in page.items {
            let figures = EntryFigures(kind: item.kind, entry: item.entry)
            table.add([
                .init("\(item.position)"), .init(ReadingText.dateAndTime(item.recordedAt)), .init(item.release ?? ""), .init(item.kind),
                .init(figures.sentence), .init(ActorText.text(of: figures.actor)), .init(figures.reason),
            ])
        }
        return table.lines(style) + (page.next.map { ["more: --after \($0.printable)"] } ?? [])
    }
}

extension DecisionView {
    /// The decision that an entry of that kind carries.
    ///
    /// - Throws: `versionMismatch` where it holds none that this program can read.
    init(entry view: EntryView) throws {
        guard let decision = try? view.entry["body"]?.decoded(as: Decision.self),
            let id = view.decision ?? view.entry["id"]?.number.map({ Int64($0) })
        else {
            throw ReleaseError(
                .versionMismatch, "the entry holds no decision that this program can read", place: "entry \(view.position)",
                advice: "`tidegate audit list --all` shows it as it is")
        }
        self.init(
            id: id, release: view.release ?? "", decision: decision, evidenceDigest: view.entry["evidenceDigest"]?.string,
            policyDigest: view.entry["policyDigest"]?.string ?? "", controller: view.entry["controller"]?.string ?? "",
            leaseTerm: Int64(view.entry["leaseTerm"]?.number ?? 0), recordedAt: view.recordedAt)
    }
}
