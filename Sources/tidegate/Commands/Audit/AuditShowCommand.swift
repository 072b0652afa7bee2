import ArgumentParser
import ReleaseModel
import ReleaseServer
import TreePictures

struct AuditShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Explain one decision: who, why, by which way through the tree, from which evidence.",
        discussion: """
            With --svg, a drawing of the policy's tree as it was then, with what each condition said and the way that was taken. With --html, the
            decision's page: the same sentences, the drawing and the inputs in one file.

              tidegate audit show 118
              tidegate audit show 118 -o json | jq .evidence
              tidegate audit show 118 --svg > decision-118.svg
              tidegate audit show 118 --html > decision-118.html
            """)

    @Argument(help: "The number of the decision, as `audit list` shows it.")
    var decision: Int64

    @Flag(help: "Draw the tree with the way that was taken, as SVG.")
    var svg = false

    @Flag(help: "Write the decision's page, as one HTML file to read or print.")
    var html = false

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        if svg, output.format == .json { throw ValidationError("--svg draws, -o json prints data: not both") }
        if html, output.format == .json { throw ValidationError("--html writes a page, -o json prints data: not both") }
        if html, svg { throw ValidationError("--html writes a page, --svg draws: not both; the page has the drawing in it") }
    }

    func run() async throws {
        if svg { return Invocation.current.console.write(try await picture()) }
        if html { return Invocation.current.console.write(try await connection.withReader { try await $0.decisionPage(decision) }) }
        let (detail, page) = try await connection.withReader { client in
            (try await client.decision(decision), client.stays ? client.address(ofDecisionPage: decision) : nil)
        }
        let columns = Invocation.current.console.columns
        try output.print(detail) { DecisionReport(detail: detail, page: page).lines(columns: columns, $0) }
    }

    private func picture() async throws -> String {
        let (record, policy) = try await connection.withReader { client in
            let record = try await client.decision(decision).record
            return (record, try await client.policy(record.policyDigest).policy)
        }
        guard let picture = TreePicture(of: record.decision, number: record.id, release: record.release, policy: policy) else {
            throw ReleaseError(
                .invalidInput, "decision \(decision) was not made by the tree", place: "decision \(decision)",
                advice: "it was \(record.decision.kind.rawValue) by \(record.decision.actor.name); draw the tree alone with "
                    + "`tidegate policy show \(record.policyDigest.prefix(12)) --svg`")
        }
        return picture.svg
    }
}
