internal import Foundation

extension Data {
    /// Reads base64 only as it would be written (RFC 4648, section 3.5: the bits that pad the last character are zero), so that a
    /// signature, a root and a key have one text each; nil for any other text.
    init?(canonicalBase64 text: String) {
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
        self = data
    }
}
