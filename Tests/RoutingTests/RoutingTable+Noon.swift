import ReleaseModel
import Routing

extension RoutingTable {
    /// Noon of a day in winter, UTC.
    static let noon = Timestamp(rfc3339: "2026-01-15T12:00:00Z")!

    /// `assign` at noon.
    func assign(_ request: RoutingRequest, inbound: InboundColors = .none) -> Assignment {
        assign(request, now: Self.noon, inbound: inbound)
    }
}
