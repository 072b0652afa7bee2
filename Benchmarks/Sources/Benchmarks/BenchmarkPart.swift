/// What can be measured, by the name that the command line takes.
enum BenchmarkPart: String, CaseIterable {
    /// One routing rule over mixed requests.
    case predicate
    /// 64 distinct rules in turn over the same requests.
    case rules
    /// From raw values to a decision: the request's view is filled, hashes included.
    case request
    /// nginx per request: our files, plain `proxy_pass`, Lua.
    case nginx
    /// nginx and the decision service per request.
    case edge

    func run(rounds: Int) throws -> [BenchmarkResult] {
        switch self {
        case .predicate: [try PredicateBenchmark.one(rounds: rounds)]
        case .rules: [try PredicateBenchmark.many(rounds: rounds)]
        case .request: [try PredicateBenchmark.fromRawValues(rounds: rounds)]
        case .nginx: try NginxBenchmark.routing(rounds: rounds)
        case .edge: try NginxBenchmark.edge(rounds: rounds)
        }
    }
}
