#include "tidegate_plugin.h"

// The layout is the contract: a compiler or a platform that lays it out in another way fails here and not in a running plugin.
_Static_assert(sizeof(void *) == 8, "plugins are 64-bit");
_Static_assert(sizeof(tidegate_slice) == 16, "layout of tidegate_slice");
_Static_assert(sizeof(tidegate_header) == 32, "layout of tidegate_header");
_Static_assert(sizeof(tidegate_request) == 96, "layout of tidegate_request");
_Static_assert(sizeof(tidegate_assignment) == 32, "layout of tidegate_assignment");
_Static_assert(sizeof(tidegate_plugin) == 72, "layout of tidegate_plugin");
