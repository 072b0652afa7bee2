import PluginHost

/// The host's pin; the store has a type of the same name for what the database holds.
typealias PinnedPlugin = PluginPin
