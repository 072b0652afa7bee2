import Foundation

/// Bytes that were fed: first gathered, then, as whole lines, the text of a block. The buffer is used again.
final class LineBuffer {
    @exclusivity(unchecked) private var buffer = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
    @exclusivity(unchecked) private(set) var count = 0

    deinit { buffer.deallocate() }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: buffer[..<count]) }

    func removeAll() { count = 0 }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        if count + bytes.count > buffer.count { grow(to: max(count + bytes.count, HistoryVerifier.blockBytes * 2, buffer.count * 2)) }
        memcpy(buffer.baseAddress! + count, start, bytes.count)
        count += bytes.count
    }

    private func grow(to capacity: Int) {
        let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
        if count > 0 { memcpy(larger.baseAddress!, buffer.baseAddress!, count) }
        buffer.deallocate()
        buffer = larger
    }

    /// Moves what follows on the last line that has ended to another buffer; false when no line has ended.
    func moveUnended(to other: LineBuffer) -> Bool {
        guard let whole = bytes.lastIndex(of: 10).map({ $0 + 1 }) else { return false }
        other.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[whole...]))
        count = whole
        return true
    }
}
