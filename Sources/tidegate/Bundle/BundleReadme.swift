import ReleaseModel
import ReportText

/// What stands in a bundle's README: what it holds, and how each part is checked without trusting whoever made it.
struct BundleReadme {
    let release: ReleaseID
    let madeAt: Timestamp

    var text: String {
        """
        # Evidence of release \(release.printable)

        Made at \(madeAt). Open `report.html` to read or print it; everything else is what the report rests on.

        | file | what it is |
        |---|---|
        | `entries.ndjson` | every entry of the history about this release, one a line, with its place and leaf in the log |
        | `proofs/PLACE.tlog-proof` | that this entry is in the history: a C2SP tlog-proof up to the signed head |
        | `checkpoint`, `log.pub` | the signed head of the history (C2SP tlog-checkpoint), and the public keys that may sign it |
        | `evidence/SHA256.json` | what a decision was made from, named by its SHA-256; the decision's entry names it too (`evidenceDigest`) |
        | `policy/SHA256.json`, `policy.yaml` | the policy as the controller read it, named by its SHA-256, and as it was written |
        | `release.json` | where the release stood when the bundle was made |
        | `access.json` | which tokens were in force while it ran, with what they may do |
        | `manifest.json` | the size and SHA-256 of every other file |

        ## Checking it
        One command does all of it, with no server:

            tidegate audit verify \(release.printable).zip --key KEY

        KEY is the public key that you got from somebody you trust, not from this bundle; without it, the keys in `log.pub` are believed, and the
        report says so. If you keep anchored heads, compare: `--anchor FILE` refuses a head over as many entries that is another one.

        ## Checking it by hand
        Digests need nothing but `sha256sum` and `jq`:

            sha256sum evidence/*.json                                   # each is called after its own digest
            sha256sum policy/*.json
            jq -r 'select(.kind == "decision").entry.evidenceDigest' entries.ndjson | sort -u
            jq -r '.files[] | .sha256 + "  " + .name' manifest.json | sha256sum -c

        `sha256` beside each entry is the digest of the entry's own bytes, exactly as they stand in the line after `"entry":`. The leaf of the log
        is SHA-256 of a zero byte and these bytes (RFC 9162):

            head -1 entries.ndjson | grep -oP '"entry":\\K.*(?=}$)' | tr -d '\\n' | cat <(printf '\\0') - | sha256sum

        From the leaf up, each digest of the proof is put before the present one where the leaf's index (then its half, and so on) is odd or the
        last of its level, behind it otherwise, and SHA-256 of the byte 1 and both is the next one; the last is the root in the third line of
        `checkpoint`. The signature under it is Ed25519 over the lines before the empty one (C2SP signed-note). Programs that read tlog-proof,
        such as those of Go's torchwood, check proofs as they are.

        ## Making the decisions again
            tidegate audit replay --bundle \(release.printable).zip --plugins DIR

        The engine comes to the recorded decisions exactly, or the first difference is shown. Plugins are run on the recorded samples where DIR
        holds the very files that were used (their SHA-256 stands in the evidence) and agree to 1e-9. The recorded decisions are compared only
        afterwards; the replay does not see them.

        """
    }
}
