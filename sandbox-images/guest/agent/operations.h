/*
 * What the agent can be asked, apart from running programs. Each operation reads its arguments from
 * `request`, adds members of the answer (`,"name":value`) to `members` and returns 0; or it writes a
 * sentence to `error` and returns -1.
 */
#ifndef OPERATIONS_H
#define OPERATIONS_H

#include "json.h"
#include "text.h"

/* Most bytes that `read` gives, and that `exec` gives of each stream: 1 MiB. */
#define MOST_BYTES (1024 * 1024)

typedef int operation(const struct json *request, struct text *members, struct text *error);

/* files.c */
operation read_file, write_file, stat_path;
/* machine.c */
operation set_clock, add_seed;
/* mark-key.c */
operation set_mark_key;

/* Where `mark-key` writes: "/run/typealong". Tests put a directory of their own there. */
extern const char *run_directory;

/* Writes "WHAT PATH: reason of errno" to `error` and returns -1. */
int fail(struct text *error, const char *what, const char *path);

#endif
