internal import CPluginABI
public import PluginKit
public import ReleaseModel

/// A request for the routing path.
public struct RoutedRequest: Sendable, Hashable {
    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// More headers than this are refused.
    public static let maximumHeaders = 1000

    public var method: String
    /// With the query.
    public var path: String
    public var host: String
    public var scheme: String
    public var clientAddress: String
    public var headers: [Header]

    public init(method: String, path: String, host: String, scheme: String, clientAddress: String, headers: [Header] = []) {
        self.method = method
        self.path = path
        self.host = host
        self.scheme = scheme
        self.clientAddress = clientAddress
        self.headers = headers
    }
}

/// A routing plugin inside this process, with one plan. Not isolated: a crash of the plugin is a crash of this process.
///
/// The handle belongs to the plugin, which promises that `route` may be called from many threads; it is freed with the last reference.
public final class InProcessRouter: @unchecked Sendable {
    private let image: PluginImage
    private let handle: UnsafeMutableRawPointer
    private let arms: Int

    init(_ image: PluginImage, plan: TrafficPlan) throws(ReleaseError) {
        let plugin = image.pointer.pointee
        guard let create = plugin.route_create, plugin.route != nil, plugin.route_destroy != nil else {
            throw ReleaseError(.invalidInput, "it does not route requests in process", place: "plugin \(image.name)")
        }
        guard case .success(let payload) = PluginMessage.encode(plan) else {
            throw ReleaseError(.invalidInput, "the plan cannot be written as JSON", place: "plugin \(image.name)")
        }
        var handle: UnsafeMutableRawPointer?
        var error: UnsafeMutablePointer<UInt8>?
        var length = 0
        let status = payload.withUnsafeBufferPointer {
            create(plugin.context, $0.baseAddress, $0.count, &handle, &error, &length)
        }
        defer { if let error { plugin.release(error) } }
        guard status == Int32(TIDEGATE_OK), let handle else {
            let isBounded = length >= 0 && length <= Frame.maximumPayload
            let bytes = Array(UnsafeBufferPointer(start: error, count: error == nil || !isBounded ? 0 : length))
            _ = try unwrap(
                status: status == 0 ? PluginStatus.badArgument.rawValue : UInt32(clamping: status), bytes: bytes, plugin: image.name)
            throw ReleaseError(.pluginFailed, "it made no router", place: "plugin \(image.name)")
        }
        self.image = image
        self.handle = handle
        arms = plan.arms.count
    }

    deinit { image.pointer.pointee.route_destroy(handle) }

    /// Where a request goes. An index outside of the plan counts as none.
    ///
    /// - Throws: `limitExceeded` for too many headers, `pluginFailed` when the plugin refuses the call.
    public func route(_ request: RoutedRequest) throws(ReleaseError) -> RouteAssignment {
        guard request.headers.count <= RoutedRequest.maximumHeaders else {
            throw ReleaseError(.limitExceeded, "a request has at most \(RoutedRequest.maximumHeaders) headers")
        }
        var assignment = tidegate_assignment()
        assignment.struct_size = UInt32(MemoryLayout<tidegate_assignment>.size)
        assignment.arm = -1
        assignment.rule = -1
        assignment.bucket = -1
        let status = withFlat(request) { image.pointer.pointee.route(handle, $0, &assignment) }
        guard status == Int32(TIDEGATE_OK) else {
            throw ReleaseError(.pluginFailed, "it refused a request with status \(status)", place: "plugin \(image.name)")
        }
        func index(_ value: Int32) -> Int? { value < 0 ? nil : Int(value) }
        return RouteAssignment(
            arm: index(assignment.arm).flatMap { $0 < arms ? $0 : nil }, rule: index(assignment.rule), bucket: index(assignment.bucket),
            colors: assignment.colors, errors: Int(assignment.errors))
    }

    /// All texts of the request one after the other in one buffer, and slices into it.
    private func withFlat(_ request: RoutedRequest, _ body: (UnsafePointer<tidegate_request>) -> Int32) -> Int32 {
        let texts =
            [request.method, request.path, request.host, request.scheme, request.clientAddress]
            + request.headers.flatMap { [$0.name, $0.value] }
        var bytes: [UInt8] = []
        let lengths = texts.map { text in
            bytes.append(contentsOf: text.utf8)
            return text.utf8.count
        }
        return bytes.withUnsafeBufferPointer { buffer in
            var offset = 0
            let slices = lengths.map { length in
                defer { offset += length }
                return tidegate_slice(bytes: buffer.baseAddress.map { $0 + offset }, length: length)
            }
            let headers = request.headers.indices.map { tidegate_header(name: slices[5 + 2 * $0], value: slices[6 + 2 * $0]) }
            return headers.withUnsafeBufferPointer { headers in
                var flat = tidegate_request(
                    struct_size: UInt32(MemoryLayout<tidegate_request>.size), header_count: UInt32(headers.count), method: slices[0],
                    path: slices[1], host: slices[2], scheme: slices[3], client_address: slices[4], headers: headers.baseAddress)
                return body(&flat)
            }
        }
    }
}
