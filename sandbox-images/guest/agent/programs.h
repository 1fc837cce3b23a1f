/* Programs that the agent runs for `exec`: several at once, each answered when it ends or runs out of time. */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <poll.h>
#include <stddef.h>

#include "json.h"
#include "text.h"

/* Most programs at once; each has up to three descriptors to wait for. */
#define MOST_PROGRAMS 32

/*
 * Called for the answer to request `id`: its `members` when a program has ended or run out of time, and `error`
 * (otherwise NULL), a sentence, when it could not be started.
 */
typedef void program_answer(double id, const struct text *members, const struct text *error);

/* Starts the program that `request` asks for. Returns 0 (the answer follows), or -1 with a sentence in `error`. */
int programs_start(const struct json *request, struct text *error);
/* Adds the descriptors to wait for, at most 3 * MOST_PROGRAMS. Returns how many. */
size_t programs_to_poll(struct pollfd *polls);
/* Milliseconds until the next time-out, or -1 when there is none. */
int programs_next_timeout(void);
/* Moves bytes, reaps what has ended, kills what has run out of time. Call after every poll. */
void programs_continue(program_answer *answered);

#endif
