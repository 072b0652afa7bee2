import Compression
import Testing

@Suite struct CompressionTests {
    private static let text = [UInt8](String(repeating: "ERROR payment timed out for order 17\n", count: 3000).utf8)

    @Test(arguments: [[], [7], text])
    func whatWasCompressedComesOut(bytes: [UInt8]) throws {
        #expect(try Gzip.decompress(Gzip.compress(bytes), limit: bytes.count) == bytes)
        #expect(try Snappy.decompress(Snappy.compress(bytes), limit: bytes.count) == bytes)
        #expect(try Gzip.decompress(Gzip.compress(bytes) + Gzip.compress([1, 2]), limit: bytes.count + 2) == bytes + [1, 2])
    }

    @Test func nothingComesOutBeyondTheLimit() {
        let zeros = [UInt8](repeating: 0, count: 8 << 20)
        for limit in [0, 1000, zeros.count - 1] {
            #expect(throws: DecompressionError.tooLarge(limit: limit)) { try Gzip.decompress(Gzip.compress(zeros), limit: limit) }
            #expect(throws: DecompressionError.tooLarge(limit: limit)) { try Snappy.decompress(Snappy.compress(zeros), limit: limit) }
        }
        // A block that declares four gigabytes in five bytes.
        #expect(throws: DecompressionError.tooLarge(limit: 1000)) {
            try Snappy.decompress([0xff, 0xff, 0xff, 0xff, 0x0f, 0], limit: 1000)
        }
    }

    @Test func cutAndForeignBytesAreRefused() {
        let gzip = Gzip.compress(Self.text)
        let snappy = Snappy.compress(Self.text)
        for count in stride(from: 0, to: gzip.count, by: 17) {
            #expect(throws: DecompressionError.malformed) { try Gzip.decompress(Array(gzip[..<count]), limit: 1 << 20) }
        }
        for count in stride(from: 0, to: snappy.count, by: 97) {
            #expect(throws: DecompressionError.malformed) { try Snappy.decompress(Array(snappy[..<count]), limit: 1 << 20) }
        }
        #expect(throws: DecompressionError.malformed) { try Gzip.decompress(gzip + [1, 2, 3], limit: 1 << 20) }
        #expect(throws: DecompressionError.malformed) { try Gzip.decompress(Self.text, limit: 1 << 20) }
    }
}
