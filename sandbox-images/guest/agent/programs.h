/* Programs that the agent runs for `exec`: several at once, each answered when it ends or runs out of time. */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <poll.h>
#include <stddef.h>

#include "json.h"
#include "text.h"

/* Most programs at once; each takes up to three descriptors. */
#define MOST_PROGRAMS 32

/* Called when a program has ended: `members` of the answer to request `id`. */
typedef void program_ended(double id, const struct text *members);

/* Starts the program that `request` asks for. Returns 0 (the answer follows), or -1 with a sentence in `error`. */
int programs_start(const struct json *request, struct text *error);
/* Adds the descriptors to wait for, at most 3 * MOST_PROGRAMS. Returns how many. */
size_t programs_to_poll(struct pollfd *polls);
/* Milliseconds until the next time-out, or -1 when there is none. */
int programs_next_timeout(void);
/* Moves bytes, reaps what has ended, kills what has run out of time. Call after every poll. */
void programs_continue(program_ended *ended);

#endif
