/* confine: what a helper gives up before it looks at foreign bytes.
 *
 * After confine_self() the process can read, write and seek the descriptors that it already has,
 * use memory up to its limit, and end. It can open no file, reach no network, start no program,
 * signal nobody, and gain no right; it dies with its parent. What it needs from files (a codec's
 * tables, a voice) must be loaded before. Thread: the only one of the process. */
#ifndef LOAXA_STATION_CONFINE_H
#define LOAXA_STATION_CONFINE_H

#include "base/fail.h"

#include <stdbool.h>
#include <stdint.h>

struct confine_limits {
    int64_t memory_bytes; /* address space; not enforced in a build with a sanitizer */
    int64_t cpu_s;        /* of processor time; SIGKILL beyond it */
    int64_t file_bytes;   /* of each file that it writes; EFBIG beyond it */
};

/* Refuses (FAIL_DEVICE) rather than go on unconfined. A namespace without network is taken where
 * the system allows it; the filter of system calls forbids sockets in any case. */
bool confine_self(const struct confine_limits *limits, struct fail *why);

/* Tries what must not work (opening a file, a socket, a process); false with the first that did.
 * For tests, and for `--self-test` of the helpers. */
bool confine_holds(struct fail *why);

#endif
