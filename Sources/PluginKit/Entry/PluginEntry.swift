internal import CPluginABI
internal import Synchronization

/// Turns a plugin type into what the C boundary wants. The one line that a plugin's author writes:
///
/// ```swift
/// @_cdecl("tidegate_plugin_HealthScore")
/// public func tidegatePluginHealthScore() -> UnsafeRawPointer { PluginEntry.export(HealthScore.self) }
/// ```
public enum PluginEntry {
    // Addresses rather than pointers: an address is Sendable, and the tables are never written after they are made.
    private static let tables = Mutex<[ObjectIdentifier: UInt]>([:])

    /// The table of function pointers of a plugin type, made at the first call and alive as long as the process.
    public static func export<T: Plugin>(_ type: T.Type) -> UnsafeRawPointer {
        let address = tables.withLock { tables in
            if let known = tables[ObjectIdentifier(type)] { return known }
            let table = UInt(bitPattern: makeTable(T()))
            tables[ObjectIdentifier(type)] = table
            return table
        }
        return UnsafeRawPointer(bitPattern: address)!
    }

    private static func makeTable<T: Plugin>(_ plugin: T) -> UnsafeRawPointer {
        let descriptor = T.descriptor
        let routes = plugin is any RoutingPathPlugin
        let table = UnsafeMutablePointer<tidegate_plugin>.allocate(capacity: 1)
        table.initialize(
            to: tidegate_plugin(
                abi_version: UInt32(TIDEGATE_PLUGIN_ABI_VERSION),
                struct_size: UInt32(MemoryLayout<tidegate_plugin>.size),
                name: permanentText(descriptor.name),
                kind: permanentText(descriptor.kind.rawValue),
                context: Unmanaged.passRetained(PluginDispatcher(plugin)).toOpaque(),
                call: answerCall,
                release: { UnsafeMutableRawPointer($0)?.deallocate() },
                route_create: routes ? createRouter : nil,
                route: routes ? routeRequest : nil,
                route_destroy: routes ? { handle in if let handle { Unmanaged<RouterBox>.fromOpaque(handle).release() } } : nil))
        return UnsafeRawPointer(table)
    }

    private static func permanentText(_ text: String) -> UnsafePointer<CChar> {
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8.count + 1)
        for (index, byte) in text.utf8.enumerated() { copy[index] = CChar(bitPattern: byte) }
        copy[text.utf8.count] = 0
        return UnsafePointer(copy)
    }
}

/// `tidegate_plugin.call` for every Swift plugin.
private func answerCall(
    context: UnsafeMutableRawPointer?, operation: UInt32, input: UnsafePointer<UInt8>?, inputLength: Int,
    output: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, outputLength: UnsafeMutablePointer<Int>?, deadlineMilliseconds: UInt32
) -> Int32 {
    guard let context, let output, let outputLength, input != nil || inputLength == 0,
        inputLength >= 0, inputLength <= Int(TIDEGATE_MESSAGE_LIMIT)
    else { return Int32(TIDEGATE_BAD_ARGUMENT) }
    output.pointee = nil
    outputLength.pointee = 0
    let dispatcher = Unmanaged<PluginDispatcher>.fromOpaque(context).takeUnretainedValue()
    let answer = dispatcher.answer(
        operation, UnsafeBufferPointer(start: input, count: inputLength),
        CallContext(deadline: .now + .milliseconds(Int64(deadlineMilliseconds))))
    switch answer {
    case .success(let bytes):
        hand(bytes, to: output, outputLength)
        return Int32(TIDEGATE_OK)
    case .failure(let bytes):
        hand(bytes, to: output, outputLength)
        return Int32(TIDEGATE_FAILED)
    case .noOperation:
        return Int32(TIDEGATE_NO_OPERATION)
    }
}

/// `tidegate_plugin.route_create` for every Swift plugin on the routing path.
private func createRouter(
    context: UnsafeMutableRawPointer?, input: UnsafePointer<UInt8>?, inputLength: Int,
    handle: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, error: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?,
    errorLength: UnsafeMutablePointer<Int>?
) -> Int32 {
    guard let context, let handle, let error, let errorLength, input != nil || inputLength == 0,
        inputLength >= 0, inputLength <= Int(TIDEGATE_MESSAGE_LIMIT)
    else { return Int32(TIDEGATE_BAD_ARGUMENT) }
    handle.pointee = nil
    error.pointee = nil
    errorLength.pointee = 0
    let dispatcher = Unmanaged<PluginDispatcher>.fromOpaque(context).takeUnretainedValue()
    switch dispatcher.router(UnsafeBufferPointer(start: input, count: inputLength)) {
    case .success(let router):
        handle.pointee = Unmanaged.passRetained(RouterBox(router)).toOpaque()
        return Int32(TIDEGATE_OK)
    case .failure(let failure):
        hand(PluginDispatcher.bytes(of: failure), to: error, errorLength)
        return Int32(TIDEGATE_FAILED)
    }
}

/// `tidegate_plugin.route` for every Swift plugin on the routing path.
private func routeRequest(
    handle: UnsafeMutableRawPointer?, request: UnsafePointer<tidegate_request>?, assignment: UnsafeMutablePointer<tidegate_assignment>?
) -> Int32 {
    guard let handle, let request, let assignment,
        request.pointee.struct_size == MemoryLayout<tidegate_request>.size,
        assignment.pointee.struct_size == MemoryLayout<tidegate_assignment>.size,
        request.pointee.headers != nil || request.pointee.header_count == 0
    else { return Int32(TIDEGATE_BAD_ARGUMENT) }
    let router = Unmanaged<RouterBox>.fromOpaque(handle).takeUnretainedValue().router
    let result = router.route(RouteRequest(request))
    assignment.pointee.arm = Int32(clamping: result.arm ?? -1)
    assignment.pointee.rule = Int32(clamping: result.rule ?? -1)
    assignment.pointee.bucket = Int32(clamping: result.bucket ?? -1)
    assignment.pointee.colors = result.colors
    assignment.pointee.errors = UInt32(clamping: result.errors)
    return Int32(TIDEGATE_OK)
}

/// Copies an answer into memory that `tidegate_plugin.release` takes back.
private func hand(
    _ bytes: [UInt8], to output: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>, _ length: UnsafeMutablePointer<Int>
) {
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
    bytes.withUnsafeBufferPointer { if let base = $0.baseAddress { buffer.initialize(from: base, count: $0.count) } }
    output.pointee = buffer
    length.pointee = bytes.count
}
