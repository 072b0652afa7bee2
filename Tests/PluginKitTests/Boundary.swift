import CPluginABI
import Foundation
import PluginKit

/// A plugin seen through its C table, as a host sees it.
struct Boundary {
    let table: tidegate_plugin

    init<T: Plugin>(_ type: T.Type) { table = PluginEntry.export(type).assumingMemoryBound(to: tidegate_plugin.self).pointee }

    func call(_ operation: UInt32, _ payload: [UInt8], milliseconds: UInt32 = 1000) -> (status: Int32, text: String) {
        var output: UnsafeMutablePointer<UInt8>?
        var length = 0
        let status = payload.withUnsafeBufferPointer {
            table.call(table.context, operation, $0.baseAddress, $0.count, &output, &length, milliseconds)
        }
        defer { if let output { table.release(output) } }
        return (status, String(decoding: UnsafeBufferPointer(start: output, count: length), as: UTF8.self))
    }

    func call(_ operation: PluginOperation, _ request: some Encodable) throws -> (status: Int32, text: String) {
        call(operation.rawValue, Array(try JSONEncoder().encode(request)))
    }
}
