#include "requests.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events.h"
#include "folder.h"
#include "log.h"

static void refuse(struct client *client, const char *message, const char *what) {
  struct text line = {0};
  text_join(&line, message, what, NULL);
  client_say(client, 'e', line.bytes);
  client_end(client, 1);
  text_free(&line);
}

/* The words with which the command of the client was called, each with a blank after it. */
static void add_command_line(pid_t pid, struct text *line) {
  char path[64], words[1024];
  snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = file < 0 ? 0 : read(file, words, sizeof words);
  if (file >= 0) close(file);
  for (ssize_t at = 0; at < got; at++)
    text_add(line, !words[at] ? " " : isprint((unsigned char)words[at]) && words[at] != '"' ? &words[at] : "?", 1);
}

int is_root(struct peer peer) {
#ifdef UPSTART_COMPAT_TEST
  const char *pretended = getenv("UPSTART_COMPAT_OWNER");
  return peer.user == (pretended ? (uid_t)atoi(pretended) : getuid());
#else
  return peer.user == 0;
#endif
}

/*
 * Whether the client is root. Others are told what D-Bus, over which Upstart was asked, said to them: people who look
 * for the meaning of that sentence find it.
 */
static int may_change(struct client *client, struct peer peer, const char *interface, const char *member) {
  static unsigned sender;
  if (is_root(peer)) return 1;
  struct text line = {0};
  text_print(&line, "Rejected send message, 1 matched rules; type=\"method_call\", sender=\":1.%u\"", ++sender);
  text_print(&line, " (uid=%ld pid=%ld comm=\"", (long)peer.user, (long)peer.pid);
  add_command_line(peer.pid, &line);
  text_join(&line, "\") interface=\"", interface, "\" member=\"", member,
            "\" error name=\"(unset)\" requested_reply=\"0\" destination=\"com.ubuntu.Upstart\""
            " (uid=0 pid=1 comm=\"/sbin/init\")",
            NULL);
  refuse(client, line.bytes, "");
  text_free(&line);
  return 0;
}

/* The job that the command is about, as it is now; answers the client when there is none. */
static struct job *find(const char *name, struct client *client) {
  struct job *job = job_find(name);
  if (job) job = job_refresh(job);
  if (!job) refuse(client, "Unknown job: ", name);
  return job;
}

/* The words from `first` on, which must be variables; answers the client if they are not. */
static int take_variables(const struct strings *words, size_t first, struct strings *variables, struct client *client) {
  for (size_t at = first; at < words->count; at++) {
    const char *equals = strchr(words->items[at], '=');
    if (!equals || equals == words->items[at]) {
      refuse(client, "Env must be KEY=VALUE pairs", "");
      return -1;
    }
    variables_set(variables, words->items[at]);
  }
  return 0;
}

/* start, stop, restart: `wait` or `no-wait`, the job, variables. */
static void change_job(const struct strings *words, struct client *client, struct peer peer) {
  static const struct {
    const char *name, *member;
    void (*run)(struct job *, const struct strings *, struct client *, int);
  } changes[] = {{"start", "Start", job_start}, {"stop", "Stop", job_stop}, {"restart", "Restart", job_restart}};
  struct job *job = find(words->items[2], client);
  if (!job) return;
  for (size_t at = 0; at < sizeof changes / sizeof *changes; at++) {
    if (strcmp(changes[at].name, words->items[0])) continue;
    struct strings variables = {0};
    if (may_change(client, peer, "com.ubuntu.Upstart0_6.Job", changes[at].member) &&
        !take_variables(words, 3, &variables, client))
      changes[at].run(job, &variables, client, !strcmp(words->items[1], "wait"));
    strings_free(&variables);
  }
}

static void say_status(struct job *job, struct client *client) {
  struct text line = {0};
  job_status(job, &line);
  client_say(client, 'm', line.bytes);
  text_free(&line);
}

static void list(struct client *client) {
  for (struct job *job = jobs, *next; job; job = next) {
    next = job->next;
    job = job_refresh(job);
    if (job) say_status(job, client);
  }
  client_end(client, 0);
}

