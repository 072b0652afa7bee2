internal import ReleaseModel

/// What a node's configuration says about generated files.
struct FragmentOptions: Sendable, Hashable {
    /// `address:port` on which status servers listen.
    var statusListen: String
    /// Where decisions are asked for; nil decides by maps.
    var edge: EdgeAddress?
    /// A file for one line per request, from which the coverage of hops is computed; nil writes none.
    var coverageLog: String?
    /// When the files are made; from then on the clocks of a rule's time zone must stay as they are.
    var now: Timestamp
}

/// Where `tidegate edge` listens, and how long it may take for one decision.
struct EdgeAddress: Sendable, Hashable {
    /// `host:port`
    var authority: String
    var timeout: TimeSpan

    var url: String { "http://\(authority)" }
}
