internal import CPluginABI

/// One request as the routing path sees it: views of the caller's memory, valid only while `route` runs.
public struct RouteRequest {
    private let request: UnsafePointer<tidegate_request>

    init(_ request: UnsafePointer<tidegate_request>) { self.request = request }

    public var method: UnsafeBufferPointer<UInt8> { request.pointee.method.buffer }
    /// With the query, as the client sent it.
    public var path: UnsafeBufferPointer<UInt8> { request.pointee.path.buffer }
    public var host: UnsafeBufferPointer<UInt8> { request.pointee.host.buffer }
    public var scheme: UnsafeBufferPointer<UInt8> { request.pointee.scheme.buffer }
    public var clientAddress: UnsafeBufferPointer<UInt8> { request.pointee.client_address.buffer }

    public var headerCount: Int { Int(request.pointee.header_count) }

    /// The header at a position, in the order of the request.
    ///
    /// - Precondition: `index` lies in `0..<headerCount`.
    public func header(at index: Int) -> (name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        precondition(index >= 0 && index < headerCount, "the request has \(headerCount) headers")
        let header = request.pointee.headers[index]
        return (header.name.buffer, header.value.buffer)
    }

    /// The value of the first header of a lower-case name, or nil when there is none.
    public func header(named name: StaticString) -> UnsafeBufferPointer<UInt8>? {
        for index in 0..<headerCount {
            let header = header(at: index)
            guard header.name.count == name.utf8CodeUnitCount else { continue }
            var matches = true
            for position in 0..<header.name.count where matches {
                let byte = header.name[position]
                let lower = byte >= 65 && byte <= 90 ? byte | 32 : byte
                matches = lower == name.utf8Start[position]
            }
            if matches { return header.value }
        }
        return nil
    }
}

extension tidegate_slice {
    /// A null pointer is an empty slice, whatever its length says.
    fileprivate var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : length) }
}

/// Keeps a router behind the opaque handle of the boundary.
final class RouterBox: Sendable {
    let router: any RequestRouter

    init(_ router: any RequestRouter) { self.router = router }
}
