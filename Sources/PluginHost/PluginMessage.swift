internal import Foundation
internal import PluginKit

/// JSON of the boundary: sorted members, so that the same message is the same bytes.
enum PluginMessage {
    struct Unreadable: Error {
        let reason: String
    }

    static func encode(_ value: some Encodable) -> Result<[UInt8], Unreadable> {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return .success(Array(try encoder.encode(value)))
        } catch {
            return .failure(Unreadable(reason: (error as? EncodingError)?.sentence ?? String(describing: error)))
        }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Result<Value, Unreadable> {
        do {
            return .success(try JSONDecoder().decode(type, from: Data(bytes)))
        } catch {
            return .failure(Unreadable(reason: (error as? DecodingError)?.sentence ?? String(describing: error)))
        }
    }
}
