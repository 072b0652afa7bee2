internal import Foundation
internal import ReleaseModel

/// The folder with the plans, as files `<service>.json`. A file is replaced by renaming another over it, so that it is never half written.
struct PlanFolder: Sendable {
    static let suffix = ".json"

    let path: String
    let limits: EdgeLimits

    /// The services that have a plan, by name, with the mark of each file.
    ///
    /// - Throws: `ReleaseError` when the folder cannot be read.
    func services() throws(ReleaseError) -> [(service: String, mark: FileMark)] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw ReleaseError(
                .notFound, "the folder of plans cannot be read", place: path, advice: "create it, or name another with --plans")
        }
        var found: [(service: String, mark: FileMark)] = []
        for name in names.sorted() where name.hasSuffix(Self.suffix) && !name.hasPrefix(".") {
            guard found.count < limits.maximumPlans else { break }
            var status = stat()
            guard stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            found.append((String(name.dropLast(Self.suffix.count)), Self.mark(status)))
        }
        return found
    }

    /// The bytes of a service's plan.
    ///
    /// - Throws: `ReleaseError` naming the file.
    func bytes(of service: String) throws(ReleaseError) -> [UInt8] {
        let file = place(of: service)
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw ReleaseError(.forbidden, "the plan cannot be read", place: file, advice: "check the rights of the file")
        }
        defer { try? handle.close() }
        let data: Data
        do {
            data = try handle.read(upToCount: limits.maximumPlanBytes + 1) ?? Data()
        } catch {
            throw ReleaseError(.unavailable, "the plan cannot be read: \(error.localizedDescription)", place: file)
        }
        guard data.count <= limits.maximumPlanBytes else {
            throw ReleaseError(.limitExceeded, "the plan is larger than \(limits.maximumPlanBytes / 1024) KiB", place: file)
        }
        return Array(data)
    }

    func place(of service: String) -> String { "\(path)/\(service)\(Self.suffix)" }

    private static func mark(_ status: stat) -> FileMark {
        FileMark(
            inode: UInt64(status.st_ino), bytes: Int64(status.st_size), modifiedSeconds: Int64(status.st_mtim.tv_sec),
            modifiedNanoseconds: Int64(status.st_mtim.tv_nsec))
    }
}
