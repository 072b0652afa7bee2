import Foundation
import Predicates

/// The same rules as Foundation's Predicate has them, over a struct whose hash was computed before.
enum FoundationRules {
    struct Request {
        let canary: String?
        let region: String?
        let hash: Int
    }

    static let requests = MixedRequests.all.map {
        Request(canary: $0.canary, region: $0.region, hash: Int(CRC32.checksum(Array($0.user.utf8))))
    }

    static func rule(canary: String, region: String, below share: Int) -> Predicate<Request> {
        #Predicate<Request> { $0.canary == canary && $0.region == region && $0.hash % 100 < share }
    }
}
