internal import ReleaseModel

/// The words that mean something to the miner, found by one probe of a hash table.
struct Vocabulary: Sendable {
    struct Meanings: OptionSet, Sendable {
        let rawValue: UInt16

        static let state = Self(rawValue: 1 << 0)
        /// A unit of time or size: after a number it belongs to it.
        static let unit = Self(rawValue: 1 << 1)
        /// The name of a month or a weekday: beside a number it is part of a date.
        static let calendar = Self(rawValue: 1 << 2)
        /// Followed by `=` or `:`, the next word is a secret.
        static let secretName = Self(rawValue: 1 << 3)
        /// As `secretName`, where the value names an account.
        static let accountName = Self(rawValue: 1 << 4)
        /// The kind of a credential: after `authorization:` it is the word after it that is secret.
        static let scheme = Self(rawValue: 1 << 5)
        /// A credential follows wherever it stands.
        static let announcesSecret = Self(rawValue: 1 << 6)
        /// An account that is a role and no person.
        static let role = Self(rawValue: 1 << 7)
        /// The first bit of six, one for each severity.
        private static let firstSeverity: UInt16 = 8

        init(rawValue: UInt16) { self.rawValue = rawValue }

        init(_ severity: LogSeverity) {
            rawValue = 1 << (Self.firstSeverity + UInt16(LogSeverity.allCases.firstIndex(of: severity) ?? 0))
        }

        var severity: LogSeverity? {
            let bits = rawValue >> Self.firstSeverity
            return bits == 0 ? nil : LogSeverity.allCases[bits.trailingZeroBitCount]
        }
    }

    static let shared = Vocabulary()
    static let maximumWordBytes = 16

    private var keys: [UInt64]
    private var meanings: [Meanings]
    private let mask: Int

    private init() {
        var lists: [(String, Meanings)] = [
            (StateWords.english, .state), (StateWords.chinese, .state), (CalendarWords.units, .unit), (CalendarWords.names, .calendar),
            (SecretWords.names, .secretName), (SecretWords.accounts, [.secretName, .accountName]), (SecretWords.schemes, .scheme),
            (SecretWords.announcing, .announcesSecret), (SecretWords.roles, .role),
        ]
        for (severity, words) in SeverityWord.words { lists.append((words, Meanings(severity))) }
        let size = 2048
        keys = Array(repeating: WordHash.variable, count: size)
        meanings = Array(repeating: [], count: size)
        mask = size - 1
        for (list, meaning) in lists {
            for word in list.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
                let hash = WordHash.folded(String(word))
                let slot = slot(hash)
                keys[slot] = hash
                meanings[slot].insert(meaning)
            }
        }
    }

    @inline(__always)
    func meanings(folded hash: UInt64) -> Meanings {
        let slot = slot(hash)
        return keys[slot] == hash ? meanings[slot] : []
    }

    @inline(__always)
    private func slot(_ hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash >> 20) & mask
        while keys[slot] != hash, keys[slot] != WordHash.variable { slot = (slot + 1) & mask }
        return slot
    }
}
