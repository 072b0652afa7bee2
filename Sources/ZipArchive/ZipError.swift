import CLibZip

/// Why an archive could not be written or read.
public struct ZipError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The archive's path, or the member's name.
    public let place: String
    public let reason: String

    public init(place: String, reason: String) {
        self.place = place
        self.reason = reason
    }

    public var description: String { "\(place): \(reason)" }

    /// libzip's own words for one of its codes.
    static func text(ofCode code: Int32) -> String {
        var error = zip_error_t()
        zip_error_init_with_code(&error, code)
        defer { zip_error_fini(&error) }
        return String(cString: zip_error_strerror(&error))
    }
}
