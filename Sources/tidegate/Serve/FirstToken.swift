import Foundation
import ReleaseModel
import ReleaseStore

/// The token that the first start writes for the person who owns the data folder.
struct FirstToken: Sendable {
    static let actor = Actor(name: "first start", means: .local)

    let store: ReleaseStore
    let folder: DataFolder

    /// The secret in the folder's token file, when it is valid; otherwise a new token of role admin, written there.
    ///
    /// - Parameter mayCreate: false where the database belongs to others who have tokens already.
    func secret(mayCreate: Bool) async throws -> String? {
        if let secret = stored(), try await store.verifyToken(secret) != nil { return secret }
        let names = try await store.tokens().map(\.name)
        guard mayCreate || names.isEmpty else { return nil }
        let (_, secret) = try await store.createToken(
            name: Self.freeName(besides: names), role: .admin, actor: Self.actor, reason: "first token of this data folder")
        do {
            try folder.create()
            try folder.writePrivately(secret + "\n", to: folder.tokenFile)
        } catch {
            throw ReleaseError(
                .forbidden, "the first token cannot be written: \(error.localizedDescription)", place: folder.tokenFile,
                advice: "make the data folder writable, or name another one with --data")
        }
        return secret
    }

    private func stored() -> String? {
        guard let data = FileManager.default.contents(atPath: folder.tokenFile) else { return nil }
        let secret = String(decoding: data.prefix(4096), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return secret.isEmpty ? nil : secret
    }

    /// `admin`, then `admin-2`: the name of a token is never given twice.
    private static func freeName(besides names: [String]) -> String {
        var candidate = "admin"
        var number = 2
        while names.contains(candidate) {
            candidate = "admin-\(number)"
            number += 1
        }
        return candidate
    }
}
