import CLibPQ

/// The parameters of one statement in the arrays libpq wants.
struct ParameterBlock {
    /// The protocol counts parameters in 16 bits.
    static let maximumCount = 65_535
    private static let byteaType: Oid = 17

    /// Declared types: bytea for bytes, 0 (inferred by the server) for all others.
    let types: [Oid]
    private let storage: [UInt8]
    private let offsets: [Int?]
    private let lengths: [Int32]
    private let formats: [Int32]

    /// Errors: `.invalidParameter` for text with U+0000, too many parameters, or more bytes than libpq can count.
    init(_ parameters: [PostgresValue]) throws(PostgresError) {
        guard parameters.count <= Self.maximumCount else {
            throw PostgresError(.invalidParameter, "\(parameters.count) parameters; a statement takes at most \(Self.maximumCount)")
        }
        var types: [Oid] = [], storage: [UInt8] = [], offsets: [Int?] = [], lengths: [Int32] = [], formats: [Int32] = []
        for (index, parameter) in parameters.enumerated() {
            let start = storage.count
            switch parameter.form {
            case .null: break
            case .text(let text), .array(let text): storage.append(contentsOf: text.utf8)
            case .bytes(let bytes): storage.append(contentsOf: bytes)
            }
            guard let length = Int32(exactly: storage.count - start) else {
                throw PostgresError(.invalidParameter, "too long for one parameter", place: "parameter $\(index + 1)")
            }
            var isBytes = false
            if case .bytes = parameter.form { isBytes = true }
            if !isBytes, storage[start...].contains(0) {
                throw PostgresError(
                    .invalidParameter, "text with the character U+0000, which PostgreSQL cannot store", place: "parameter $\(index + 1)")
            }
            types.append(isBytes ? Self.byteaType : 0)
            formats.append(isBytes ? 1 : 0)
            lengths.append(length)
            offsets.append(parameter.form == .null ? nil : start)
            storage.append(0)
        }
        self.types = types
        self.storage = storage
        self.offsets = offsets
        self.lengths = lengths
        self.formats = formats
    }

    var count: Int32 { Int32(types.count) }

    /// Calls the body with values, lengths and formats, valid during the call.
    func withPointers<Value>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Value
    ) -> Value {
        storage.withUnsafeBytes { bytes in
            let values = offsets.map { offset in offset.flatMap { bytes.baseAddress?.advanced(by: $0).assumingMemoryBound(to: CChar.self) }
            }
            return values.withUnsafeBufferPointer { values in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in body(values.baseAddress, lengths.baseAddress, formats.baseAddress) }
                }
            }
        }
    }
}
