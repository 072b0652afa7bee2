import Predicates

/// Random values for the fields of a request, hostile ones among them.
enum FuzzRequest {
    private static let texts = [
        "true", "", "sh", "/cart/42", "10.1.2.3", "2001:db8::1", "::ffff:10.0.0.1", "1.2.3", "2.0.0-rc.1", "user-42", "0x1F", " 7 ",
        "1e999",
        "nan", "(((a)b)c)", "a=b&c=d", "GET", "\0\u{FFFD}", "上海", "999.1.1.1", "1.2", "%d+", "[", "-1", "9223372036854775807",
    ]
    /// Long ones, at which bad patterns and regular expressions take their worst.
    private static let long: [[UInt8]] = [
        Array(repeating: UInt8(ascii: "a"), count: 300), Array(repeating: UInt8(ascii: "a"), count: 8000),
        Array(repeating: UInt8(ascii: "("), count: 4000), (0..<4096).map { UInt8(truncatingIfNeeded: $0) },
        Array(String(repeating: "ab/", count: 2000).utf8), Array(repeating: UInt8(ascii: "x"), count: 65_000),
    ]

    static func view(_ slots: RequestSlots, _ generator: inout Generator) -> RequestView {
        var view = RequestView(slots, now: Int64(generator.below(2_000_000_000)))
        for (slot, field) in slots.fields.enumerated() where generator.chance(85) {
            let isLong = field == .header("long") ? generator.chance(25) : generator.chance(1)
            if isLong { view.set(slot, to: generator.pick(long)) } else { view.set(slot, to: generator.pick(texts).utf8) }
        }
        return view
    }
}
