/// The way from the outermost value to the one that is being coded. A list of parents, since the keys are read only where something is wrong.
indirect enum CodingPathNode {
    case root
    case member(any CodingKey, of: CodingPathNode)
    case element(Int, of: CodingPathNode)

    var keys: [any CodingKey] {
        var keys: [any CodingKey] = []
        var node = self
        while true {
            switch node {
            case .root: return keys.reversed()
            case .member(let key, let parent):
                keys.append(key)
                node = parent
            case .element(let index, let parent):
                keys.append(ElementKey(index))
                node = parent
            }
        }
    }
}

/// The place of an element in an array.
struct ElementKey: CodingKey {
    private let index: Int

    init(_ index: Int) { self.index = index }
    init?(intValue: Int) { index = intValue }
    init?(stringValue: String) { nil }

    var intValue: Int? { index }
    var stringValue: String { "Index \(index)" }
}

/// Where a class's superclass is coded, unless it says otherwise.
struct SuperKey: CodingKey {
    init() {}
    init?(intValue: Int) { nil }
    init?(stringValue: String) { if stringValue != "super" { return nil } }

    var intValue: Int? { nil }
    var stringValue: String { "super" }
}
