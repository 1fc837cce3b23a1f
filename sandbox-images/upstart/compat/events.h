/* Events: what `start on` and `stop on` are about. */
#ifndef EVENTS_H
#define EVENTS_H

#include "jobs.h"

/*
 * Puts an event at the end of the queue. It is over when every job that it has started or stopped is where it is
 * going; then `holder` (or NULL) goes on, and `client` (or NULL) is answered.
 */
void event_emit(const char *name, const struct strings *variables, struct job *holder, struct client *client);
/* Tells jobs of the events in the queue, and ends events that nothing holds up. */
void events_run(void);

void event_block(struct event *event, struct job *job);
/* The job is where it was going, or will never be. */
void events_unblock(struct job *job, int failed);
void events_forget_client(const struct client *client);

#endif
