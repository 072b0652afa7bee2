import Foundation
import ReleaseModel
import ReleaseServer

/// A file that a person names on the command line; `-` is standard input.
struct InputFile: Sendable {
    static let maximumBytes = 1 << 20

    let path: String

    init(_ path: String) { self.path = path }

    var place: String { path == "-" ? "standard input" : path }

    /// The text of the file.
    func text(atMost limit: Int = maximumBytes) throws(ReleaseError) -> String {
        guard let text = String(validating: try bytes(atMost: limit), as: UTF8.self) else {
            throw ReleaseError(.invalidInput, "the file is not UTF-8 text", place: place)
        }
        return text
    }

    /// The file's text as one JSON document.
    func json<Value: Codable>(_ text: String) throws -> Value {
        do {
            return try StrictJSON.decode(Value.self, from: Array(text.utf8))
        } catch let error as ReleaseError {
            throw ReleaseError(error.code, error.reason, place: place, advice: error.advice)
        }
    }

    private func bytes(atMost limit: Int) throws(ReleaseError) -> [UInt8] {
        let handle: FileHandle
        if path == "-" {
            handle = .standardInput
        } else {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw ReleaseError(.notFound, "there is no such file", place: place, advice: "check the path")
            }
            guard !isFolder.boolValue else { throw ReleaseError(.invalidInput, "this is a folder, not a file", place: place) }
            guard let opened = FileHandle(forReadingAtPath: path) else {
                throw ReleaseError(.forbidden, "the file cannot be read", place: place, advice: "check its rights")
            }
            handle = opened
        }
        let data: Data
        do {
            data = try handle.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw ReleaseError(.invalidInput, "the file cannot be read: \(error.localizedDescription)", place: place)
        }
        guard data.count <= limit else {
            throw ReleaseError(.limitExceeded, "the file is larger than \(limit / 1024) KiB", place: place)
        }
        return Array(data)
    }
}
