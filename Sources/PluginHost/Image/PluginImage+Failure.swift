internal import CPluginABI
internal import Foundation
internal import Hashing
internal import PluginKit
internal import ReleaseModel

extension PluginImage.Answer {
    /// The answer in place of one that broke the rules of the boundary.
    static func failure(_ reason: String) -> Self {
        let failure = PluginFailure(code: "bad_answer", reason: reason)
        return Self(status: UInt32(TIDEGATE_FAILED), bytes: (try? JSONEncoder().encode(failure)).map { Array($0) } ?? [])
    }
}

extension PluginPin {
    /// The error that names both digests and what to do.
    static func mismatch(path: String, name: String, found: SHA256Digest, pinned: SHA256Digest) -> ReleaseError {
        ReleaseError(
            .forbidden, "plugin \(name) is pinned to sha256 \(pinned), but the file has \(found)", place: path,
            advice: "put the pinned file back, or, when the new one is meant: tidegate plugin pin '\(path)' --reason WHY")
    }
}
