/// Which instance of which revision of which service this process is.
struct ServiceIdentity: Sendable, Hashable {
    var service: String
    var revision: String
    var instance: String
}
