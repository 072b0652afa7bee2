import CLibCrypto

/// HMAC-SHA-256 (RFC 2104) of `message` under `key`: 32 bytes.
public func hmacSHA256(key: [UInt8], message: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let result = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &output, &length)
    precondition(result != nil && length == 32, "HMAC-SHA-256 needs memory")
    return output
}
