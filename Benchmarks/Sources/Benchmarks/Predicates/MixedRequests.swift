import Predicates

/// The requests of the benchmarks: half of them canaries, half from Shanghai, every user once, in an order without a pattern.
enum MixedRequests {
    struct Values {
        let canary: String?
        let region: String
        let user: String
    }

    static let count = 1024

    static let all: [Values] = {
        var state: UInt64 = 42
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        return (0..<count).map { index in
            Values(
                canary: ["true", "true", "false", nil][next() % 4], region: ["sh", "sh", "bj", "guangzhou"][next() % 4],
                user: "user-\(index)-\(next() % 1000)")
        }
    }()

    /// The views of all requests for expressions compiled with `slots`.
    static func views(_ slots: RequestSlots) -> [RequestView] {
        all.map { one in
            RequestView(slots) { field in
                switch field {
                case .header("x-canary"): one.canary
                case .header("x-region"): one.region
                case .cookie("uid"): one.user
                default: nil
                }
            }
        }
    }

    /// The same requests as a Lua table `requests`, and `hash(user)` remembered for each user as the views remember it.
    static var lua: String {
        let rows = all.map { one in
            let canary = one.canary.map { "[\"x-canary\"] = \"\($0)\", " } ?? ""
            return "{header = {\(canary)[\"x-region\"] = \"\(one.region)\"}, cookie = {uid = \"\(one.user)\"}}"
        }
        let hashes = all.map { "[\"\($0.user)\"] = \(CRC32.checksum(Array($0.user.utf8)))" }
        return """
            local requests = {\(rows.joined(separator: ",\n"))}
            local hashes = {\(hashes.joined(separator: ",\n"))}
            local function crc32(text) return hashes[text] end

            """
    }
}
