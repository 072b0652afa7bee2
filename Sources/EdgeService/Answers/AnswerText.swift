internal import NIOCore

/// The parts of answers, written as bytes.
enum AnswerText {
    /// A whole answer with a body; the connection goes on as `keepsAlive` says.
    static func write(
        _ status: String, type: String = "text/plain; charset=utf-8", body: String, isHead: Bool, keepsAlive: Bool, isHTTP11: Bool,
        into output: inout ByteBuffer
    ) {
        output.writeString("HTTP/1.1 \(status)\r\ncontent-type: \(type)\r\ncontent-length: \(body.utf8.count)\r\n")
        if status.hasPrefix("405") { output.writeStaticString("allow: GET, HEAD\r\n") }
        end(keepsAlive: keepsAlive, isHTTP11: isHTTP11, into: &output)
        if !isHead { output.writeString(body) }
    }

    /// The last line of a head: how the connection goes on, and the empty line.
    static func end(keepsAlive: Bool, isHTTP11: Bool, into output: inout ByteBuffer) {
        if !keepsAlive {
            output.writeStaticString("connection: close\r\n\r\n")
        } else if isHTTP11 {
            output.writeStaticString("\r\n")
        } else {
            output.writeStaticString("connection: keep-alive\r\n\r\n")
        }
    }

    /// A number of zero or more in decimal digits, without a text in between.
    static func write(_ number: Int, into output: inout ByteBuffer) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            output.writeInteger(UInt8(48 + number / divisor % 10))
            divisor /= 10
        }
    }
}
