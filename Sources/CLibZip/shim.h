#ifndef TIDEGATE_CLIBZIP_H
#define TIDEGATE_CLIBZIP_H

#include <zip.h>

#endif
