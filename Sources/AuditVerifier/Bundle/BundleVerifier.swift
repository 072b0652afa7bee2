import Foundation
import Hashing

/// Checks an evidence bundle where it lies, without asking anybody: that its entries are in the history whose head was signed, and that
/// everything else in it is what these entries name.
///
/// It shares with what wrote the bundle nothing but SHA-256 and Ed25519. What it cannot say is that the release has no further entries:
/// for that the whole history is verified, or the checkpoint compared with an anchored one.
public struct BundleVerifier {
    public static let format = "tidegate-bundle/1"

    private let trust: Trust
    private let read: (String) throws -> [UInt8]?
    private var findings: [Finding] = []
    private var scanner = JSONScanner()

    /// - Parameter read: gives a file of the bundle by its name; nil where there is none.
    public init(trust: Trust = Trust(), read: @escaping (String) throws -> [UInt8]?) {
        self.trust = trust
        self.read = read
    }

    private mutating func found(_ code: Finding.Code, entry: UInt64? = nil, file: String, _ reason: String) {
        guard findings.count < HistoryVerifier.maximumFindings else { return }
        findings.append(Finding(code, entry: entry, key: file, reason))
    }

    /// - Parameter names: the names of all files of the bundle.
    /// - Throws: what `read` throws.
    public mutating func verify(names: [String]) throws -> BundleVerification {
        var report = BundleVerification(
            release: "", origin: "", coveredEntries: 0, root: "", entries: 0, provenEntries: 0, decisions: 0, evidence: 0,
            expiredEvidence: 0, keys: [], isKeyPinned: !trust.keys.isEmpty, findings: [])
        let expired = try checkManifest(Set(names), &report)
        let head = try checkHead(&report)
        let named = try checkEntries(head, &report)
        for digest in named.evidence.sorted() {
            let file = "evidence/\(digest).json"
            if let bytes = try read(file) {
                let isRight = bytes.withUnsafeBytes { InlineDigest(of: $0) }.hex == digest
                if isRight { report.evidence += 1 } else { found(.evidence, file: file, "the evidence has another digest") }
            } else if expired.contains(digest) {
                report.expiredEvidence += 1
            } else {
                found(.evidence, file: file, "a decision rests on this evidence, and it is not there")
            }
        }
        for digest in named.policies.sorted() {
            let file = "policy/\(digest).json"
            guard let bytes = try read(file) else {
                found(.unreadable, file: file, "a decision was made under this policy, and it is not there")
                continue
            }
            if bytes.withUnsafeBytes({ InlineDigest(of: $0) }).hex != digest {
                found(.unreadable, file: file, "the policy has another digest")
            }
        }
        for name in names where name.hasPrefix("evidence/") && !named.evidence.contains(String(name.dropFirst(9).dropLast(5))) {
            found(.evidence, file: name, "no decision names this evidence")
        }
        report.findings = findings
        return report
    }

    // MARK: The manifest

    /// Every file is what the manifest says. Gives the digests of evidence that had expired.
    private mutating func checkManifest(_ names: Set<String>, _ report: inout BundleVerification) throws -> Set<String> {
        let file = "manifest.json"
        guard let bytes = try read(file) else {
            found(.unreadable, file: file, "the bundle has no manifest: it is not an evidence bundle, or was cut")
            return []
        }
        var (listed, expired): ([(name: String, digest: String)], Set<String>) = ([], [])
        let isRead = bytes.withUnsafeBufferPointer { text -> Bool in
            guard scanner.scan(text), scanner.string(scanner.member(0, "format")) == Self.format,
                let release = scanner.string(scanner.member(0, "release"))
            else { return false }
            report.release = release
            for element in scanner.elements(scanner.member(0, "files")) {
                guard let name = scanner.string(scanner.member(element, "name")),
                    let digest = scanner.string(scanner.member(element, "sha256"))
                else { return false }
                listed.append((name, digest))
            }
            expired = Set(scanner.elements(scanner.member(0, "missingEvidence")).compactMap { scanner.string($0) })
            return true
        }
        guard isRead else {
            found(.unreadable, file: file, "it is not a manifest in the form \(Self.format)")
            return []
        }
        for (name, digest) in listed {
            guard let bytes = try read(name) else {
                found(.unreadable, file: name, "the manifest lists this file, and it is not there")
                continue
            }
            if bytes.withUnsafeBytes({ InlineDigest(of: $0) }).hex != digest {
                found(.unreadable, file: name, "the file is not the one that the manifest lists")
            }
        }
        for name in names.subtracting(listed.map(\.name)).subtracting([file]).sorted() {
            found(.unreadable, file: name, "the manifest does not list this file")
        }
        return expired
    }

