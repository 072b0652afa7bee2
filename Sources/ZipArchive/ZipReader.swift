import CLibZip

/// Reads members of a ZIP archive. What it holds is not trusted: sizes are bounded by what is really read, and no name is ever used as a path.
public struct ZipReader: ~Copyable {
    /// More members than any archive of ours has.
    public static let maximumMembers = 1_000_000

    private let archive: OpaquePointer
    private let path: String

    public init(path: String) throws(ZipError) {
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
            throw ZipError(place: path, reason: ZipError.text(ofCode: code))
        }
        guard zip_get_num_entries(archive, 0) <= Self.maximumMembers else {
            zip_discard(archive)
            throw ZipError(place: path, reason: "it has more than \(Self.maximumMembers) members")
        }
        self.archive = archive
        self.path = path
    }

    deinit { zip_discard(archive) }

    /// The members' names, in the order of the archive.
    public var names: [String] {
        (0..<zip_get_num_entries(archive, 0)).compactMap { index in
            zip_get_name(archive, zip_uint64_t(index), 0).map { String(cString: $0) }
        }
    }

    /// A member's content; nil where there is none of that name.
    ///
    /// - Throws: for one that is damaged, or that unpacks to more than `maximumBytes`.
    public func read(_ name: String, maximumBytes: Int) throws(ZipError) -> [UInt8]? {
        let index = zip_name_locate(archive, name, 0)
        guard index >= 0 else { return nil }
        guard let file = zip_fopen_index(archive, zip_uint64_t(index), 0) else {
            throw ZipError(place: "\(path): \(name)", reason: zip_strerror(archive).map { String(cString: $0) } ?? "it cannot be opened")
        }
        defer { zip_fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = zip_fread(file, &buffer, zip_uint64_t(buffer.count))
            guard count >= 0 else { throw ZipError(place: "\(path): \(name)", reason: "it is damaged") }
            if count == 0 { return bytes }
            bytes += buffer[0..<Int(count)]
            guard bytes.count <= maximumBytes else {
                throw ZipError(place: "\(path): \(name)", reason: "it has more than \(maximumBytes) bytes")
            }
        }
    }
}
