#include "jobs.h"

#include <errno.h>
#include <pwd.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bus.h"
#include "events.h"
#include "log.h"
#include "paths.h"
#include "signals.h"
#include "unit.h"

/* systemd's names of the exit statuses of a process that it could not make a program of. */
enum { EXIT_CHDIR = 200, EXIT_EXEC = 203 };

struct job *jobs;

/* Jobs that are no more. They are freed when nobody can have them in hand. */
static struct job *gone;

/* How soon a stop that systemd has refused is tried again. */
#define RETRY_MS 1000

static int text_is(const struct text *text, const char *string) { return text->bytes && !strcmp(text->bytes, string); }

void waiter_add(struct waiter **list, struct client *client, const char *failure) {
  struct waiter *waiter = must_allocate(sizeof *waiter);
  *waiter = (struct waiter){NULL, client, failure};
  while (*list) list = &(*list)->next;
  *list = waiter;
}

struct job *job_find(const char *name) {
  for (struct job *job = jobs; job; job = job->next)
    if (!strcmp(job->name, name)) return job;
  return NULL;
}

/* Takes the job out of the list. Its `next` stays: somebody may be on the way through the list. */
static void remove_job(struct job *job) {
  struct job **at = &jobs;
  while (*at != job) at = &(*at)->next;
  *at = job->next;
  unit_remove(job->unit);
  job->gone = 1;
  job->next_gone = gone;
  gone = job;
}

static void free_job(struct job *job) {
  events_unblock(job, 1);
  events_forget_job(job);
  definition_free(job->definition);
  definition_free(job->successor);
  strings_free(&job->environment);
  strings_free(&job->next_environment);
  text_free(&job->failure);
  free(job->systemd_job);
  free(job->unit);
  free(job->name);
  free(job);
}

/* A job that is neither running nor about to. */
static int is_idle(const struct job *job) { return job->state == WAITING && !job->starting; }

/* So that systemd knows of the job before it has been started. */
static void publish(struct job *job) {
  struct strings environment = {0};
  free(job->unit);
  job->unit = unit_name(job->name);
  /* It runs: this is not the first upstart-compat since the machine's start. What it runs with stays as it is. */
  if (bus_is_loaded(job->unit) > 0) return;
  job_environment(job->definition, &environment);
  if (unit_write(job->definition, job->unit, &environment) < 0)
    log_line("%s: cannot write the service %s: %s", job->name, job->unit, strerror(errno));
  strings_free(&environment);
}

/* Takes what the file says now. Returns 0 when the job is gone. */
static int take_successor(struct job *job) {
  if (!job->replaced) return 1;
  struct definition *definition = job->successor;
  job->successor = NULL;
  job->replaced = 0;
  if (!definition) {
    remove_job(job);
    return 0;
  }
  definition_free(job->definition);
  job->definition = definition;
  publish(job);
  return 1;
}

void job_define(const char *name, struct definition *definition) {
  struct job *job = job_find(name);
  if (!job && !definition) return;
  if (!job) {
    job = must_allocate(sizeof *job);
    *job = (struct job){.name = copy_string(name), .definition = definition, .pid_descriptor = -1};
    /* In the order of their names, as `initctl list` shows them. */
    struct job **at = &jobs;
    while (*at && strcmp((*at)->name, name) < 0) at = &(*at)->next;
    job->next = *at;
    *at = job;
    publish(job);
    return;
  }
  definition_free(job->successor);
  job->successor = definition;
  job->replaced = 1;
  if (is_idle(job)) take_successor(job);
}

/* Answers whoever waits for the job, and lets go the events that do. */
static void finish(struct job *job, int failed) {
  if (job->waiters) {
    struct text line = {0};
    if (!failed) job_status(job, &line);
    while (job->waiters) {
      struct waiter *waiter = job->waiters;
      job->waiters = waiter->next;
      client_say(waiter->client, failed ? 'e' : 'm', failed ? waiter->failure : line.bytes);
      client_end(waiter->client, failed);
      free(waiter);
    }
    text_free(&line);
  }
  events_unblock(job, failed);
}

