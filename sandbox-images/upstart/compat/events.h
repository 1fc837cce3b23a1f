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
/* When to call events_run again (milliseconds of now_ms), 0: no need. */
int64_t events_continue_at(void);

/* Names of Ubuntu's own jobs that are services here; their `started` is emitted at boot. The last is NULL. */
extern const char *const system_jobs[];

void event_block(struct event *event, struct job *job);
/* The job is where it was going, or will never be. */
void events_unblock(struct job *job, int failed);
void events_forget_client(const struct client *client);
/* No event lets the job go on any more. */
void events_forget_job(const struct job *job);

#endif
