internal import CLibSnappy

/// Snappy's block format, as Prometheus and Loki clients send it, by libsnappy.
public enum Snappy {
    /// What comes out of one block. The length that the block declares is held against `limit` before anything is decompressed.
    public static func decompress(_ bytes: [UInt8], limit: Int) throws(DecompressionError) -> [UInt8] {
        let failure: DecompressionError?
        var output: [UInt8] = []
        (output, failure) = bytes.withUnsafeBytes { (input: UnsafeRawBufferPointer) -> ([UInt8], DecompressionError?) in
            let start = input.bindMemory(to: CChar.self).baseAddress
            var length = 0
            guard let start, snappy_uncompressed_length(start, input.count, &length) == SNAPPY_OK else { return ([], .malformed) }
            guard length <= limit else { return ([], .tooLarge(limit: limit)) }
            // A byte more, so that an empty block has an address as well.
            var buffer = [UInt8](repeating: 0, count: length + 1)
            let status = buffer.withUnsafeMutableBytes {
                snappy_uncompress(start, input.count, $0.bindMemory(to: CChar.self).baseAddress!, &length)
            }
            guard status == SNAPPY_OK else { return ([], .malformed) }
            buffer.removeLast(buffer.count - length)
            return (buffer, nil)
        }
        if let failure { throw failure }
        return output
    }

    /// `bytes` as one block.
    public static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var length = snappy_max_compressed_length(bytes.count)
        var output = [UInt8](repeating: 0, count: length)
        let status = bytes.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { buffer in
                snappy_compress(
                    input.bindMemory(to: CChar.self).baseAddress, input.count, buffer.bindMemory(to: CChar.self).baseAddress, &length)
            }
        }
        precondition(status == SNAPPY_OK, "snappy_max_compressed_length holds what comes out")
        output.removeLast(output.count - length)
        return output
    }
}
