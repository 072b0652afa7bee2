/// A share of traffic in basis points (hundredths of a percent): 0 is none, 10000 is everything.
///
/// Written as a percentage with at most two decimals: `12.5%`, `0.01%`. Coded as the integer number of basis points.
public struct Weight: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public static let zero = Weight(basisPoints: 0)
    public static let full = Weight(basisPoints: 10_000)

    public let basisPoints: Int

    /// - Precondition: `basisPoints` lies in 0...10000.
    public init(basisPoints: Int) {
        precondition((0...10_000).contains(basisPoints), "a weight lies between 0 and 10000 basis points")
        self.basisPoints = basisPoints
    }

    /// The weight that `text` spells ("25%", "0.01 %"), or nil when it is not a percentage of 0 to 100 with at most two decimals.
    public init?(percent text: String) {
        var digits = text.filter { $0 != " " }
        guard digits.hasSuffix("%"), digits.count <= 8 else { return nil }
        digits.removeLast()
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.allSatisfy(\.isASCII), let units = Int(whole), units >= 0 else { return nil }
        var hundredths = 0
        if parts.count == 2 {
            let decimals = parts[1]
            guard (1...2).contains(decimals.count), decimals.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
            hundredths = Int(decimals)! * (decimals.count == 1 ? 10 : 1)
        }
        let total = units * 100 + hundredths
        guard total <= 10_000 else { return nil }
        self.init(basisPoints: total)
    }

    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer().decode(Int.self)
        guard (0...10_000).contains(value) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\(value) basis points is not a weight (0 to 10000)"))
        }
        basisPoints = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(basisPoints)
    }

    /// What is left of the whole.
    public var complement: Weight { Weight(basisPoints: 10_000 - basisPoints) }

    public var description: String {
        let (units, hundredths) = basisPoints.quotientAndRemainder(dividingBy: 100)
        if hundredths == 0 { return "\(units)%" }
        if hundredths % 10 == 0 { return "\(units).\(hundredths / 10)%" }
        return "\(units).\(hundredths < 10 ? "0" : "")\(hundredths)%"
    }

    public static func < (left: Weight, right: Weight) -> Bool { left.basisPoints < right.basisPoints }
}
