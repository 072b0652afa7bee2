internal import CPluginABI

/// One message between the host and a child process: a header of little-endian 32-bit numbers, then the payload.
///
/// Host to child: length, operation, id, milliseconds left. Child to host: length, status, id. The child's first frame has id 0 and
/// greets (status 0) or says why the plugin was refused (status 1).
enum Frame {
    static let requestHeaderLength = 16
    static let answerHeaderLength = 12
    static let maximumPayload = Int(TIDEGATE_MESSAGE_LIMIT)

    static func header(_ numbers: UInt32...) -> [UInt8] {
        numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
    }

    static func number(_ bytes: some RandomAccessCollection<UInt8>, at index: Int) -> UInt32 {
        let start = bytes.index(bytes.startIndex, offsetBy: index * 4)
        return bytes[start...].prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}

/// What a child process answered.
struct AnswerFrame {
    let status: UInt32
    let id: UInt32
    let payload: [UInt8]
}

/// Puts the bytes of a child process together to frames.
struct AnswerReader {
    struct Garbage: Error {
        let reason: String
    }

    private var bytes: [UInt8] = []

    mutating func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }

    /// The next whole frame, or nil when more bytes are needed.
    mutating func next() throws(Garbage) -> AnswerFrame? {
        guard bytes.count >= Frame.answerHeaderLength else { return nil }
        let length = Int(Frame.number(bytes, at: 0))
        let status = Frame.number(bytes, at: 1)
        guard length <= Frame.maximumPayload else {
            throw Garbage(reason: "announced an answer of \(length) bytes, more than \(Frame.maximumPayload)")
        }
        guard status <= UInt32(TIDEGATE_BAD_ARGUMENT) else { throw Garbage(reason: "sent an answer of unknown status \(status)") }
        let end = Frame.answerHeaderLength + length
        guard bytes.count >= end else { return nil }
        let frame = AnswerFrame(status: status, id: Frame.number(bytes, at: 2), payload: Array(bytes[Frame.answerHeaderLength..<end]))
        bytes.removeFirst(end)
        return frame
    }
}
