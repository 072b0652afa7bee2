import CLibZip
import Foundation

/// Writes a ZIP archive from files, so that its size needs no memory: libzip reads them, one after the other, when the archive is closed.
///
/// The archive stands at its path only when `close` has returned; before that there is a temporary file beside it, or nothing.
public final class ZipWriter {
    private let archive: OpaquePointer
    private var isClosed = false
    private let path: String
    private let time: time_t

    /// - Parameters:
    ///   - path: an archive that is there already is replaced.
    ///   - time: of every member, in seconds since 1970: the same content is the same archive.
    public init(path: String, time: Int64) throws(ZipError) {
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
            throw ZipError(place: path, reason: ZipError.text(ofCode: code))
        }
        self.archive = archive
        self.path = path
        self.time = time_t(time)
    }

    /// Adds a file's content under a name, folders separated by `/`. The file must stay until `close`.
    public func add(_ name: String, file: String) throws(ZipError) {
        guard let source = zip_source_file(archive, file, 0, -1) else { throw failure(name) }
        let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            zip_source_free(source)
            throw failure(name)
        }
        guard zip_file_set_mtime(archive, zip_uint64_t(index), time, 0) == 0 else { throw failure(name) }
    }

    /// Writes the archive; nothing can be added afterwards.
    public func close() throws(ZipError) {
        precondition(!isClosed, "an archive is closed once")
        guard zip_close(archive) == 0 else { throw failure(path) }
        isClosed = true
    }

    deinit {
        if !isClosed { zip_discard(archive) }
    }

    private func failure(_ place: String) -> ZipError {
        ZipError(place: place, reason: zip_strerror(archive).map { String(cString: $0) } ?? "unknown")
    }
}
