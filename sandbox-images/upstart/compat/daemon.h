/* The service upstart-compat, which does what Upstart's init does besides running processes. */
#ifndef DAEMON_H
#define DAEMON_H

/* Runs until it is asked to end. Returns its exit status. */
int run_daemon(void);

#endif
