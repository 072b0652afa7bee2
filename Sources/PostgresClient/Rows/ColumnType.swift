/// The type of a result column: its object id in pg_type, and the name of the built-in ones.
public struct ColumnType: Sendable, Hashable, CustomStringConvertible {
    public let objectID: UInt32

    public init(objectID: UInt32) { self.objectID = objectID }

    static let bool = ColumnType(objectID: 16)
    static let bytea = ColumnType(objectID: 17)
    static let int8 = ColumnType(objectID: 20)
    static let int2 = ColumnType(objectID: 21)
    static let int4 = ColumnType(objectID: 23)
    static let oid = ColumnType(objectID: 26)
    static let json = ColumnType(objectID: 114)
    static let float4 = ColumnType(objectID: 700)
    static let float8 = ColumnType(objectID: 701)
    static let timestamp = ColumnType(objectID: 1114)
    static let timestamptz = ColumnType(objectID: 1184)
    static let numeric = ColumnType(objectID: 1700)
    static let jsonb = ColumnType(objectID: 3802)

    /// Types whose every text is a whole number.
    var isWholeNumber: Bool { self == .int8 || self == .int4 || self == .int2 || self == .oid }
    var isNumber: Bool { isWholeNumber || self == .numeric || self == .float8 || self == .float4 }

    public var description: String {
        Self.names.first { $0.0 == objectID }?.1 ?? "type \(objectID)"
    }

    private static let names: [(UInt32, String)] = [
        (16, "bool"), (17, "bytea"), (18, "char"), (19, "name"), (20, "int8"), (21, "int2"), (23, "int4"), (25, "text"), (26, "oid"),
        (114, "json"), (650, "cidr"), (700, "float4"), (701, "float8"), (705, "unknown"), (869, "inet"), (1000, "bool[]"),
        (1005, "int2[]"), (1007, "int4[]"), (1009, "text[]"), (1015, "varchar[]"), (1016, "int8[]"), (1021, "float4[]"), (1022, "float8[]"),
        (1042, "bpchar"), (1043, "varchar"), (1082, "date"), (1083, "time"), (1114, "timestamp"), (1184, "timestamptz"),
        (1186, "interval"), (1700, "numeric"), (2249, "record"), (2278, "void"), (2950, "uuid"), (2951, "uuid[]"), (3802, "jsonb"),
    ]
}
