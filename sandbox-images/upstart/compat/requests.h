/* What the commands ask of the service, in one packet: words, each followed by a NUL. The first is what to do. */
#ifndef REQUESTS_H
#define REQUESTS_H

#include <sys/types.h>

#include "jobs.h"

/* Most bytes of a request. */
#define REQUEST_SIZE 65536

/* Who asks. */
struct peer {
  pid_t pid;
  uid_t user;
};

int is_root(struct peer peer);

/*
 * Does what the words say and answers the client, at once or later, with texts that each end with a NUL. The first
 * byte of a text says what it is: 'm' a line to print, 'e' an error, 'p' the pid of a process to send SIGHUP to, 'x' the
 * exit status, the last.
 */
void answer_request(const struct strings *words, struct client *client, struct peer peer);

#endif
