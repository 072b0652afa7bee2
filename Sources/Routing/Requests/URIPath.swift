/// The path of a request as nginx's `$uri` has it.
enum URIPath {
    /// The path of a request target: percent-decoded, `.` and `..` resolved, runs of slashes merged, without query and fragment.
    ///
    /// nil where nginx answers 400: a path that does not begin with a slash, leaves the root, has a broken escape or a zero byte.
    static func normalized(_ target: [UInt8]) -> [UInt8]? {
        let end = target.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? target.endIndex
        if isPlain(target[..<end]) { return end == target.endIndex ? target : Array(target[..<end]) }
        guard let decoded = decoded(target[..<end]), decoded.first == UInt8(ascii: "/") else { return nil }
        var segments: [ArraySlice<UInt8>] = []
        let parts = decoded.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        for (position, part) in parts.enumerated() {
            let isLast = position == parts.count - 1
            switch Array(part) {
            case Array("..".utf8):
                guard segments.popLast() != nil else { return nil }
                if isLast { segments.append([]) }
            case Array(".".utf8), []:
                if isLast { segments.append([]) }
            default: segments.append(part)
            }
        }
        return segments.reduce(into: []) { path, segment in
            path.append(UInt8(ascii: "/"))
            path.append(contentsOf: segment)
        }
    }

    /// Whether a path is already what it would become, as nearly all are: no escape, no zero byte, and no segment that is empty or begins
    /// with a dot.
    private static func isPlain(_ path: ArraySlice<UInt8>) -> Bool {
        guard path.first == UInt8(ascii: "/") else { return false }
        var previous: UInt8 = 0
        for byte in path {
            if byte == UInt8(ascii: "%") || byte == 0 { return false }
            if previous == UInt8(ascii: "/"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") { return false }
            previous = byte
        }
        return true
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            var byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < bytes.endIndex, let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]) else { return nil }
                byte = high << 4 | low
                index += 2
            }
            guard byte != 0 else { return nil }
            output.append(byte)
            index += 1
        }
        return output
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }
}
