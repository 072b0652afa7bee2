/// What the command line asks for.
struct FuzzOptions {
    var inputs: UInt64 = 1_000_000
    var seed: UInt64 = 1
    var from: UInt64 = 0

    static let usage = "usage: Fuzz [--inputs N] [--seed S] [--from N]"

    init(_ arguments: [String]) throws(Refusal) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let text = rest.popFirst() else { throw Refusal(description: "\(name): a number is missing") }
            guard let value = UInt64(text), value < 1 << 48 else {
                throw Refusal(description: "\(name): '\(text)' is not a whole number from 0 to \((1 << 48) - 1)")
            }
            switch name {
            case "--inputs": inputs = value
            case "--seed": seed = value
            case "--from": from = value
            default: throw Refusal(description: "unknown option '\(name)'")
            }
        }
    }

    struct Refusal: Error, CustomStringConvertible { let description: String }
}
