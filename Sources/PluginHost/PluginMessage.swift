internal import PluginKit
internal import ReleaseModel

/// JSON of the boundary: canonical, so that the same message is the same bytes.
enum PluginMessage {
    struct Unreadable: Error {
        let reason: String
    }

    static func encode(_ value: some Encodable) -> Result<[UInt8], Unreadable> {
        do {
            return .success(try JSONValue(encoding: value).canonicalBytes)
        } catch {
            return .failure(Unreadable(reason: (error as? EncodingError)?.sentence ?? String(describing: error)))
        }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Result<Value, Unreadable> {
        do {
            return .success(try JSONValue(parsing: bytes).decoded(as: type))
        } catch {
            return .failure(Unreadable(reason: (error as? DecodingError)?.sentence ?? String(describing: error)))
        }
    }
}
