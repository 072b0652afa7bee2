internal import Predicates
public import ReleaseModel

/// Decides whether the colours that a request brings along are believed: a client cannot colour itself.
///
/// They are believed from a peer of a trusted network, and otherwise under a valid signature. Colours that have come too many hops end.
public struct ColorGate: Sendable {
    /// What became of the colours of one request.
    public struct Admission: Sendable, Hashable {
        /// The colours that are believed; none where there is a reason.
        public let colors: InboundColors
        public let reason: Reason?

        init(_ colors: InboundColors) {
            self.colors = colors
            reason = nil
        }

        init(_ reason: Reason) {
            colors = .none
            self.reason = reason
        }
    }

    /// Why no colours are believed.
    public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        case notPresent
        /// The peer is in no trusted network and there is no signature.
        case untrusted
        /// The signature is not one of ours: an unknown key, or another text than was signed.
        case badSignature
        case expired
        case tooManyHops
        /// A header that cannot be read, or is there twice.
        case malformed
    }

    /// The limits of `Propagation.maximumHops`.
    public static let hopLimits = 1...64
    public static let maximumNetworks = 64
    public static let maximumKeys = 8
    /// How long a signature of ours is good for.
    public static let signatureLifetime = TimeSpan.seconds(300)

    public let tagHeader: String
    public let maximumHops: Int
    public let baggage: String?
    private let trusted: [IPNetwork]
    private let keys: [Key]
    private let names: Names

    struct Key: Sendable {
        let id: String
        let secret: [UInt8]
    }

    /// The headers' names as requests have them.
    struct Names: Sendable {
        let tags: [UInt8]
        let signature: [UInt8]
        let hops: [UInt8]
    }

    /// - Parameter secrets: for the id of each key of `propagation` its secret, resolved by the caller.
    /// - Throws: `invalidInput` naming the network, key or limit that is wrong; never a secret.
    public init(propagation: Propagation, tagHeader: String, secrets: [String: [UInt8]]) throws(ReleaseError) {
        let tagHeader = tagHeader.lowercased()
        if let problem = HeaderName.problem(with: tagHeader) {
            throw ReleaseError(.invalidInput, "the tag header '\(tagHeader)' \(problem)")
        }
        try Self.check(propagation)
        trusted = propagation.trust.compactMap { IPNetwork($0) }
        var keys: [Key] = []
        for key in propagation.keys {
            guard let secret = secrets[key.id] else {
                throw ReleaseError(.invalidInput, "there is no secret for it", place: "colour key '\(key.id)'")
            }
            guard secret.count >= ColorSignature.minimumSecretBytes else {
                throw ReleaseError(
                    .invalidInput, "its secret is shorter than \(ColorSignature.minimumSecretBytes) bytes", place: "colour key '\(key.id)'",
                    advice: "for example: openssl rand -hex 32")
            }
            keys.append(Key(id: key.id, secret: secret))
        }
        self.keys = keys
        self.tagHeader = tagHeader
        maximumHops = propagation.maximumHops
        baggage = propagation.baggage
        names = Names(
            tags: Array(tagHeader.utf8), signature: Array(HeaderName.signature(of: tagHeader).utf8),
            hops: Array(HeaderName.hops(of: tagHeader).utf8))
    }

    /// Whether networks, keys, hops and baggage name of a policy are sound. Secrets are not needed for that.
    public static func check(_ propagation: Propagation) throws(ReleaseError) {
        func wrong(_ reason: String) -> ReleaseError { ReleaseError(.invalidInput, reason, place: "routing.propagation") }
        guard propagation.trust.count <= maximumNetworks else { throw wrong("at most \(maximumNetworks) networks can be trusted") }
        for network in propagation.trust where IPNetwork(network) == nil {
            throw wrong("'\(network)' is no network in CIDR notation, such as 10.0.0.0/8")
        }
        guard propagation.keys.count <= maximumKeys else { throw wrong("at most \(maximumKeys) keys can sign") }
        for (index, key) in propagation.keys.enumerated() {
            if let problem = Name.problem(with: key.id) { throw wrong("the key's id '\(key.id)' \(problem)") }
            if propagation.keys[..<index].contains(where: { $0.id == key.id }) { throw wrong("two keys are called '\(key.id)'") }
        }
        guard hopLimits.contains(propagation.maximumHops) else {
            throw wrong("hops lie between \(hopLimits.lowerBound) and \(hopLimits.upperBound), not at \(propagation.maximumHops)")
        }
        if let name = propagation.baggage, let problem = Name.problem(with: name) { throw wrong("the baggage member '\(name)' \(problem)") }
    }

    /// The colours of a request that are believed, or why there are none.
    ///
    /// - Parameter peer: the address at the other end of the connection; nil is the request's client address. Behind a proxy that is not
    ///   trusted with colours these are not the same.
    public func admit(_ request: RoutingRequest, peer: [UInt8]? = nil, now: Timestamp) -> Admission {
        let values = request.headers.filter { $0.name == names.tags }
        guard let value = values.first?.value, !value.isEmpty else { return Admission(.notPresent) }
        let tags = ColorHeader.parse(value)
        guard values.count == 1, !tags.isEmpty else { return Admission(.malformed) }
        if isTrusted(peer ?? request.clientAddress) {
            guard let hops = hops(of: request) else { return Admission(.malformed) }
            return admission(tags, hops: hops)
        }
        let signatures = request.headers.filter { $0.name == names.signature }
        guard let text = signatures.first?.value else { return Admission(.untrusted) }
        guard signatures.count == 1, let signature = ColorSignature(text) else { return Admission(.malformed) }
        guard let key = keys.first(where: { $0.id == signature.keyID }), signature.verify(tags: tags, secret: key.secret) else {
            return Admission(.badSignature)
        }
        guard now.microseconds < signature.expires * 1_000_000 else { return Admission(.expired) }
        return admission(tags, hops: signature.hops)
    }

    private func admission(_ tags: [String], hops: Int) -> Admission {
        hops < maximumHops ? Admission(InboundColors(tags: tags, hops: hops)) : Admission(.tooManyHops)
    }

    private func isTrusted(_ peer: [UInt8]) -> Bool {
        guard !trusted.isEmpty, let address = IPAddress(String(decoding: peer, as: UTF8.self)) else { return false }
        return trusted.contains { $0.contains(address) }
    }

    /// The number in the hops header: 0 where there is none, nil where it is no number of at most four digits.
    private func hops(of request: RoutingRequest) -> Int? {
        let values = request.headers.filter { $0.name == names.hops }
        guard let value = values.first?.value else { return 0 }
        guard values.count == 1, (1...4).contains(value.count), value.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return value.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    // MARK: - The way on

    /// What is sent to the next hop. Where a header is nil, none of that name may be passed on.
    public func outgoing(_ assignment: Assignment, inbound: InboundColors, baggage existing: [UInt8]?, now: Timestamp) -> OutgoingColors {
        let merged = baggage.map { Baggage.merged(into: existing, name: $0, tags: assignment.colors) } ?? existing
        guard !assignment.colors.isEmpty else { return OutgoingColors(tags: nil, hops: nil, signature: nil, baggage: merged) }
        let hops = inbound.hops + 1
        let signature = keys.first.map { key in
            ColorSignature.sign(
                tags: assignment.colors, hops: hops, expires: now + Self.signatureLifetime, keyID: key.id, secret: key.secret)
        }
        return OutgoingColors(tags: ColorHeader.text(assignment.colors), hops: hops, signature: signature, baggage: merged)
    }
}
