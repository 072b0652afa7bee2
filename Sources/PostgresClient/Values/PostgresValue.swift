/// A parameter of a statement: what stands for `$1`, `$2`, ...
///
/// Everything but bytes travels as text without a declared type, so that the server infers the type from the place:
/// `.text` fits a text, uuid, enum, inet or timestamptz column alike. Where the server cannot infer it
/// ("could not determine data type of parameter"), the statement needs a cast: `$1::bigint`. nil is NULL everywhere.
///
/// ```swift
/// try await client.query("select id from policy where name = $1 and version > $2", ["demo", 3])
/// ```
public struct PostgresValue: Sendable, Hashable {
    enum Form: Sendable, Hashable {
        case null
        case text(String)
        /// An array literal, `{...}`; kept apart from text because nesting writes it unquoted.
        case array(String)
        case bytes([UInt8])
    }

    let form: Form

    init(_ form: Form) { self.form = form }

    /// NULL.
    public static let null = PostgresValue(.null)

    /// Any type by its text form.
    public static func text(_ value: String?) -> PostgresValue { value.map { PostgresValue(.text($0)) } ?? .null }

    /// A whole number.
    public static func int(_ value: (some BinaryInteger)?) -> PostgresValue { value.map { PostgresValue(.text(String($0))) } ?? .null }

    /// A floating-point number, exactly; NaN and the infinities included.
    public static func double(_ value: Double?) -> PostgresValue { value.map { PostgresValue(.text("\($0)")) } ?? .null }

    /// A boolean.
    public static func bool(_ value: Bool?) -> PostgresValue { value.map { PostgresValue(.text($0 ? "true" : "false")) } ?? .null }

    /// bytea; travels as bytes.
    public static func bytes(_ value: [UInt8]?) -> PostgresValue { value.map { PostgresValue(.bytes($0)) } ?? .null }

    /// JSON text, for a json or jsonb place.
    public static func json(_ text: String?) -> PostgresValue { Self.text(text) }

    /// A uuid in its text form.
    public static func uuid(_ text: String?) -> PostgresValue { Self.text(text) }

    /// A point in time in microseconds since 1970-01-01 UTC.
    public static func timestamp(microseconds: Int64?) -> PostgresValue {
        microseconds.map { PostgresValue(.text(TimestampText.format(microseconds: $0))) } ?? .null
    }

    /// `text[]`.
    public static func texts(_ values: [String]?) -> PostgresValue { array(values.map { $0.map { .text($0) } }) }

    /// `bigint[]`.
    public static func ints(_ values: [some BinaryInteger]?) -> PostgresValue { array(values.map { $0.map { .int($0) } }) }

    /// An array of any element type; NULL elements and nested arrays are possible.
    /// With `unnest($1::text[], $2::bigint[])` one statement takes many rows.
    public static func array(_ values: [PostgresValue]?) -> PostgresValue {
        values.map { PostgresValue(.array(ArrayText.format($0))) } ?? .null
    }
}

extension PostgresValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: PostgresValue...) { self = .array(elements) }
}
