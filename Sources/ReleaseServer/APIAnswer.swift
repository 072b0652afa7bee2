import Foundation
import Hummingbird
import HTTPTypes
import NIOCore
import ReleaseModel

/// How answers and bodies are coded.
enum APIAnswer {
    /// A value as JSON; members sorted, so that the same value is the same text.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return bytes(ByteBuffer(bytes: try encoder.encode(value)), type: "application/json", status: status)
    }

    static func text(_ text: String, type: String) -> Response {
        bytes(ByteBuffer(string: text), type: type, status: .ok)
    }

    /// An empty body of a type: an empty protobuf message.
    static func empty(type: String) -> Response { bytes(ByteBuffer(), type: type, status: .ok) }

    private static func bytes(_ buffer: ByteBuffer, type: String, status: HTTPResponse.Status) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: status, headers: headers, body: .init(byteBuffer: buffer))
    }
}

extension Request {
    /// The body, when it arrives whole within its limit and in time.
    func bytes(limit: Int, deadline: Duration) async throws -> [UInt8] {
        let body = self.body
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                let buffer = try await body.collect(upTo: limit)
                return Array(buffer.readableBytesView)
            }
            group.addTask {
                try await Task.sleep(for: deadline)
                throw HTTPError(.requestTimeout, message: "the request's body did not arrive in time")
            }
            defer { group.cancelAll() }
            return try await group.next() ?? []
        }
    }

    /// The body as a value. A member that the value does not have is refused, so that a misspelt one is not silently ignored.
    func decoded<Value: Codable>(_ type: Value.Type, limits: ServerLimits) async throws -> Value {
        let bytes = try await bytes(limit: limits.bodyBytes, deadline: limits.bodyDeadline)
        do {
            return try StrictJSON.decode(type, from: bytes)
        } catch let error as ReleaseError {
            throw ReleaseError(error.code, error.reason, place: "the request's body", advice: error.advice)
        }
    }

    /// One parameter of the query, decoded; nil when absent or empty.
    func query(_ name: String) -> String? {
        guard let value = uri.queryParameters[name[...]].map(String.init), !value.isEmpty else { return nil }
        return value
    }

    /// A whole number in the query, within a range.
    func query(_ name: String, in range: ClosedRange<Int>, default defaultValue: Int) throws -> Int {
        guard let text = query(name) else { return defaultValue }
        guard let value = Int(text), range.contains(value) else {
            throw ReleaseError(
                .invalidInput, "'\(text)' is not a whole number of \(range.lowerBound) to \(range.upperBound)",
                place: "query parameter '\(name)'")
        }
        return value
    }

    /// Refuses parameters that the call does not know.
    func allowQuery(_ names: String...) throws { try allowQuery(names) }

    func allowQuery(_ names: [String]) throws {
        for (name, _) in uri.queryParameters where !names.contains(String(name)) {
            throw ReleaseError(
                .invalidInput, "there is no parameter '\(name)'", place: "the query",
                advice: names.isEmpty ? "this call takes none" : "this call takes \(names.joined(separator: ", "))")
        }
    }
}
