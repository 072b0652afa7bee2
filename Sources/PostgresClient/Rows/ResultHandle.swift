import CLibPQ

/// The one owner of a libpq result.
///
/// Unchecked because of the pointer only: a PGresult is never written to after libpq has handed it out, and reading it
/// from several threads is allowed (libpq manual, "Behavior in Threaded Programs"); it is freed once, when nobody holds it any more.
final class ResultHandle: @unchecked Sendable {
    private let pointer: OpaquePointer
    let rowCount: Int
    let columns: [Column]

    struct Column: Sendable {
        let name: String
        let type: ColumnType
    }

    init(owning pointer: OpaquePointer) {
        self.pointer = pointer
        rowCount = Int(PQntuples(pointer))
        columns = (0..<PQnfields(pointer)).map { index in
            // The result that announces a COPY has columns without names.
            Column(name: PQfname(pointer, index).map { String(cString: $0) } ?? "", type: ColumnType(objectID: PQftype(pointer, index)))
        }
    }

    deinit { PQclear(pointer) }

    var status: ExecStatusType { PQresultStatus(pointer) }

    /// The command's tag: `INSERT 0 3`, `COMMIT`, `ROLLBACK`.
    var commandTag: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }

    var affectedRows: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// A field of an error or notice, by libpq's PG_DIAG_ code.
    func field(_ code: Int32) -> String? { PQresultErrorField(pointer, code).map { String(cString: $0) } }

    var errorMessage: String { PQresultErrorMessage(pointer).map { String(cString: $0) } ?? "" }

    func isNull(row: Int, column: Int) -> Bool { PQgetisnull(pointer, Int32(row), Int32(column)) == 1 }

    /// The value's text; the bytes live as long as the result.
    func withBytes<Value>(row: Int, column: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        let count = Int(PQgetlength(pointer, Int32(row), Int32(column)))
        return withExtendedLifetime(self) {
            body(UnsafeRawBufferPointer(start: PQgetvalue(pointer, Int32(row), Int32(column)), count: count))
        }
    }

    func text(row: Int, column: Int) -> String {
        withBytes(row: row, column: column) { String(decoding: $0, as: UTF8.self) }
    }
}
