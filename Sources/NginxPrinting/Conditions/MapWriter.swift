internal import ReleaseModel

/// A value that nginx knows at run time: a variable, and how many variables deep it is computed.
struct Operand: Sendable, Hashable {
    var variable: String
    var depth: Int

    init(_ variable: String, depth: Int = 1) {
        self.variable = variable
        self.depth = depth
    }

    /// As it stands within a text: `${tidegate_checkout_m1}`.
    var braced: String { "${\(variable.dropFirst())}" }
}

/// Collects the `map` and `geo` blocks of one service and gives their variables names.
///
/// A truth is a variable of one character: `1`, `0`, or `e` for an expression that could not be evaluated. A text is a variable that is
/// empty for nil. nginx computes a map only when it is asked for, so that `and`, `or` and the order of rules cost what they cost in Lua.
package final class MapWriter {
    /// nginx gives up on variables nested deeper than 100 (NGX_HTTP_VARIABLE_DEPTH); the maps around a condition need a share of that.
    static let maximumDepth = 60
    static let maximumMaps = 1000

    /// What every variable begins with: `tidegate_checkout` makes `$tidegate_checkout_m1`.
    let prefix: String
    /// Colours of the policy: the truth of each, once it is printed.
    var colors: [(tag: String, truth: Operand)] = []
    /// Every colour that the request carries, with commas between; nil while `colors` say all of it.
    var colorList: Operand?
    private var definitions: [MapDefinition] = []
    private(set) var mapCount = 0
    private var sharedOperands: [String: Operand] = [:]

    package init(prefix: String) { self.prefix = prefix }

    /// The variable of a word of this writer.
    func name(_ word: String) -> String { "$\(prefix)_\(word)" }

    /// Every block, one a line; maps that only pass a truth on are joined with what reads them.
    package var lines: [String] {
        var fusion = MapFusion(definitions, prefix: prefix)
        return fusion.fused().map(\.line)
    }

    func line(_ text: String) { definitions.append(.text(text)) }

    /// A map from a source (a variable or a compound of variables) to what stands beside the first key that matches.
    func map(_ source: String, _ entries: [(key: String, value: String)], otherwise: String, depth: Int, named word: String? = nil)
        -> Operand
    {
        let variable = name(word ?? nextWord())
        definitions.append(
            .map(
                MapBlock(
                    source: source, variable: variable, entries: entries.map { .init(key: $0.key, value: $0.value) }, otherwise: otherwise,
                    isNamed: word != nil)))
        return Operand(variable, depth: depth + 1)
    }

    /// A variable of any name: 1 for a truth that holds, 0 otherwise.
    func result(_ truth: Operand, as variable: String) {
        definitions.append(
            .map(
                MapBlock(
                    source: truth.variable, variable: variable, entries: [.init(key: "1", value: "1")], otherwise: "0", isNamed: true)))
    }

    /// A `geo` block: 1 for addresses within the networks, 0 otherwise.
    func geo(_ source: String, networks: [String], depth: Int) -> Operand {
        let variable = name(nextWord())
        let body = networks.map { "\($0) 1; " }.joined()
        definitions.append(.text("geo \(source) \(variable) { default 0; \(body)}"))
        return Operand(variable, depth: depth + 1)
    }

    /// A `split_clients` block over a text that holds `key`: the value of the first part that the hash of the text falls into.
    ///
    /// - Parameter parts: hundredths of a percent and a value each; a part of 0 is left out, for nginx refuses it.
    func split(_ text: String, _ parts: [(weight: Weight, value: String)], otherwise: String, depth: Int, named word: String? = nil)
        -> Operand
    {
        let variable = name(word ?? nextWord())
        let body = parts.filter { $0.weight > .zero }.map { "\(Self.percent($0.weight)) \($0.value); " }.joined()
        definitions.append(.text("split_clients \"\(text)\" \(variable) { \(body)* \(otherwise); }"))
        return Operand(variable, depth: depth + 1)
    }

    private static func percent(_ weight: Weight) -> String {
        let hundredths = weight.basisPoints % 100
        return "\(weight.basisPoints / 100).\(hundredths < 10 ? "0" : "")\(hundredths)%"
    }

    /// The operand made for `key` before, or a new one.
    func shared(_ key: String, _ make: () throws(PrintingRefusal) -> Operand) throws(PrintingRefusal) -> Operand {
        if let operand = sharedOperands[key] { return operand }
        let operand = try make()
        sharedOperands[key] = operand
        return operand
    }

    /// Throws when the maps are nested deeper, or are more, than nginx should be asked for.
    func check(_ operand: Operand, part: String) throws(PrintingRefusal) {
        if operand.depth > Self.maximumDepth {
            throw PrintingRefusal(
                part: part, reason: "its maps would be nested \(operand.depth) deep, and \(Self.maximumDepth) is the limit")
        }
        if mapCount > Self.maximumMaps {
            throw PrintingRefusal(part: part, reason: "the plan would need more than \(Self.maximumMaps) maps")
        }
    }

    private func nextWord() -> String {
        mapCount += 1
        return "m\(mapCount)"
    }
}
