import Predicates

/// The requests that the differential tests evaluate over: an ordinary one, an empty one, and strange ones.
enum DifferentialRequests {
    /// The fields that generated expressions read, by their spelling in the language.
    static let fields: [(source: String, field: RequestField)] = [
        ("header[\"a\"]", .header("a")), ("header[\"n\"]", .header("n")), ("header[\"missing\"]", .header("missing")),
        ("cookie.uid", .cookie("uid")), ("cookie[\"f\"]", .cookie("f")), ("query.debug", .query("debug")),
        ("query[\"hex\"]", .query("hex")),
        ("client.address", .clientAddress), ("path", .path), ("method", .method), ("host", .host), ("scheme", .scheme),
        ("request.target", .requestTarget), ("tag[\"blue\"]", .tag("blue")),
    ]

    /// What `now()` gives.
    static let now: Int64 = 1_763_730_000

    static let ordinary: [RequestField: [UInt8]] = [
        .header("a"): Array("alpha".utf8), .header("n"): Array("42".utf8), .cookie("uid"): Array("user-42".utf8),
        .cookie("f"): Array("2.5".utf8), .query("debug"): Array("1".utf8), .query("hex"): Array("0x1F".utf8),
        .clientAddress: Array("10.1.2.3".utf8), .path: Array("/api/v1/users".utf8), .method: Array("GET".utf8),
        .host: Array("shop.example".utf8), .scheme: Array("https".utf8), .requestTarget: Array("/api/v1/users?debug=1&hex=0x1F".utf8),
    ]

    /// `tag["blue"]` is no text but whether the request has it, so it stands only in `tagged("blue")`.
    static let texts = fields.map(\.source).filter { !$0.hasPrefix("tag[") }

    static let all: [[RequestField: [UInt8]]] = {
        var generator = Generator(seed: 40)
        var requests = [ordinary, [:]]
        for _ in 0..<30 {
            var request: [RequestField: [UInt8]] = [:]
            for (_, field) in fields where field != .header("missing") && generator.chance(80) {
                request[field] = generator.chance(50) ? ordinary[field] ?? [] : RandomOperand.arbitrary(&generator)
            }
            requests.append(request)
        }
        return requests
    }()

    /// The request of one case, its own two values included, in the order of `slots`.
    static func view(of one: LuaProcess.Case, _ slots: RequestSlots) -> RequestView {
        RequestView(
            slots,
            values: slots.fields.map { field in
                switch field {
                case .header("v"): one.v.map { ByteString(bytes: $0) }
                case .header("w"): one.w.map { ByteString(bytes: $0) }
                default: all[one.request][field].map { ByteString(bytes: $0) }
                }
            }, now: now)
    }
}
