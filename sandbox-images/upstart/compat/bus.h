/*
 * Talks to systemd over its private socket, as systemctl does: D-Bus (its specification is public), as much of it as
 * starting and stopping services needs. Only root may; the socket is systemd's own, so there is no D-Bus daemon
 * between.
 */
#ifndef BUS_H
#define BUS_H

#include <stdint.h>

#include "strings.h"

/* Milliseconds, of a clock that nobody sets. */
int64_t now_ms(void);

/* The descriptor to wait for, or -1 when there is no connection. */
int bus_descriptor(void);
void bus_close(void);
/* Whether something has come already that bus_continue has not taken. */
int bus_is_pending(void);

/*
 * Has a job queued for a service: `method` is StartUnit, StopUnit or RestartUnit. Returns 0 and systemd's name of the
 * job (free it), or -1 with a sentence in `error`.
 */
int bus_queue_job(const char *method, const char *unit, char **job, struct text *error);

/* Whether systemd has the service in its memory. 1, 0, or -1 when systemd cannot be asked. */
int bus_is_loaded(const char *unit);
/* Makes it forget that the service has failed, and how often it was started. */
void bus_reset_failed(const char *unit);
/* systemctl daemon-reload. */
void bus_reload(void);

/* A property of a service. The text is "" and the number 0 when it cannot be had. */
void bus_text(const char *unit, const char *property, struct text *value);
long bus_number(const char *unit, const char *property);
/* Of the last process that systemd ran for one of ExecStartPre=, ExecStartPost= …: its pid, or 0. */
struct bus_process {
  long pid, code, status; /* code and status as waitid has them */
};
struct bus_process bus_process(const char *unit, const char *property);

/*
 * Takes what systemd has sent, and calls `ended` for each of its jobs that is over. Returns -1 when the connection is
 * lost.
 */
typedef void bus_job_ended(const char *unit, const char *job, const char *result);
int bus_continue(bus_job_ended *ended);

#endif
