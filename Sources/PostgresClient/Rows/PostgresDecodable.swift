/// A Swift type that a result's value can be read as.
///
/// The contract: `decode` returns nil for NULL (but for Optional) and for whatever it does not represent exactly.
public protocol PostgresDecodable: Sendable {
    static func decode(_ cell: PostgresCell) -> Self?
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public static func decode(_ cell: PostgresCell) -> Wrapped?? {
        if cell.isNull { return .some(.none) }
        return Wrapped.decode(cell).map { .some($0) }
    }
}

/// Any type but bytea, by its text.
extension String: PostgresDecodable {
    public static func decode(_ cell: PostgresCell) -> String? { cell.type == .bytea ? nil : cell.text }
}

extension Bool: PostgresDecodable {
    public static func decode(_ cell: PostgresCell) -> Bool? {
        guard cell.type == .bool, let text = cell.text else { return nil }
        return text == "t"
    }
}

/// int2, int4, int8, oid, and a numeric that is whole (what sum() of integers gives).
extension PostgresDecodable where Self: FixedWidthInteger {
    public static func decode(_ cell: PostgresCell) -> Self? {
        guard let type = cell.type, type.isWholeNumber || type == .numeric, let text = cell.text else { return nil }
        return Self(text)
    }
}

extension Int: PostgresDecodable {}
extension Int64: PostgresDecodable {}
extension Int32: PostgresDecodable {}

/// Any number.
extension Double: PostgresDecodable {
    public static func decode(_ cell: PostgresCell) -> Double? {
        guard let type = cell.type, type.isNumber, let text = cell.text else { return nil }
        return Double(text)
    }
}

/// timestamptz; `infinity` is no point in time.
extension PostgresTimestamp: PostgresDecodable {
    public static func decode(_ cell: PostgresCell) -> PostgresTimestamp? {
        guard cell.type == .timestamptz, let text = cell.text else { return nil }
        return TimestampText.parse(text).map { PostgresTimestamp(microseconds: $0) }
    }
}

extension PostgresJSON: PostgresDecodable {
    public static func decode(_ cell: PostgresCell) -> PostgresJSON? {
        guard cell.type == .json || cell.type == .jsonb else { return nil }
        return cell.text.map { PostgresJSON(text: $0) }
    }
}

/// What an array's element can be read as, by its text.
public protocol PostgresArrayElement: Sendable {
    static func decodeArray(_ cell: PostgresCell) -> [Self]?
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public static func decode(_ cell: PostgresCell) -> [Element]? { Element.decodeArray(cell) }
}

/// `[UInt8]` is bytea.
extension UInt8: PostgresArrayElement {
    public static func decodeArray(_ cell: PostgresCell) -> [UInt8]? {
        guard cell.type == .bytea, let column = cell.column, !cell.isNull else { return nil }
        return cell.result.withBytes(row: cell.row, column: column) { ByteaText.parse($0) }
    }
}

extension String: PostgresArrayElement {
    public static func decodeArray(_ cell: PostgresCell) -> [String]? { elements(cell) { $0 } }
}

extension Int: PostgresArrayElement {
    public static func decodeArray(_ cell: PostgresCell) -> [Int]? { elements(cell) { Int($0) } }
}

extension Int64: PostgresArrayElement {
    public static func decodeArray(_ cell: PostgresCell) -> [Int64]? { elements(cell) { Int64($0) } }
}

extension Double: PostgresArrayElement {
    public static func decodeArray(_ cell: PostgresCell) -> [Double]? { elements(cell) { Double($0) } }
}

/// nil when the value is no array, or one element is NULL or not convertible.
private func elements<Element>(_ cell: PostgresCell, _ convert: (String) -> Element?) -> [Element]? {
    guard let text = cell.text, let parsed = ArrayText.parse(text) else { return nil }
    var elements: [Element] = []
    elements.reserveCapacity(parsed.count)
    for element in parsed {
        guard let element, let value = convert(element) else { return nil }
        elements.append(value)
    }
    return elements
}
