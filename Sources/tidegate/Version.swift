/// The version of this program, as `--version`, `/v1/status` and the controller's registration say it.
enum Version {
    static let text = "0.1.0"
}