static void reload(const char *name, struct client *client) {
  struct job *job = find(name, client);
  if (!job) return;
  if (job->state == WAITING) {
    refuse(client, "Unknown instance: ", "");
    return;
  }
  if (!job->pid) {
    refuse(client, "Not running", "");
    return;
  }
  struct text pid = {0};
  text_print(&pid, "%ld", job->pid);
  client_say(client, 'p', pid.bytes);
  client_end(client, 0);
  text_free(&pid);
}

static void usage(const char *name, struct client *client) {
  struct job *job = find(name, client);
  if (!job) return;
  struct text line = {0};
  text_join(&line, "Usage: ", job->definition->usage ? job->definition->usage : "", NULL);
  client_say(client, 'm', line.bytes);
  client_end(client, 0);
  text_free(&line);
}

static void show_condition(const char *label, const struct condition *condition, struct client *client) {
  if (!condition) return;
  struct text line = {0};
  text_add_string(&line, label);
  condition_print(condition, &line);
  client_say(client, 'm', line.bytes);
  text_free(&line);
}

/* `name` may be NULL: all jobs. */
static void show_config(const char *name, struct client *client) {
  if (name && !find(name, client)) return;
  for (struct job *job = jobs; job; job = job->next) {
    if (name && strcmp(job->name, name)) continue;
    client_say(client, 'm', job->name);
    for (size_t at = 0; at < job->definition->emits.count; at++) {
      struct text line = {0};
      text_join(&line, "  emits ", job->definition->emits.items[at], NULL);
      client_say(client, 'm', line.bytes);
      text_free(&line);
    }
    show_condition("  start on ", job->definition->start_on, client);
    show_condition("  stop on ", job->definition->stop_on, client);
  }
  client_end(client, 0);
}

/* `priority` may be NULL: says which it is. */
static void change_log_priority(const char *priority, struct client *client, struct peer peer) {
  if (!priority) client_say(client, 'm', log_priority());
  else if (!may_change(client, peer, "org.freedesktop.DBus.Properties", "Set")) return;
  else if (log_set_priority(priority)) {
    refuse(client, "Invalid log priority", "");
    return;
  }
  client_end(client, 0);
}

/* `wait` or `no-wait`, the event, variables. */
static void emit(const struct strings *words, struct client *client, struct peer peer) {
  struct strings variables = {0};
  int wait = !strcmp(words->items[1], "wait");
  if (may_change(client, peer, "com.ubuntu.Upstart0_6", "EmitEvent") && !take_variables(words, 3, &variables, client)) {
    event_emit(words->items[2], &variables, NULL, wait ? client : NULL);
    if (!wait) client_end(client, 0);
  }
  strings_free(&variables);
}

void answer_request(const struct strings *words, struct client *client, struct peer peer) {
  const char *verb = words->count ? words->items[0] : "";
  /* What was written before the command counts. */
  folder_scan();
  if (words->count >= 3 && (!strcmp(verb, "start") || !strcmp(verb, "stop") || !strcmp(verb, "restart")))
    change_job(words, client, peer);
  else if (words->count >= 3 && !strcmp(verb, "emit")) emit(words, client, peer);
  else if (words->count == 2 && !strcmp(verb, "status")) {
    struct job *job = find(words->items[1], client);
    if (!job) return;
    say_status(job, client);
    client_end(client, 0);
  } else if (words->count == 1 && !strcmp(verb, "list")) list(client);
  else if (words->count == 2 && !strcmp(verb, "reload")) reload(words->items[1], client);
  else if (words->count == 2 && !strcmp(verb, "usage")) usage(words->items[1], client);
  else if (words->count && !strcmp(verb, "show-config")) show_config(words->count > 1 ? words->items[1] : NULL, client);
  else if (words->count && !strcmp(verb, "log-priority"))
    change_log_priority(words->count > 1 ? words->items[1] : NULL, client, peer);
  else if (words->count == 1 && !strcmp(verb, "reload-configuration")) {
    if (may_change(client, peer, "com.ubuntu.Upstart0_6", "ReloadConfiguration")) client_end(client, 0);
  } else if (words->count == 1 && !strcmp(verb, "ping")) client_end(client, 0);
  else refuse(client, "The request is not understood", "");
}
