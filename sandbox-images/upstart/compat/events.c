#include "events.h"

#include <stdlib.h>
#include <string.h>

#include "bus.h"

/*
 * Jobs can start each other without end, and without any process. After so many events the rest waits for a while, so
 * that everything else has its turn.
 */
#define MOST_AT_ONCE 100
#define PAUSE_MS 1000

struct event {
  struct event *next;
  char *name;
  struct strings variables;
  int told;     /* the jobs know of it */
  int blockers; /* jobs that it waits for */
  int failed;   /* one of them has failed */
  struct job *holder;
  struct waiter *waiters;
};

const char *const system_jobs[] = {"mountall", "udev", "networking", "dbus", "rsyslog", NULL};

static struct event *queue;
static int running;
static int64_t continue_at;

void event_emit(const char *name, const struct strings *variables, struct job *holder, struct client *client) {
  struct event *event = must_allocate(sizeof *event);
  *event = (struct event){.name = copy_string(name), .holder = holder};
  for (size_t at = 0; at < variables->count; at++) strings_add(&event->variables, variables->items[at]);
  if (client) waiter_add(&event->waiters, client, "Event failed");
  struct event **end = &queue;
  while (*end) end = &(*end)->next;
  *end = event;
}

void event_block(struct event *event, struct job *job) {
  struct blocked *blocked = must_allocate(sizeof *blocked);
  *blocked = (struct blocked){job->blocked, event};
  job->blocked = blocked;
  event->blockers++;
}

void events_unblock(struct job *job, int failed) {
  while (job->blocked) {
    struct blocked *blocked = job->blocked;
    job->blocked = blocked->next;
    blocked->event->blockers--;
    blocked->event->failed |= failed;
    free(blocked);
  }
}

/* What the event has made true of one of the job's conditions. */
static int become_true(struct condition *condition, const struct event *event, const struct strings *environment,
                       struct strings *variables, struct text *names) {
  const struct event_facts facts = {event->name, &event->variables};
  if (!condition_tell(condition, &facts, environment)) return 0;
  text_add(names, "", 0);
  condition_collect(condition, variables, names);
  condition_reset(condition);
  return 1;
}

static void tell_job(struct job *job, struct event *event) {
  struct definition *definition = job->definition;
  struct strings variables = {0};
  struct text names = {0};
  if (job->state != WAITING && job->starting &&
      become_true(definition->stop_on, event, &job->environment, &variables, &names))
    job_stop_by_event(job, &variables, names.bytes, event);
  strings_free(&variables);
  text_free(&names);
  /* What is to start is what the file says now. */
  if (job->replaced) definition = job->successor;
  if (definition && become_true(definition->start_on, event, &definition->environment, &variables, &names))
    job_start_by_event(job, &variables, names.bytes, event);
  strings_free(&variables);
  text_free(&names);
}

static void tell_jobs(struct event *event) {
  event->told = 1;
  /* Held up by ourselves, so that it does not end before all jobs know. */
  event->blockers++;
  for (struct job *job = jobs, *next; job; job = next) {
    next = job->next;
    if (!job->gone) tell_job(job, event);
  }
  event->blockers--;
}

static void end_event(struct event *event) {
  while (event->waiters) {
    struct waiter *waiter = event->waiters;
    event->waiters = waiter->next;
    if (event->failed) client_say(waiter->client, 'e', waiter->failure);
    client_end(waiter->client, event->failed);
    free(waiter);
  }
  struct job *holder = event->holder;
  free(event->name);
  strings_free(&event->variables);
  free(event);
  if (holder) job_proceed(holder);
}

/* Takes the first event that fits out of the queue. */
static struct event *take_finished(void) {
  for (struct event **at = &queue; *at; at = &(*at)->next)
    if ((*at)->told && !(*at)->blockers) {
      struct event *event = *at;
      *at = event->next;
      return event;
    }
  return NULL;
}

static struct event *first_untold(void) {
  struct event *event = queue;
  while (event && event->told) event = event->next;
  return event;
}

void events_run(void) {
  /* What an event does to a job may emit another; that one waits in the queue for its turn. */
  if (running || now_ms() < continue_at) return;
  running = 1;
  continue_at = 0;
  for (int told = 0;;) {
    struct event *event = first_untold();
    if (event && told++ == MOST_AT_ONCE) {
      continue_at = now_ms() + PAUSE_MS;
      break;
    }
    if (event) {
      tell_jobs(event);
      continue;
    }
    event = take_finished();
    if (!event) break;
    end_event(event);
  }
  running = 0;
}

int64_t events_continue_at(void) { return continue_at; }

void events_forget_job(const struct job *job) {
  for (struct event *event = queue; event; event = event->next)
    if (event->holder == job) event->holder = NULL;
}

void events_forget_client(const struct client *client) {
  for (struct event *event = queue; event; event = event->next)
    for (struct waiter **at = &event->waiters; *at;) {
      struct waiter *waiter = *at;
      if (waiter->client == client) {
        *at = waiter->next;
        free(waiter);
      } else at = &waiter->next;
    }
}
