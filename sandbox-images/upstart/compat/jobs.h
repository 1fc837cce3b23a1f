/*
 * The jobs, and what becomes of them. A job has a goal (start or stop) and a state, as in Upstart; its processes are
 * those of a systemd service, which systemd starts, watches and stops.
 */
#ifndef JOBS_H
#define JOBS_H

#include <poll.h>
#include <stdint.h>

#include "definition.h"

/* Who waits for an answer to a command; daemon.c knows what it is. */
struct client;
/* Says a line: `kind` is 'm' for a message, 'e' for an error. */
void client_say(struct client *client, char kind, const char *line);
/* The command is over, with this exit status. */
void client_end(struct client *client, int status);

/* A list of clients to whom the same will be answered. */
struct waiter {
  struct waiter *next;
  struct client *client;
  const char *failure; /* what to say when it fails */
};

void waiter_add(struct waiter **list, struct client *client, const char *failure);

struct event;

/* An event that is not over before a job is where it is going. */
struct blocked {
  struct blocked *next;
  struct event *event;
};

enum state { WAITING, STARTING, SPAWNED, RUNNING, STOPPING, KILLED };

struct job {
  struct job *next;
  char *name;
  struct definition *definition;
  struct definition *successor; /* what the file says now, for when the job has stopped */
  int replaced;                 /* the file has changed: `successor` (NULL: it is gone, or wrong) is to be taken */
  char *unit;
  int starting;                 /* the goal is start */
  enum state state;
  int restarting;  /* on the way from STOPPING to SPAWNED at once */
  int has_service; /* systemd may have something of the job that runs */
  int awaits_stop; /* `expect stop`: running as soon as the process has stopped itself */
  int failed;
  struct text failure;        /* how it failed, as a variable list for the events: "PROCESS=…\nEXIT_STATUS=…\n" */
  struct strings environment; /* of this run */
  struct strings next_environment; /* what a start while the job stops adds to that of the next run */
  char *systemd_job;          /* that systemd works on, or NULL */
  long respawns;     /* that were logged since the start */
  int64_t window_at; /* when systemd began to count them for the limit, and how many there were before */
  long window_respawns;
  long pid;
  int pid_descriptor; /* readable when the process `pid` has ended; -1 when there is none */
  int64_t check_at;   /* when to look at the service (milliseconds), 0: no need */
  int check_pause;
  struct waiter *waiters;
  struct blocked *blocked;
  int gone; /* it is no job any more, and soon no memory */
  struct job *next_gone;
};

extern struct job *jobs;

struct job *job_find(const char *name);
/* The file of a job is new or has changed; NULL means that it is gone, or is no job any more. */
void job_define(const char *name, struct definition *definition);

/* Commands. They answer the client, at once or later. `assignments` are KEY=VALUE; `wait`: answer when it is done. */
void job_start(struct job *job, const struct strings *assignments, struct client *client, int wait);
void job_stop(struct job *job, const struct strings *assignments, struct client *client, int wait);
void job_restart(struct job *job, const struct strings *assignments, struct client *client, int wait);
/* Adds the line that `status` prints. */
void job_status(struct job *job, struct text *line);
/*
 * Asks systemd whether the job still is as we think; somebody may have used systemctl. Returns the job, or NULL when
 * it is no more.
 */
struct job *job_refresh(struct job *job);
/* Finds those that run already when we start. */
void jobs_find_running(void);

/* An event has made a condition of the job true. */
void job_start_by_event(struct job *job, const struct strings *variables, const char *names, struct event *event);
void job_stop_by_event(struct job *job, const struct strings *variables, const char *names, struct event *event);
/* The event that the job waited for, `starting` or `stopping`, is over. */
void job_proceed(struct job *job);

/* For the daemon's loop. */
size_t jobs_to_poll(struct pollfd *polls, size_t room);
int64_t jobs_next_check(void); /* when to call jobs_continue (milliseconds of now_ms), 0: no need */
int jobs_are_busy(void);       /* whether systemd works on something for us */
void jobs_continue(void);
void jobs_forget_client(const struct client *client);

#endif
