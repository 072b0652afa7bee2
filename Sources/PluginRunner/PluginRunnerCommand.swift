internal import Glibc
internal import PluginHost

/// `tidegate-plugin-runner`: one plugin in a process of its own. Started by the plugin host, not by people.
@main
enum PluginRunnerCommand {
    static func main() {
        exit(PluginRunner.run(arguments: Array(CommandLine.arguments.dropFirst())))
    }
}
