// Plugins written in C that break the rules of the boundary, one exported function each. See hostile_plugins.c.
