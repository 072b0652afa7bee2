import Foundation
import ReleaseModel
import ReleaseServer

/// A file that a person names on the command line; `-` is standard input.
struct InputFile: Sendable {
    static let maximumBytes = 1 << 20

    let path: String
    private let maximumBytes: Int

    init(_ path: String, maximumBytes: Int = InputFile.maximumBytes) {
        self.path = path
        self.maximumBytes = maximumBytes
    }

    var place: String { path == "-" ? "standard input" : path }

    /// The text of the file.
    func text() throws(ReleaseError) -> String {
        let bytes = try bytes()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let valid = Self.validPrefix(of: bytes)
            let line = valid.filter { $0 == 10 }.count + 1
            let column = String(decoding: valid.suffix(valid.reversed().prefix { $0 != 10 }.count), as: UTF8.self).count + 1
            throw ReleaseError(
                .invalidInput, "the file is not UTF-8 text", place: "\(place):\(line):\(column)", advice: "save it as text in UTF-8")
        }
        return text
    }

    /// The bytes before the first that do not belong to UTF-8 text.
    private static func validPrefix(of bytes: [UInt8]) -> ArraySlice<UInt8> {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var count = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) { count += UTF8.width(scalar) }
        return bytes.prefix(count)
    }

    /// The file's text as one JSON document.
    func json<Value: Codable>(_ text: String) throws -> Value {
        do {
            return try StrictJSON.decode(Value.self, from: Array(text.utf8))
        } catch let error as ReleaseError {
            throw ReleaseError(error.code, error.reason, place: place, advice: error.advice)
        }
    }

    private func bytes() throws(ReleaseError) -> [UInt8] {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw ReleaseError(.notFound, "there is no such file", place: place, advice: "check the path")
            }
            guard !isFolder.boolValue else {
                throw ReleaseError(.invalidInput, "this is a folder, not a file", place: place, advice: "name a file in it")
            }
            guard let opened = FileHandle(forReadingAtPath: path) else {
                throw ReleaseError(.forbidden, "the file cannot be read", place: place, advice: "check its rights")
            }
            handle = opened
        }
        let data: Data
        do {
            data = try handle.read(upToCount: maximumBytes + 1) ?? Data()
        } catch {
            throw ReleaseError(.invalidInput, "the file cannot be read: \(error.localizedDescription)", place: place)
        }
        guard data.count <= maximumBytes else {
            throw ReleaseError(
                .limitExceeded, "the file is larger than \(maximumBytes / 1024) KiB", place: place, advice: "is this the right file?")
        }
        return Array(data)
    }
}