/* Emits an event about the job. */
static void emit(struct job *job, const char *name, int with_result, struct job *holder) {
  struct strings variables = {0};
  struct text text = {0};
  text_join(&text, "JOB=", job->name, NULL);
  strings_add(&variables, text.bytes);
  text_free(&text);
  strings_add(&variables, "INSTANCE=");
  if (with_result) {
    strings_add(&variables, job->failed ? "RESULT=failed" : "RESULT=ok");
    char *failure = copy_string(job->failure.length ? job->failure.bytes : ""), *rest = NULL;
    for (char *line = strtok_r(failure, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
      strings_add(&variables, line);
    free(failure);
  }
  const struct strings *exports = &job->definition->exports;
  for (size_t at = 0; at < exports->count; at++) {
    const char *value = variables_get(&job->environment, exports->items[at], strlen(exports->items[at]));
    if (!value) continue;
    text_join(&text, exports->items[at], "=", value, NULL);
    variables_set(&variables, text.bytes);
    text_free(&text);
  }
  event_emit(name, &variables, holder, NULL);
  strings_free(&variables);
}

static void begin_start(struct job *job, const struct strings *variables, const char *names);

static void unwatch(struct job *job) {
  if (job->pid_descriptor >= 0) close(job->pid_descriptor);
  job->pid_descriptor = -1;
  job->check_at = 0;
}

static void check_after(struct job *job, int ms) {
  job->check_pause = ms;
  job->check_at = now_ms() + ms;
}

static void check_again(struct job *job) { check_after(job, job->check_pause < 500 ? job->check_pause * 2 : 1000); }

/* Watches the process `pid`; one that is gone already is looked at soon. */
static void watch(struct job *job, long pid) {
  unwatch(job);
  job->pid = pid;
  if (pid > 0) job->pid_descriptor = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
  if (job->pid_descriptor < 0 && job->definition->processes[MAIN].command) check_after(job, 20);
}

static void enter_waiting(struct job *job) {
  int again = job->starting && !(job->replaced && !job->successor);
  unwatch(job);
  job->pid = 0;
  job->state = WAITING;
  job->has_service = 0;
  job->restarting = 0;
  job->awaits_stop = 0;
  /* As with Upstart, one that goes on to start has not stopped. */
  if (!again) emit(job, "stopped", 1, NULL);
  /* Who has asked for the start in the meantime is answered when it has started. */
  if (!again) finish(job, job->starting);
  strings_free(&job->environment);
  if (!take_successor(job) || !again) return;
  struct strings variables = job->next_environment;
  job->next_environment = (struct strings){0};
  begin_start(job, &variables, NULL);
  strings_free(&variables);
}

static void enter_running(struct job *job) {
  job->awaits_stop = 0;
  job->state = RUNNING;
  emit(job, "started", 0, NULL);
  if (!job->definition->task) finish(job, 0);
}

static void enter_stopping(struct job *job) {
  unwatch(job);
  job->state = STOPPING;
  emit(job, "stopping", 1, job);
}

/* The job has come to nothing. `service`: systemd has something to stop. */
static void fail(struct job *job, const char *process, struct bus_process ended) {
  job->starting = 0;
  job->failed = 1;
  text_free(&job->failure);
  if (process) text_join(&job->failure, "PROCESS=", process, "\n", NULL);
  if (ended.code == CLD_EXITED) text_print(&job->failure, "EXIT_STATUS=%ld\n", ended.status);
  else if (ended.code) text_join(&job->failure, "EXIT_SIGNAL=", signal_name((int)ended.status), "\n", NULL);
  finish(job, 1);
  enter_stopping(job);
}

/* Whether a process has ended well: by itself with 0, or as the job's `normal exit` says. */
static int is_normal(const struct job *job, struct bus_process ended) {
  if (!ended.code || (ended.code == CLD_EXITED && !ended.status)) return 1;
  struct text name = {0};
  if (ended.code == CLD_EXITED) text_print(&name, "%ld", ended.status);
  else text_join(&name, "SIG", signal_name((int)ended.status), NULL);
  int normal = strings_have(&job->definition->normal_exits, name.bytes);
  text_free(&name);
  return normal;
}

/* Logs how a process has ended, as Upstart does, unless it is well. */
static void log_end(const struct job *job, const char *process, struct bus_process ended) {
  if (is_normal(job, ended)) return;
  if (ended.code == CLD_EXITED)
    log_line("%s %s process (%ld) terminated with status %ld", job->name, process, ended.pid, ended.status);
  else {
    const char *signal = signal_name((int)ended.status);
    log_line("%s %s process (%ld) killed by %s signal", job->name, process, ended.pid, signal);
  }
}

static struct bus_process main_process(const struct job *job) {
  struct bus_process process = {.pid = bus_number(job->unit, "ExecMainPID")};
  process.code = bus_number(job->unit, "ExecMainCode");
  process.status = bus_number(job->unit, "ExecMainStatus");
  return process;
}

static const char *first_process(const struct definition *definition) {
  return process_names[definition->processes[PRE_START].command ? PRE_START : MAIN];
}

/* Why systemd could not run the program. */
static const char *spawn_error(const struct process *process, long status) {
  if (status == EXIT_CHDIR) return "unable to change working directory: No such file or directory";
  if (status != EXIT_EXEC) return "unable to prepare the process";
  char *word = copy_string(process->command ? process->command : "");
  word[strcspn(word, " \t\r\n")] = '\0';
  int there = *word == '/' && !access(real_path(word), F_OK);
  free(word);
  return there ? "unable to execute: Permission denied" : "unable to execute: No such file or directory";
}

/* Whether systemd could not make a program of the process at all. From 200 on the exit statuses are its own. */
static int is_spawn_failure(struct bus_process ended) {
  return ended.code == CLD_EXITED && ended.status >= EXIT_CHDIR && ended.status < 250;
}

/* Finds an account by its name; Upstart takes no numbers either. */
static int has_account(const char *path, const char *name) {
  FILE *file = fopen(real_path(path), "re");
  if (!file) return 0;
  char *line = NULL;
  size_t room = 0, length = strlen(name);
  int found = 0;
  if (strchr(name, ':')) length = 0;
  while (!found && getline(&line, &room, file) > 0) found = !strncmp(line, name, length) && line[length] == ':';
  free(line);
  fclose(file);
  return found && length;
}

static int accounts_are_there(const struct job *job) {
  const struct definition *definition = job->definition;
  const char *missing = NULL;
  if (definition->setuid && !has_account("/etc/passwd", definition->setuid)) missing = "setuid user";
  else if (definition->setgid && !has_account("/etc/group", definition->setgid)) missing = "setgid group";
  const char *process = first_process(definition);
  if (missing) log_line("Failed to spawn %s %s process: unable to find %s", job->name, process, missing);
  return !missing;
}

/* Makes sure that systemd will read the service as it is written now. */
static void make_fresh(struct job *job, int changed) {
  if (bus_is_loaded(job->unit) <= 0) return;
  /* A service that has failed is kept until this. */
  bus_reset_failed(job->unit);
  if (changed && bus_is_loaded(job->unit) > 0 && bus_number(job->unit, "NeedDaemonReload")) bus_reload();
}

static int queue_job(struct job *job, const char *method) {
  struct text error = {0};
  free(job->systemd_job);
  job->systemd_job = NULL;
  int bad = bus_queue_job(method, job->unit, &job->systemd_job, &error);
  if (bad) log_line("%s: %s", job->name, error.bytes);
  text_free(&error);
  return bad;
}

static void spawn(struct job *job) {
  job->state = SPAWNED;
  job->has_service = 0;
  int bad = !accounts_are_there(job);
  if (!bad && job->restarting) {
    /* So that systemd does not count it among the respawns. */
    bus_reset_failed(job->unit);
    bad = queue_job(job, "RestartUnit");
  } else if (!bad) {
    int changed = unit_write(job->definition, job->unit, &job->environment);
    if (changed < 0) log_line("%s: cannot write the service %s: %s", job->name, job->unit, strerror(errno));
    bad = changed < 0;
    if (!bad) {
      unit_make_log(job->definition);
      make_fresh(job, changed);
      bad = queue_job(job, "StartUnit");
    }
  }
  job->has_service = !bad || job->restarting;
  job->restarting = 0;
  if (bad) fail(job, first_process(job->definition), (struct bus_process){0});
}

/* Has systemd stop the service. One that systemd does not stop stays, and is tried again from time to time. */
static void begin_kill(struct job *job) {
  struct text error = {0};
  unwatch(job);
  int again = job->state == KILLED;
  job->state = KILLED;
  free(job->systemd_job);
  job->systemd_job = NULL;
  if (!job->has_service) enter_waiting(job);
  else if (bus_queue_job("StopUnit", job->unit, &job->systemd_job, &error)) {
    if (!bus_is_loaded(job->unit)) enter_waiting(job);
    else {
      if (!again) log_line("%s: %s", job->name, error.bytes);
      check_after(job, RETRY_MS);
      finish(job, 1);
    }
  }
  text_free(&error);
}

static void enter_starting(struct job *job) {
  job->state = STARTING;
  emit(job, "starting", 0, job);
}

void job_proceed(struct job *job) {
  if (job->state == STARTING && job->starting) spawn(job);
  else if (job->state == STARTING) enter_stopping(job);
  else if (job->state == STOPPING && job->restarting && job->starting) {
    job->pid = 0;
    enter_starting(job);
  } else if (job->state == STOPPING) begin_kill(job);
}

/* Adds KEY=VALUE to an environment. */
static void set_variables(struct strings *environment, const struct strings *assignments) {
  for (size_t at = 0; at < assignments->count; at++) variables_set(environment, assignments->items[at]);
}

static void set_events(struct strings *environment, const char *variable, const char *names) {
  if (!names) return;
  struct text text = {0};
  text_join(&text, variable, "=", names, NULL);
  variables_set(environment, text.bytes);
  text_free(&text);
}

static void begin_start(struct job *job, const struct strings *variables, const char *names) {
  job->starting = 1;
  if (job->state != WAITING) {
    /* One that is being stopped starts again when it has stopped; one that has not begun to start goes on. */
    struct strings *environment = job->state == STARTING ? &job->environment : &job->next_environment;
    set_variables(environment, variables);
    set_events(environment, "UPSTART_EVENTS", names);
    job->restarting = job->state == STARTING && job->has_service;
    return;
  }
  job->failed = 0;
  job->respawns = 0;
  job->window_respawns = 0;
  job->window_at = now_ms();
  text_free(&job->failure);
  strings_free(&job->environment);
  job_environment(job->definition, &job->environment);
  set_variables(&job->environment, variables);
  set_events(&job->environment, "UPSTART_EVENTS", names);
  /* A variable of the event's cannot take the place of these. */
  struct text name = {0};
  text_join(&name, "UPSTART_JOB=", job->name, NULL);
  variables_set(&job->environment, name.bytes);
  text_free(&name);
  condition_reset(job->definition->stop_on);
  enter_starting(job);
}

static void begin_stop(struct job *job, const struct strings *variables, const char *names) {
  job->starting = 0;
  job->restarting = 0;
  strings_free(&job->next_environment);
  set_variables(&job->environment, variables);
  set_events(&job->environment, "UPSTART_STOP_EVENTS", names);
  if ((variables->count || names) && job->state != STARTING) unit_write_environment(job->unit, &job->environment);
  if (job->state == RUNNING || job->state == SPAWNED) enter_stopping(job);
}

void job_start_by_event(struct job *job, const struct strings *variables, const char *names, struct event *event) {
  if (job->starting) return;
  if (event) event_block(event, job);
  begin_start(job, variables, names);
}

void job_stop_by_event(struct job *job, const struct strings *variables, const char *names, struct event *event) {
  if (!job->starting) return;
  event_block(event, job);
  begin_stop(job, variables, names);
}

/* An answer at once. */
static void refuse(struct client *client, const char *message, const char *name) {
  struct text line = {0};
  text_join(&line, message, name, NULL);
  client_say(client, 'e', line.bytes);
  client_end(client, 1);
  text_free(&line);
}

static void answer_later(struct job *job, struct client *client, int wait, const char *failure) {
  if (wait) {
    waiter_add(&job->waiters, client, failure);
    return;
  }
  struct text line = {0};
  job_status(job, &line);
  client_say(client, 'm', line.bytes);
  client_end(client, 0);
  text_free(&line);
}

void job_start(struct job *job, const struct strings *assignments, struct client *client, int wait) {
  if (job->starting) {
    refuse(client, "Job is already running: ", job->name);
    return;
  }
  if (wait) answer_later(job, client, 1, "Job failed to start");
  begin_start(job, assignments, NULL);
  if (!wait) answer_later(job, client, 0, NULL);
}

/* Whether there is something to stop; answers the client if there is not. */
static int is_stoppable(struct job *job, struct client *client) {
  if (job->state == WAITING && !job->starting) refuse(client, "Unknown instance: ", "");
  else if (!job->starting) refuse(client, "Job has already been stopped: ", job->name);
  else return 1;
  return 0;
}

void job_stop(struct job *job, const struct strings *assignments, struct client *client, int wait) {
  if (!is_stoppable(job, client)) return;
  if (wait) answer_later(job, client, 1, "Job failed while stopping");
  begin_stop(job, assignments, NULL);
  if (!wait) answer_later(job, client, 0, NULL);
}

void job_restart(struct job *job, const struct strings *assignments, struct client *client, int wait) {
  if (!is_stoppable(job, client)) return;
  if (wait) answer_later(job, client, 1, "Job failed to restart");
  set_variables(&job->environment, assignments);
  if (assignments->count) unit_write_environment(job->unit, &job->environment);
  if (job->state == RUNNING || job->state == SPAWNED) {
    job->restarting = 1;
    job->failed = 0;
    enter_stopping(job);
  }
  if (!wait) answer_later(job, client, 0, NULL);
}

/* Whether the process has stopped itself with SIGSTOP. */
static int is_stopped(long pid) {
  char path[64], line[512] = "";
  snprintf(path, sizeof path, "/proc/%ld/stat", pid);
  FILE *file = fopen(path, "re");
  if (!file) return 0;
  char *end = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
  fclose(file);
  return end && end[1] == ' ' && end[2] == 'T';
}

/* Logs respawns that were not logged yet, up to this many since the start. */
static void log_respawns(struct job *job, long respawns) {
  /* As systemd does: when the interval is over, the next start is the first of another. */
  if (respawns > job->respawns && now_ms() - job->window_at > job->definition->respawn_interval * SLOWNESS * 1000LL) {
    job->window_at = now_ms();
    job->window_respawns = respawns;
  }
  for (; job->respawns < respawns; job->respawns++) log_line("%s main process ended, respawning", job->name);
}

/*
 * Whether systemd has respawned a service that has failed as often as it may. It does not say so: the service's result
 * stays that of its last process.
 */
static int has_respawned_enough(const struct job *job) {
  const struct definition *definition = job->definition;
  return definition->respawn && definition->respawn_limit && definition->respawn_interval &&
         bus_number(job->unit, "NRestarts") - job->window_respawns >= definition->respawn_limit;
}

static void service_has_ended(struct job *job, int limit_hit) {
  struct bus_process ended = main_process(job);
  if (ended.pid == job->pid || limit_hit) log_end(job, "main", ended);
  else ended = (struct bus_process){0};
  if (limit_hit) {
    log_respawns(job, job->window_respawns + job->definition->respawn_limit);
    log_line("%s respawning too fast, stopped", job->name);
  }
  unwatch(job);
  job->has_service = 0;
  if (job->awaits_stop) {
    fail(job, "main", ended);
    return;
  }
  job->starting = 0;
  if (limit_hit || !is_normal(job, ended)) {
    job->failed = 1;
    text_free(&job->failure);
    text_add_string(&job->failure, limit_hit ? "PROCESS=respawn\n" : "PROCESS=main\n");
    if (ended.code == CLD_EXITED) text_print(&job->failure, "EXIT_STATUS=%ld\n", ended.status);
    else if (ended.code) text_join(&job->failure, "EXIT_SIGNAL=", signal_name((int)ended.status), "\n", NULL);
  }
  enter_stopping(job);
}

/* systemd says that the service is up. */
static void service_is_up(struct job *job) {
  free(job->systemd_job);
  job->systemd_job = NULL;
  if (job->definition->task) {
    /* It has run already. */
    emit(job, "started", 0, NULL);
    job->starting = 0;
    job->has_service = 0;
    enter_stopping(job);
    return;
  }
  long pid = bus_number(job->unit, "MainPID");
  if (!pid && job->definition->processes[MAIN].command) {
    /* One that has ended since was started all the same. */
    pid = job->pid = bus_number(job->unit, "ExecMainPID");
    struct text active = {0};
    bus_text(job->unit, "ActiveState", &active);
    int over = text_is(&active, "inactive") || text_is(&active, "failed");
    text_free(&active);
    if (over) {
      if (job->definition->expect == EXPECT_STOP) job->awaits_stop = 1;
      else emit(job, "started", 0, NULL);
      service_has_ended(job, 0);
      return;
    }
  }
  watch(job, pid);
  if (job->definition->expect == EXPECT_STOP) {
    job->awaits_stop = 1;
    check_after(job, 10);
  } else enter_running(job);
}

/* The main process has ended, and systemd starts it again or has done so. */
static void service_respawns(struct job *job, long pid) {
  if (job->pid) {
    struct bus_process ended = main_process(job);
    if (ended.pid == job->pid) log_end(job, "main", ended);
    log_respawns(job, job->respawns + 1);
    emit(job, "stopping", 1, NULL);
    emit(job, "starting", 0, NULL);
    job->pid = 0;
  }
  log_respawns(job, bus_number(job->unit, "NRestarts"));
  if (!pid) {
    check_again(job);
    return;
  }
  watch(job, pid);
  if (job->definition->expect == EXPECT_STOP) {
    job->awaits_stop = 1;
    check_after(job, 10);
  } else emit(job, "started", 0, NULL);
}

/* Looks at the service of a job that should be running. */
static void check(struct job *job) {
  job->check_at = 0;
  if (job->awaits_stop && is_stopped(job->pid)) {
    kill((pid_t)job->pid, SIGCONT);
    if (job->state == SPAWNED) enter_running(job);
    else emit(job, "started", 0, NULL);
    job->awaits_stop = 0;
    return;
  }
  struct text active = {0};
  bus_text(job->unit, "ActiveState", &active);
  long pid = bus_number(job->unit, "MainPID");
  if (text_is(&active, "inactive") || text_is(&active, "failed"))
    service_has_ended(job, text_is(&active, "failed") && has_respawned_enough(job));
  else if (!text_is(&active, "active") || (pid && pid != job->pid)) {
    /* On the way from one process to the next, or to nothing. */
    if (text_is(&active, "activating") || text_is(&active, "active"))
      service_respawns(job, text_is(&active, "active") ? pid : 0);
    else check_again(job);
  } else if (job->awaits_stop || (pid && job->pid_descriptor >= 0)) {
    struct pollfd over = {.fd = job->pid_descriptor, .events = POLLIN};
    /* systemd may not have noticed yet what we have. */
    if (job->awaits_stop || poll(&over, 1, 0) > 0) check_again(job);
  } else if (pid) watch(job, pid);
  text_free(&active);
}

/* The service could not be started: finds out which process it was. */
static void start_failed(struct job *job) {
  enum process_kind kind = MAIN;
  int forks = definition_forks(job->definition);
  struct bus_process ended = forks ? bus_process(job->unit, "ExecStart") : main_process(job);
  if (!ended.code && job->definition->processes[PRE_START].command) {
    kind = PRE_START;
    ended = bus_process(job->unit, "ExecStartPre");
  } else if (ended.code && !is_spawn_failure(ended) && !job->definition->task && !forks) {
    /* It was started, and has ended before systemd has noticed. */
    if (job->definition->expect == EXPECT_STOP) job->awaits_stop = 1;
    job->pid = ended.pid;
    if (!job->awaits_stop) enter_running(job);
    check(job);
    return;
  }
  const char *process = process_names[kind];
  if (is_spawn_failure(ended))
    log_line("Failed to spawn %s %s process: %s", job->name, process,
             spawn_error(&job->definition->processes[kind], ended.status));
  else log_end(job, process, ended);
  /* systemd would try again, Upstart does not. */
  job->has_service = job->definition->respawn && bus_is_loaded(job->unit) > 0;
  fail(job, process, ended);
}

/* Whether a service runs that we have not started. It is taken for ours. */
static int adopt(struct job *job) {
  if (job->state != WAITING || bus_is_loaded(job->unit) <= 0) return 0;
  struct text active = {0};
  bus_text(job->unit, "ActiveState", &active);
  int runs = text_is(&active, "active") || text_is(&active, "activating");
  text_free(&active);
  if (!runs) return 0;
  job->starting = 1;
  job->has_service = 1;
  job->state = RUNNING;
  job->failed = 0;
  job->respawns = job->window_respawns = bus_number(job->unit, "NRestarts");
  job->window_at = now_ms();
  if (!job->environment.count) job_environment(job->definition, &job->environment);
  condition_reset(job->definition->stop_on);
  watch(job, bus_number(job->unit, "MainPID"));
  return 1;
}

struct job *job_refresh(struct job *job) {
  if (job->state == RUNNING) {
    struct pollfd over = {.fd = job->pid_descriptor, .events = POLLIN};
    if (job->pid_descriptor < 0 || poll(&over, 1, 0) > 0) check(job);
  } else if (!job->gone && adopt(job)) emit(job, "started", 0, NULL);
  /* One whose file is gone goes with its end. */
  events_run();
  return job->gone ? NULL : job;
}

void jobs_find_running(void) {
  for (struct job *job = jobs; job; job = job->next) adopt(job);
}

static void systemd_ended(const char *unit, const char *systemd_job, const char *result) {
  for (struct job *job = jobs; job; job = job->next) {
    if (!job->systemd_job || strcmp(job->systemd_job, systemd_job) || strcmp(job->unit, unit)) continue;
    free(job->systemd_job);
    job->systemd_job = NULL;
    if (job->state == KILLED) enter_waiting(job);
    else if (job->state == SPAWNED && !strcmp(result, "done")) service_is_up(job);
    else if (job->state == SPAWNED) start_failed(job);
    return;
  }
}

/* systemd's connection is lost while it works for us: finds out what has become of it. */
static void find_lost(void) {
  for (struct job *job = jobs, *next; job; job = next) {
    next = job->next;
    if (!job->systemd_job || bus_is_loaded(job->unit) < 0) continue;
    struct text active = {0};
    bus_text(job->unit, "ActiveState", &active);
    int up = text_is(&active, "active"), down = text_is(&active, "inactive") || text_is(&active, "failed");
    /* Nothing is under way to stop it: systemd has forgotten that it should. */
    int lost = job->state == KILLED && !down && !text_is(&active, "deactivating");
    text_free(&active);
    if (lost) begin_kill(job);
    if (lost || (!up && !down)) continue;
    free(job->systemd_job);
    job->systemd_job = NULL;
    if (job->state == KILLED && down) enter_waiting(job);
    else if (job->state == SPAWNED && up) service_is_up(job);
    else if (job->state == SPAWNED && job->definition->task && !job->failed) service_is_up(job);
    else if (job->state == SPAWNED) start_failed(job);
  }
}

size_t jobs_to_poll(struct pollfd *polls, size_t room) {
  size_t count = 0;
  for (struct job *job = jobs; job && count < room; job = job->next)
    /* One that is to be looked at soon is not waited for as well. */
    if (job->pid_descriptor >= 0 && job->state == RUNNING && !job->check_at)
      polls[count++] = (struct pollfd){.fd = job->pid_descriptor, .events = POLLIN};
  return count;
}

int jobs_are_busy(void) {
  for (struct job *job = jobs; job; job = job->next)
    if (job->systemd_job) return 1;
  return 0;
}

int64_t jobs_next_check(void) {
  int64_t first = events_continue_at();
  for (struct job *job = jobs; job; job = job->next)
    if (job->check_at && (!first || job->check_at < first)) first = job->check_at;
  if (bus_is_pending()) return now_ms();
  if (jobs_are_busy() && bus_descriptor() < 0) {
    int64_t soon = now_ms() + 200;
    return first && first < soon ? first : soon;
  }
  return first;
}

void jobs_continue(void) {
  if (jobs_are_busy() && bus_descriptor() < 0) find_lost();
  bus_continue(systemd_ended);
  events_run();
  for (struct job *job = jobs, *next; job; job = next) {
    next = job->next;
    struct pollfd over = {.fd = job->pid_descriptor, .events = POLLIN};
    if (job->state == RUNNING && job->pid_descriptor >= 0 && !job->check_at && poll(&over, 1, 0) > 0)
      /* systemd is told of it at the same time. */
      check_after(job, 20);
    else if (job->check_at && job->check_at <= now_ms()) {
      if (job->state == KILLED) begin_kill(job);
      else check(job);
    }
  }
  events_run();
  /* With a connection open, systemd would tell us of everything that it does. */
  if (!jobs_are_busy() && !bus_is_pending()) bus_close();
  while (gone) {
    struct job *job = gone;
    gone = job->next_gone;
    free_job(job);
  }
}

void jobs_forget_client(const struct client *client) {
  for (struct job *job = jobs; job; job = job->next)
    for (struct waiter **at = &job->waiters; *at;) {
      struct waiter *waiter = *at;
      if (waiter->client == client) {
        *at = waiter->next;
        free(waiter);
      } else at = &waiter->next;
    }
}

/* Of the service's step: the name that Upstart has for it, and which process is at work. */
static const struct {
  const char *step, *state, *process;
} steps[] = {
    {"start-pre", "pre-start", "pre-start"}, {"condition", "pre-start", NULL},
    {"start", "spawned", NULL},              {"start-post", "post-start", "post-start"},
    {"stop", "pre-stop", "pre-stop"},        {"stop-post", "post-stop", "post-stop"},
    {"final-sigterm", "post-stop", NULL},    {"final-sigkill", "post-stop", NULL},
};

/* The state of a job whose service is on its way. */
static void add_step(const struct job *job, struct text *line) {
  struct text step = {0};
  bus_text(job->unit, "SubState", &step);
  long main = bus_number(job->unit, "MainPID"), control = bus_number(job->unit, "ControlPID");
  const char *state = job->state == SPAWNED ? "spawned" : "killed", *process = NULL;
  for (size_t at = 0; at < sizeof steps / sizeof *steps; at++)
    if (text_is(&step, steps[at].step)) {
      state = steps[at].state;
      process = steps[at].process;
    }
  /* A task runs while its service starts. */
  if (job->definition->task && text_is(&step, "start") && job->state == SPAWNED) state = "running";
  text_join(line, "/", state, NULL);
  /* pre-start and post-stop stand alone; the other two run beside the main process. */
  if (process && control && (!main || !strcmp(process, "pre-start") || !strcmp(process, "post-stop")))
    text_print(line, ", process %ld", control);
  else {
    /* Before it is a daemon, it is what systemd waits for. */
    if (main || (control && !process)) text_print(line, ", process %ld", main ? main : control);
    if (process && control) text_print(line, "\n\t%s process %ld", process, control);
  }
  text_free(&step);
}

void job_status(struct job *job, struct text *line) {
  static const char *const names[] = {"waiting", "starting", "spawned", "running", "stopping", "killed"};
  text_join(line, job->name, job->starting ? " start" : " stop", NULL);
  if ((job->state == SPAWNED && !job->awaits_stop) || job->state == KILLED) add_step(job, line);
  else {
    text_join(line, "/", names[job->state], NULL);
    if (job->pid && job->state != WAITING) text_print(line, ", process %ld", job->pid);
  }
}
