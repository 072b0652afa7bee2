/// Why the private PostgreSQL cannot be used: what kind of trouble, in plain words, and what to do about it. Equal by code.
public struct EmbeddedPostgresError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// PostgreSQL, or a program needed to run it, is not there.
        case notInstalled = "not_installed"
        /// Another program has this data folder.
        case folderInUse = "folder_in_use"
        /// The folder was made by another major version of PostgreSQL than the one installed.
        case otherVersion = "other_version"
        /// A folder cannot be made, entered or written by the user PostgreSQL runs as.
        case notPermitted = "not_permitted"
        /// The data folder could not be initialised.
        case initialisationFailed = "initialisation_failed"
        /// The server ended or was not ready in time.
        case startFailed = "start_failed"
        case stopFailed = "stop_failed"
        /// psql or createdb reported an error.
        case commandFailed = "command_failed"
    }

    public let code: Code
    public let reason: String
    /// The folder, file or command it is about.
    public let place: String?
    public let advice: String?

    public init(_ code: Code, _ reason: String, place: String? = nil, advice: String? = nil) {
        self.code = code
        self.reason = reason
        self.place = place
        self.advice = advice
    }

    public var description: String {
        (place.map { "\($0): " } ?? "") + reason + (advice.map { "\n  \($0)" } ?? "")
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
