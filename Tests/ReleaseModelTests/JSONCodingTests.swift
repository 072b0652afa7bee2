import Foundation
import Testing

@testable import ReleaseModel

/// What is coded in memory is what Foundation's coders make by way of a text.
@Suite struct JSONCodingTests {
    enum Color: String, Codable, CaseIterable { case red, green }
    enum Shape: Codable, Equatable {
        case circle(radius: Double)
        case polygon([Double], closed: Bool)
        case nothing
    }

    struct Inner: Codable, Equatable {
        var name = "a"
        var weight: Double?
        var flags: [Bool] = []
    }

    struct Sample: Codable, Equatable {
        var count = 0
        var small: UInt8 = 0
        var signed: Int16 = 0
        var large: Int64 = 0
        var unsigned: UInt64 = 0
        var ratio = 0.0
        var short: Float = 0
        var isOn = false
        var text = ""
        var maybe: Int?
        var inner = Inner()
        var inners: [Inner] = []
        var numbers: [Double] = []
        var rows: [[Double]] = []
        var gaps: [Int?] = []
        var names: [String: Inner] = [:]
        var places: [Int: String] = [:]
        var colors: [Color: Int] = [:]
        var shapes: [Shape] = []
        var color = Color.red
        var bytes = Data()
        var address: URL?
        var free = JSONValue.null
        var time = Date(timeIntervalSince1970: 0)
        var set: Set<String> = []
    }

    /// Codes by hand: nested containers, and an object that is asked for twice.
    struct ByHand: Codable, Equatable {
        enum Key: String, CodingKey { case outer, list, a, b }
        var a = 1
        var b = ["x", "y"]

