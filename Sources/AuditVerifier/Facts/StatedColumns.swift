/// Where the columns beside an entry stand.
struct StatedColumns {
    var id: Int?
    var kind: Int?
    var release: Int?
    var decision: Int?
    var leafIndex: Int?
    var leafHash: Int?
    var recordedAt: Int?

    init() {}

    init(_ columns: Int, _ scanner: JSONScanner) {
        var at = columns + 1
        let end = Int(scanner.tokens[columns].next)
        while at < end {
            switch scanner.name(at) {
            case .id: id = at + 1
            case .kind: kind = at + 1
            case .release: release = at + 1
            case .decision: decision = at + 1
            case .leafIndexColumn: leafIndex = at + 1
            case .leafHashColumn: leafHash = at + 1
            case .recordedAtColumn: recordedAt = at + 1
            default: break
            }
            at = Int(scanner.tokens[at + 1].next)
        }
    }
}
