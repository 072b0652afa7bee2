// What the kernel says about its clock: adjtimex(2).
#include <sys/timex.h>