    // MARK: The head

    private mutating func checkHead(_ report: inout BundleVerification) throws -> (head: SignedHead, note: String)? {
        let file = "checkpoint"
        guard let bytes = try read(file) else {
            found(.checkpoint, file: file, "the bundle carries no signed head: nothing proves that its entries are in the history")
            return nil
        }
        let note = String(decoding: bytes, as: UTF8.self)
        guard let head = SignedHead(note) else {
            found(.checkpoint, file: file, "the signed head is not a checkpoint in a signed note")
            return nil
        }
        report.origin = head.origin
        report.coveredEntries = head.size
        report.root = head.root.hex
        // Without a key from outside, those that the bundle carries are believed, and the report says so.
        let texts =
            trust.keys.isEmpty
            ? try read("log.pub").map { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) } ?? [] : trust.keys
        let check = head.check(texts.compactMap(HeadKey.init))
        report.keys = check.right.map(\.text)
        if check.right.isEmpty || !check.wrong.isEmpty {
            found(
                .checkpoint, file: file,
                check.wrong.isEmpty ? "the head is not signed by a key that counts" : "a signature under the head is wrong")
        }
        for anchor in trust.anchors {
            guard let anchor = SignedHead(anchor) else {
                found(.anchor, file: file, "what was anchored is not a checkpoint in a signed note")
                continue
            }
            if anchor.origin != head.origin {
                found(.anchor, file: file, "what was anchored is of '\(anchor.origin)', not of '\(head.origin)'")
            } else if anchor.size == head.size, anchor.root != head.root {
                found(.anchor, file: file, "the head over \(head.size) entries is not the one that was anchored")
            }
        }
        return (head, note)
    }

    // MARK: Entries

    private typealias Named = (evidence: Set<String>, policies: Set<String>)

    private mutating func checkEntries(_ head: (head: SignedHead, note: String)?, _ report: inout BundleVerification) throws -> Named {
        let file = "entries.ndjson"
        var named: Named = ([], [])
        guard let bytes = try read(file) else {
            found(.unreadable, file: file, "the bundle has no entries")
            return named
        }
        var chain = DecisionChain()
        for (place, line) in bytes.split(separator: 10).enumerated() {
            report.entries += 1
            guard let entry = entry(Array(line)) else {
                found(.unreadable, file: "\(file), line \(place + 1)", "this is not an entry as an export writes it")
                continue
            }
            let shown = "\(file), line \(place + 1)"
            if entry.statedDigest != entry.digest { found(.entry, entry: entry.leaf, file: shown, "the entry has another digest") }
            if entry.statedKind != entry.kind || (entry.position ?? entry.statedPosition) != entry.statedPosition {
                found(.entry, entry: entry.leaf, file: shown, "the line says of the entry what the entry does not say")
            }
            if let head, try isProven(entry, head) { report.provenEntries += 1 }
            guard entry.kind == "decision" else { continue }
            report.decisions += 1
            if let reason = chain.follow(entry) { found(.decision, entry: entry.leaf, file: shown, reason) }
            if let evidence = entry.evidence { named.evidence.insert(evidence) }
            if let policy = entry.policy { named.policies.insert(policy) }
        }
        if report.entries == 0 { found(.unreadable, file: file, "the bundle has no entries") }
        return named
    }

    private mutating func isProven(_ entry: BundledEntry, _ head: (head: SignedHead, note: String)) throws -> Bool {
        let file = "proofs/\(entry.statedPosition.map(String.init) ?? "").tlog-proof"
        guard let bytes = try read(file) else {
            found(.entry, entry: entry.leaf, file: file, "there is no proof that the entry is in the history")
            return false
        }
        guard let proof = ProofPath(String(decoding: bytes, as: UTF8.self)) else {
            found(.entry, entry: entry.leaf, file: file, "this is not a proof in the form \(ProofPath.heading)")
            return false
        }
        guard proof.checkpoint == head.note, proof.leaf == entry.leaf,
            proof.root(leafHash: entry.leafHash, size: head.head.size) == head.head.root
        else {
            found(.entry, entry: entry.leaf, file: file, "the proof does not lead from the entry to the root of the signed head")
            return false
        }
        return true
    }

    private mutating func entry(_ line: [UInt8]) -> BundledEntry? {
        line.withUnsafeBufferPointer { text in
            guard scanner.scan(text), let token = scanner.member(0, "entry"), scanner.tokens[token].kind == .object else { return nil }
            return BundledEntry(token, scanner)
        }
    }
}
