internal import Predicates
package import ReleaseModel
package import Routing

/// Writes a routing table: colours, key, split, then the rules as a chain of maps of which nginx computes no more than it needs.
///
/// | variable | value |
/// |---|---|
/// | `$tidegate_<service>_key` | the sticky key, empty without one |
/// | `$tidegate_<service>_split` | the arm by weight |
/// | `$tidegate_<service>_arm` | the arm after the rules |
/// | `$tidegate_<service>_upstream` | its group of servers |
/// | `$tidegate_<service>_revision` | its revision |
/// | `$tidegate_<service>_inbound` | the believed colours of an earlier hop |
/// | `$tidegate_<service>_tag` | the colours for the next hop, with commas between; empty without any |
/// | `$tidegate_<service>_hop` | the number of this hop, from 1 |
/// | `$tidegate_<service>_hops` | the hops that the colours have come; empty without colours |
/// | `$tidegate_<service>_baggage` | the baggage for the next hop, where the policy names a member |
package struct RoutingPrinter {
    let table: RoutingTable
    let writer: MapWriter
    /// In the order of the table's arms.
    let revisions: [String]
    /// From when on a time zone's clocks must stay as they are.
    let now: Timestamp

    package init(table: RoutingTable, writer: MapWriter, revisions: [String], now: Timestamp) {
        self.table = table
        self.writer = writer
        self.revisions = revisions
        self.now = now
    }

    package func print() throws(PrintingRefusal) {
        if let key = table.propagation.keys.first {
            throw PrintingRefusal(part: "colours signed by the key '\(key.id)'", reason: "its maps compute no HMAC")
        }
        try printColors()
        let split = try printSplit()
        try printRules(after: split)
        let arm = writer.name("arm")
        _ = writer.map("", [], otherwise: "\(writer.prefix)_$\(arm.dropFirst().braced)", depth: 0, named: "upstream")
        _ = writer.map(arm, live.map { (name($0), revisions[$0]) }, otherwise: "\"\"", depth: 0, named: "revision")
    }

    /// The arms that requests can reach.
    package var live: [Int] {
        table.arms.indices.filter { arm in
            table.arms[arm].weight > .zero || table.split.shares.contains { $0.arm == arm }
        }
    }

    func name(_ arm: Int) -> String { NginxName.arm(table.arms[arm].arm) }
}

extension Substring {
    fileprivate var braced: String { "{\(self)}" }
}
