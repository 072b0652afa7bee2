/// The headers by which the proxy describes the request that is to be decided. It sets each of them, so that a client cannot.
struct ProxyHeaders {
    enum Part: Int, CaseIterable {
        case service, method, target, host, scheme, client
        /// The other end of the client's connection, where that is not the client itself; colours are believed by it.
        case peer

        /// In lower case.
        var header: String {
            switch self {
            case .service: "x-tidegate-service"
            case .method: "x-original-method"
            case .target: "x-original-uri"
            case .host: "x-original-host"
            case .scheme: "x-original-scheme"
            case .client: "x-client-address"
            case .peer: "x-peer-address"
            }
        }
    }

    static let names = Set(Part.allCases.map(\.header))
    private static let parts = Part.allCases.map { (part: $0, name: Array($0.header.utf8)) }
    private static let lengths = parts.reduce(Int.max) { min($0, $1.name.count) }...parts.reduce(0) { max($0, $1.name.count) }

    private(set) var service: Range<Int>?
    private(set) var method: Range<Int>?
    private(set) var target: Range<Int>?
    private(set) var host: Range<Int>?
    private(set) var scheme: Range<Int>?
    private(set) var client: Range<Int>?
    private(set) var peer: Range<Int>?
    /// True when one is there twice: then somebody else than the proxy set it.
    private(set) var hasTwice = false

    /// Finds them among a request's headers.
    init(_ head: borrowing RequestHead, _ bytes: borrowing Span<UInt8>) {
        let parts = Self.parts
        let lengths = Self.lengths
        for index in head.fields.indices {
            let field = head.fields[index]
            guard lengths.contains(field.name.count) else { continue }
            for known in parts where RequestHead.isSame(bytes, field.name, known.name) { note(known.part, field.value) }
        }
    }

    private mutating func note(_ part: Part, _ value: Range<Int>) {
        switch part {
        case .service:
            hasTwice = hasTwice || service != nil
            service = value
        case .method:
            hasTwice = hasTwice || method != nil
            method = value
        case .target:
            hasTwice = hasTwice || target != nil
            target = value
        case .host:
            hasTwice = hasTwice || host != nil
            host = value
        case .scheme:
            hasTwice = hasTwice || scheme != nil
            scheme = value
        case .client:
            hasTwice = hasTwice || client != nil
            client = value
        case .peer:
            hasTwice = hasTwice || peer != nil
            peer = value
        }
    }
}
