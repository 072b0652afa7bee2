import Foundation
import HTTPClient

/// A remote write of native histograms (prometheus/prompb: WriteRequest, TimeSeries, Histogram), which no text format can carry.
struct RemoteWrite {
    /// A histogram of integer counts: how many in the zero bucket, and in each bucket from `offset` on. Bucket i of schema n ends at
    /// 2^(i * 2^-n).
    struct Histogram {
        var time: Double
        var schema: Int
        var sum: Double
        var zero = 0
        var offset: Int
        var counts: [Int]
    }

    private var body: [UInt8] = []

    mutating func add(_ name: String, _ labels: [String: String], _ histograms: [Histogram]) {
        var series: [UInt8] = []
        for (key, value) in labels.merging(["__name__": name], uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            series += Self.bytes(1, Self.bytes(1, Array(key.utf8)) + Self.bytes(2, Array(value.utf8)))
        }
        for one in histograms { series += Self.bytes(4, Self.message(one)) }
        body += Self.bytes(1, series)
    }

    /// - Throws: where Prometheus does not take it.
    func send(to url: String) throws {
        let answer = try HTTPClient().sendBlocking(
            HTTPRequest(
                .post, url + "/api/v1/write",
                headers: [
                    HTTPHeader("content-type", "application/x-protobuf"), HTTPHeader("content-encoding", "snappy"),
                    HTTPHeader("x-prometheus-remote-write-version", "0.1.0"),
                ], body: Self.snappy(body)))
        guard answer.status == 204 else { throw POSIXError(.EPROTO, userInfo: ["answer": answer.text]) }
    }

    private static func message(_ histogram: Histogram) -> [UInt8] {
        var message = varint(1, UInt64(histogram.zero + histogram.counts.reduce(0, +)))
        message += double(3, histogram.sum)
        message += varint(4, zigzag(histogram.schema))
        message += double(5, 2.938735877055719e-39)
        message += varint(6, UInt64(histogram.zero))
        message += bytes(11, varint(1, zigzag(histogram.offset)) + varint(2, UInt64(histogram.counts.count)))
        var last = 0
        var deltas: [UInt8] = []
        for count in histogram.counts {
            deltas += variable(zigzag(count - last))
            last = count
        }
        message += bytes(12, deltas)
        message += varint(15, UInt64(histogram.time * 1000))
        return message
    }

    private static func zigzag(_ value: Int) -> UInt64 { UInt64(bitPattern: Int64((value << 1) ^ (value >> 63))) }

    private static func variable(_ value: UInt64) -> [UInt8] {
        var (rest, encoded) = (value, [UInt8]())
        while rest >= 0x80 {
            encoded.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return encoded + [UInt8(rest)]
    }

    private static func varint(_ field: Int, _ value: UInt64) -> [UInt8] { variable(UInt64(field << 3)) + variable(value) }

    private static func double(_ field: Int, _ value: Double) -> [UInt8] {
        variable(UInt64(field << 3 | 1)) + withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }

    private static func bytes(_ field: Int, _ value: [UInt8]) -> [UInt8] {
        variable(UInt64(field << 3 | 2)) + variable(UInt64(value.count)) + value
    }

    /// Snappy's block format, all of it as literals.
    private static func snappy(_ data: [UInt8]) -> [UInt8] {
        var block = variable(UInt64(data.count))
        for start in stride(from: 0, to: data.count, by: 60) {
            let part = data[start..<min(start + 60, data.count)]
            block.append(UInt8((part.count - 1) << 2))
            block += part
        }
        return block
    }
}
