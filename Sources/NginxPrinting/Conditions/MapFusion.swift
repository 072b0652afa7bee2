/// Joins maps that only pass a truth on: `map $a $m1 { "x" 1; default 0; } map $m1 $m2 { 1 $b; default $c; }` is
/// `map $a $m2 { "x" $b; default $c; }`. A request then costs one map less, and what is computed, and when, stays the same.
///
/// A map is joined with its reader only when nothing else reads it; one that several read is computed once and kept by nginx.
struct MapFusion {
    /// A map that passes on more variables than this is left alone, since each needs a map of its own.
    static let maximumBranches = 2
    static let truths: Set<String> = ["1", "0", "e"]

    private let prefix: String
    private var definitions: [MapDefinition]
    private var fresh = 0

    /// - Parameter prefix: what the variables of new maps begin with.
    init(_ definitions: [MapDefinition], prefix: String) {
        self.definitions = definitions
        self.prefix = prefix
    }

    /// The definitions with everything joined that can be.
    mutating func fused() -> [MapDefinition] {
        // Each round takes one map away or ends; new maps only replace readers of what is taken away.
        for _ in 0..<(2 * definitions.count + 1) where !joinOne() { break }
        return definitions.map { if case .map(let block) = $0 { .map(block.trimmed) } else { $0 } }
    }

    /// Joins one pair; false when there is none.
    private mutating func joinOne() -> Bool {
        var places: [String: Int] = [:]
        var readers: [String: [Int]] = [:]
        for (index, definition) in definitions.enumerated() {
            if case .map(let block) = definition, !block.isNamed { places[block.variable] = index }
            for variable in definition.reads { readers[variable, default: []].append(index) }
        }
        for (index, definition) in definitions.enumerated() {
            guard case .map(let reader) = definition, let place = places[reader.passedOn], readers[reader.passedOn] == [index],
                case .map(let inner) = definitions[place], let joined = join(inner, reader)
            else { continue }
            definitions[index] = .map(joined.block)
            definitions.remove(at: place)
            definitions += joined.others.map { .map($0) }
            return true
        }
        return false
    }

    /// The reader over the inner map's source, and the maps for what the inner one passes on; nil when they cannot be joined.
    private mutating func join(_ inner: MapBlock, _ reader: MapBlock) -> (block: MapBlock, others: [MapBlock])? {
        var block = reader
        block.source = inner.source
        if reader.isAlias {
            block.entries = inner.entries
            block.otherwise = inner.otherwise
            return (block, [])
        }
        guard reader.entries.allSatisfy({ Self.truths.contains($0.key) && !$0.value.contains("$1") && !$0.value.contains("$2") }) else {
            return nil
        }
        // What a map passes on of its own source is none of its keys: where the reader asks for nothing but those, its default is known.
        let rest = inner.otherwise == inner.source && reader.entries.allSatisfy { one in inner.entries.contains { $0.key == one.key } }
        let values = inner.entries.map(\.value) + (rest ? [] : [inner.otherwise])
        let branches = Set(values.filter { !Self.truths.contains($0) })
        guard branches.count <= Self.maximumBranches, branches.allSatisfy({ MapBlock.isVariable($0) && !Self.isCapture($0) }) else {
            return nil
        }
        var others: [String: MapBlock] = [:]
        for branch in branches.sorted() {
            fresh += 1
            others[branch] = MapBlock(
                source: branch, variable: "$\(prefix)_f\(fresh)",
                entries: reader.entries.map { .init(key: $0.key, value: $0.value == reader.source ? branch : $0.value) },
                otherwise: reader.otherwise == reader.source ? branch : reader.otherwise, isNamed: false)
        }
        func through(_ value: String) -> String {
            if let other = others[value] { return other.variable }
            let result = reader.entries.first { $0.key == value }?.value ?? reader.otherwise
            return result == reader.source ? value : result
        }
        block.entries = inner.entries.map { .init(key: $0.key, value: through($0.value)) }
        block.otherwise =
            rest ? (reader.otherwise == reader.source ? inner.source : reader.otherwise) : through(inner.otherwise)
        return (block, branches.sorted().compactMap { others[$0] })
    }

    private static func isCapture(_ variable: String) -> Bool { variable.dropFirst().allSatisfy(\.isNumber) }
}

extension MapBlock {
    /// True for a map that only gives another variable a second name.
    fileprivate var isAlias: Bool { source.isEmpty && entries.isEmpty && Self.isVariable(otherwise) }

    /// The variable whose value decides: the source, or what an alias stands for.
    fileprivate var passedOn: String { isAlias ? otherwise : source }
}
