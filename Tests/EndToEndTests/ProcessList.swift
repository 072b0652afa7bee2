import Glibc

/// The processes of this machine.
enum ProcessList {
    /// Their ids, read entry by entry: an entry is only as long as its name, so it is never copied as a whole.
    static func pids() -> [Int32] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        let offset = MemoryLayout<dirent>.offset(of: \.d_name)!  // a stored member of a C struct has one
        var found: [Int32] = []
        while let entry = readdir(folder) {
            let name = String(cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
            if let pid = Int32(name) { found.append(pid) }
        }
        return found
    }
}
