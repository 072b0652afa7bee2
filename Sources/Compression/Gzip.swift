internal import CLibZ

/// The gzip format (RFC 1952), by zlib.
public enum Gzip {
    private static let windowBits = 15 + 16
    private static let chunkBytes = 64 << 10

    /// What comes out of a gzip file of one or several members.
    ///
    /// Memory stays within `limit` and one chunk, whatever the input promises: decompression ends where the limit is passed.
    /// - Throws: `tooLarge`, or `malformed` where a checksum is wrong or something else than a member follows.
    public static func decompress(_ bytes: [UInt8], limit: Int) throws(DecompressionError) -> [UInt8] {
        guard !bytes.isEmpty, bytes.count <= Int(UInt32.max) else { throw .malformed }
        var stream = z_stream()
        guard tidegate_inflate_init(&stream, Int32(windowBits)) == Z_OK else { throw .malformed }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(chunkBytes, max(limit, 1) + 1))
        let failure: DecompressionError? = bytes.withUnsafeBufferPointer { input in
            // zlib only reads what is behind next_in.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            while true {
                let (status, count) = chunk.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    let status = inflate(&stream, Z_NO_FLUSH)
                    return (status, buffer.count - Int(stream.avail_out))
                }
                guard status == Z_OK || status == Z_STREAM_END else { return .malformed }
                guard output.count + count <= limit else { return .tooLarge(limit: limit) }
                output.append(contentsOf: chunk[..<count])
                if status == Z_STREAM_END {
                    if stream.avail_in == 0 { return nil }
                    guard inflateReset(&stream) == Z_OK else { return .malformed }
                } else if count == 0, stream.avail_in == 0 {
                    return .malformed
                }
            }
        }
        if let failure { throw failure }
        return output
    }

    /// `bytes` as a gzip file of one member.
    ///
    /// - Precondition: less than 2 GiB.
    public static func compress(_ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count < Int(UInt32.max) / 2, "one call takes less than 2 GiB")
        var stream = z_stream()
        precondition(tidegate_deflate_init(&stream, Z_DEFAULT_COMPRESSION, Int32(windowBits)) == Z_OK, "zlib needs memory")
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        let count = bytes.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { buffer in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                let status = deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "deflateBound holds what comes out")
                return buffer.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<count])
    }
}