        init(a: Int, b: [String]) { (self.a, self.b) = (a, b) }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            a = try container.nestedContainer(keyedBy: Key.self, forKey: .outer).decode(Int.self, forKey: .a)
            var list = try container.nestedUnkeyedContainer(forKey: .list)
            b = []
            while !list.isAtEnd { b.append(try list.nestedContainer(keyedBy: Key.self).decode(String.self, forKey: .b)) }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            var outer = container.nestedContainer(keyedBy: Key.self, forKey: .outer)
            try outer.encode(a, forKey: .a)
            var again = encoder.container(keyedBy: Key.self)
            var list = again.nestedUnkeyedContainer(forKey: .list)
            for element in b {
                var member = list.nestedContainer(keyedBy: Key.self)
                try member.encode(element, forKey: .b)
            }
        }
    }

    class Base: Codable {
        var base = 1
    }

    final class Derived: Base {
        enum Key: CodingKey { case derived }
        var derived = "d"

        override init() { super.init() }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            derived = try container.decode(String.self, forKey: .derived)
            try super.init(from: container.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(derived, forKey: .derived)
            try super.encode(to: container.superEncoder())
        }
    }

    private static func sample(_ random: inout SplitMix) -> Sample {
        func text(_ random: inout SplitMix) -> String {
            String((0..<Int.random(in: 0...4, using: &random)).map { _ in "aZ\"\\\u{1}é😀/".randomElement(using: &random)! })
        }
        func inner(_ random: inout SplitMix) -> Inner {
            Inner(
                name: text(&random), weight: Bool.random(using: &random) ? Double.random(in: -1e9...1e9, using: &random) : nil,
                flags: [Bool.random(using: &random)])
        }
        var sample = Sample()
        sample.count = Int.random(in: -1000...1000, using: &random)
        sample.small = UInt8.random(in: 0...255, using: &random)
        sample.signed = Int16.random(in: .min ... .max, using: &random)
        sample.large = Int64.random(in: -(1 << 53)...(1 << 53), using: &random)
        sample.unsigned = UInt64.random(in: 0...(1 << 53), using: &random)
        sample.ratio = Double(
            sign: .plus, exponent: Int.random(in: -40...60, using: &random), significand: .random(in: 1..<2, using: &random))
        sample.short = Float.random(in: -5...5, using: &random)
        sample.isOn = Bool.random(using: &random)
        sample.text = text(&random)
        sample.maybe = Bool.random(using: &random) ? 7 : nil
        sample.inner = inner(&random)
        sample.inners = (0..<Int.random(in: 0...3, using: &random)).map { _ in inner(&random) }
        sample.numbers = (0..<Int.random(in: 0...5, using: &random)).map { _ in Double.random(in: -1...1, using: &random) }
        sample.rows = [sample.numbers, []]
        sample.gaps = [nil, 3, Bool.random(using: &random) ? nil : 1]
        sample.names = ["x": inner(&random), text(&random): inner(&random)]
        sample.places = [3: "c", -1: text(&random)]
        sample.colors = [.red: 1]
        sample.shapes = [.nothing, .circle(radius: sample.ratio), .polygon(sample.numbers, closed: sample.isOn)]
        sample.color = Color.allCases.randomElement(using: &random)!
        sample.bytes = Data((0..<Int.random(in: 0...5, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
        sample.address = Bool.random(using: &random) ? URL(string: "https://example.org/a?b=c") : nil
        sample.free = .object([text(&random): .array([.number(sample.ratio), .null, .bool(true)])])
        sample.time = Date(timeIntervalSinceReferenceDate: Double(sample.count) / 4)
        sample.set = [text(&random)]
        return sample
    }

    @Test func valuesAreCodedAsByWayOfAText() throws {
        var random = SplitMix(state: 7)
        for _ in 0..<300 {
            let sample = Self.sample(&random)
            let coded = try JSONValue(encoding: sample)
            #expect(try coded == JSONValue(parsing: JSONEncoder().encode(sample)))
            let decoded = try coded.decoded(as: Sample.self)
            #expect(decoded == sample)
        }
        let byHand = ByHand(a: 4, b: ["p", "q"])
        #expect(try JSONValue(encoding: byHand) == ["outer": ["a": 4], "list": [["b": "p"], ["b": "q"]]])
        #expect(try JSONValue(encoding: byHand).decoded() == byHand)
        let derived = Derived()
        derived.base = 9
        let coded = try JSONValue(encoding: derived)
        #expect(coded == ["derived": "d", "super": ["base": 9]])
        #expect(try coded.decoded(as: Derived.self).base == 9)
    }

    @Test func topLevelsOfEveryKindAreCoded() throws {
        #expect(try JSONValue(encoding: 4.5) == 4.5)
        #expect(try JSONValue(encoding: "x") == "x")
        #expect(try JSONValue(encoding: Int?.none) == .null)
        #expect(try JSONValue(encoding: [1, 2]) == [1, 2])
        #expect(try JSONValue.null.decoded(as: Int?.self) == nil)
        #expect(try JSONValue.number(0.1).decoded(as: Float.self) == 0.1)
        #expect(try JSONValue(encoding: Float(0.1)) == 0.1)
    }

    @Test func whatIsNoNumberOfJSONIsRefusedWithItsPlace() {
        var sample = Sample()
        sample.inners = [Inner(), Inner(weight: .nan)]
        let error = #expect(throws: EncodingError.self) { try JSONValue(encoding: sample) }
        guard case .invalidValue(_, let context) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(context.codingPath.map(\.stringValue) == ["inners", "Index 1", "weight"])
        sample = Sample()
        sample.numbers = [1, .infinity]
        #expect(throws: EncodingError.self) { try JSONValue(encoding: sample) }
        sample = Sample()
        sample.free = ["a": [1, .number(.nan)]]
        let inside = #expect(throws: EncodingError.self) { try JSONValue(encoding: sample) }
        guard case .invalidValue(_, let context) = inside else {
            Issue.record("\(String(describing: inside))")
            return
        }
        #expect(context.codingPath.map(\.stringValue) == ["free", "a", "Index 1"])
    }

    /// A spoiled document is refused where Foundation refuses it, which names no place where a number does not fit.
    @Test func whatFoundationRefusesIsRefusedAtTheSamePlace() throws {
        var random = SplitMix(state: 11)
        var refused = 0
        for _ in 0..<1500 {
            let spoiled = Self.spoiled(try JSONValue(encoding: Self.sample(&random)), &random)
            let ours = Result { try spoiled.decoded(as: Sample.self) }
            let theirs = Result { try JSONDecoder().decode(Sample.self, from: Data(spoiled.canonicalBytes)) }
            switch (ours, theirs) {
            case (.success(let a), .success(let b)): #expect(a == b)
            case (.failure(let a as DecodingError), .failure(let b as DecodingError)):
                refused += 1
                #expect(Self.summary(a) == Self.summary(b), "\(spoiled.canonicalText)")
            default: Issue.record("\(ours)\n\(theirs)\n\(spoiled.canonicalText)")
            }
        }
        #expect(refused > 500)
    }

    /// The document with one value somewhere replaced or left out.
    private static func spoiled(_ value: JSONValue, _ random: inout SplitMix) -> JSONValue {
        let others: [JSONValue] = [.null, true, "text", 1.5, -1, 300, 1e300, [], [:], ["a": 1], [1, "b"]]
        switch value {
        case .object(var members) where !members.isEmpty:
            let name = members.keys.sorted().randomElement(using: &random)!
            switch Int.random(in: 0..<6, using: &random) {
            case 0: members[name] = nil
            case 1: return others.randomElement(using: &random)!
            default: members[name] = spoiled(members[name]!, &random)
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty:
            let index = elements.indices.randomElement(using: &random)!
            elements[index] = spoiled(elements[index], &random)
            return .array(elements)
        default: return others.randomElement(using: &random)!
        }
    }

    private static func summary(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context) -> String { context.codingPath.map(\.stringValue).joined(separator: ".") }
        return switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context): "another type at \(path(context))"
        case .keyNotFound(let key, let context): "no \(key.stringValue) at \(path(context))"
        case .dataCorrupted: "corrupted"
        @unknown default: "\(error)"
        }
    }
}

/// Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA 2014).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
