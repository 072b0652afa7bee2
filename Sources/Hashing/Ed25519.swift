import CLibCrypto

/// Ed25519 (RFC 8032), as OpenSSL computes it.
public enum Ed25519 {
    public static let seedBytes = 32
    public static let publicKeyBytes = 32
    public static let signatureBytes = 64

    /// The public key that belongs to a private seed; nil when the seed has not 32 bytes.
    public static func publicKey(seed: [UInt8]) -> [UInt8]? {
        guard seed.count == seedBytes, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else { return nil }
        defer { EVP_PKEY_free(key) }
        var output = [UInt8](repeating: 0, count: publicKeyBytes)
        var length = output.count
        guard EVP_PKEY_get_raw_public_key(key, &output, &length) == 1, length == publicKeyBytes else { return nil }
        return output
    }

    /// The signature of a message; nil when the seed has not 32 bytes.
    public static func signature(of message: [UInt8], seed: [UInt8]) -> [UInt8]? {
        guard seed.count == seedBytes, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else { return nil }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: signatureBytes)
        var length = output.count
        guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &output, &length, message, message.count) == 1, length == signatureBytes
        else { return nil }
        return output
    }

    /// True when the signature is that of the message under the key. Keys and signatures of another length are wrong.
    public static func verify(_ signature: [UInt8], of message: [UInt8], publicKey: [UInt8]) -> Bool {
        guard signature.count == signatureBytes, publicKey.count == publicKeyBytes,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count)
        else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
