#include "check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "definition.h"
#include "events.h"
#include "paths.h"

static void print_mistake(FILE *file, const char *path, const struct mistake *mistake) {
  if (mistake->line) fprintf(file, "%s:%zu: %s\n", path, mistake->line, mistake->error);
  else fprintf(file, "%s: %s\n", path, mistake->error);
}

static int refuse(const char *what, const char *file, const char *why) {
  fprintf(stderr, "ERROR: %s%s%s\n", what, file, why);
  return 1;
}

int check_file(const char *program, char **arguments) {
  const char *file = NULL;
  for (int at = 1; arguments[at]; at++) {
    if (!strcmp(arguments[at], "-h") || !strcmp(arguments[at], "--help")) {
      printf("Usage: %s [-f] FILE\nDetermine whether an Upstart job file is valid.\n", program);
      return 0;
    }
    if (strcmp(arguments[at], "-f")) file = arguments[at];
  }
  if (!file) return refuse("must specify configuration file", "", "");
  struct stat facts;
  if (stat(real_path(file), &facts) || !S_ISREG(facts.st_mode)) return refuse("file ", file, " does not exist");
  size_t length = strlen(file);
  if (length < 6 || strcmp(file + length - 5, ".conf")) return refuse("file must end in .conf", "", "");
  struct mistake mistake;
  char *wrong = NULL;
  struct definition *definition = definition_load(file, &mistake, &wrong);
  if (definition) {
    printf("File %s: syntax ok\n", file);
    definition_free(definition);
    return 0;
  }
  refuse("File ", file, ": syntax invalid:");
  print_mistake(stderr, wrong, &mistake);
  free(wrong);
  return 1;
}

/* All jobs of /etc/init. */
struct loaded {
  struct loaded *next;
  char *path;
  struct definition *definition; /* NULL: there is a mistake */
  struct mistake mistake;
  char *wrong;
};

static struct loaded *load_all(void) {
  struct loaded *all = NULL;
  struct dirent **entries;
  int count = scandir(real_path(JOB_DIRECTORY), &entries, NULL, alphasort);
  /* From the end, so that the list is in order. */
  for (int at = count - 1; at >= 0; at--) {
    char *name = job_name(entries[at]->d_name, ".conf");
    if (name) {
      struct text path = {0};
      text_join(&path, JOB_DIRECTORY "/", entries[at]->d_name, NULL);
      struct loaded *loaded = must_allocate(sizeof *loaded);
      *loaded = (struct loaded){.next = all, .path = path.bytes};
      loaded->definition = definition_load(path.bytes, &loaded->mistake, &loaded->wrong);
      all = loaded;
    }
    free(name);
    free(entries[at]);
  }
  if (count >= 0) free(entries);
  return all;
}

static void free_all(struct loaded *all) {
  while (all) {
    struct loaded *next = all->next;
    definition_free(all->definition);
    free(all->path);
    free(all->wrong);
    free(all);
    all = next;
  }
}

static const struct definition *find(const struct loaded *all, const char *name) {
  for (; all; all = all->next)
    if (all->definition && !strcmp(all->definition->name, name)) return all->definition;
  return NULL;
}

/* What upstart-compat emits itself, besides the events of jobs. */
static const char *const own_events[] = {"startup",   "virtual-filesystems", "local-filesystems",
                                         "all-swaps", "remote-filesystems",  "filesystem",
                                         "runlevel",  "net-device-up",       "static-network-up",
                                         "mounted"};

static const char *const about_jobs[] = {"starting", "started", "stopping", "stopped"};

/* Whether the event is one of those that every job has. */
static int is_about_jobs(const char *event) {
  for (size_t at = 0; at < sizeof about_jobs / sizeof *about_jobs; at++)
    if (!strcmp(about_jobs[at], event)) return 1;
  return 0;
}

/* How strictly conditions are looked at. */
struct strictness {
  int warn;            /* whatever is unknown is wrong */
  const char *ignored; /* events that are taken for known, with commas between them, or NULL */
};

static int is_ignored(const struct strictness *strictness, const char *event) {
  size_t length = strlen(event);
  for (const char *at = strictness->ignored; at && *at; at += *at == ',') {
    size_t name = strcspn(at, ",");
    if (name == length && !strncmp(at, event, length)) return 1;
    at += name;
  }
  return 0;
}

static int is_known_event(const struct loaded *all, const char *event) {
  for (size_t at = 0; at < sizeof own_events / sizeof *own_events; at++)
    if (!strcmp(own_events[at], event)) return 1;
  for (; all; all = all->next)
    if (all->definition && strings_have(&all->definition->emits, event)) return 1;
  return 0;
}

/* The job that an event of a condition is about, NULL when it is about none, or about any. */
static const char *job_of(const struct condition *event) {
  if (!is_about_jobs(event->name) || !event->matches.count) return NULL;
  const char *pattern = event->matches.items[0];
  if (!strncmp(pattern, "JOB=", 4)) pattern += 4;
  /* The scripts of run levels are no job here, but their end is announced at boot. */
  if (strpbrk(pattern, "$*?[=") || !strcmp(pattern, "rc")) return NULL;
  for (const char *const *name = system_jobs; *name; name++)
    if (!strcmp(event->name, "started") && !strcmp(*name, pattern)) return NULL;
  return pattern;
}

/* Whether the condition can become true. Adds what is unknown in it to `unknown`. */
static int can_be_true(const struct loaded *all, const struct condition *condition,
                       const struct strictness *strictness, const char *label, struct text *unknown) {
  if (condition->kind != CONDITION_EVENT) {
    int left = can_be_true(all, condition->left, strictness, label, unknown);
    int right = can_be_true(all, condition->right, strictness, label, unknown);
    return condition->kind == CONDITION_AND ? left && right : left || right;
  }
  const char *job = job_of(condition);
  if (is_ignored(strictness, condition->name)) return 1;
  if (job ? find(all, job) != NULL : is_about_jobs(condition->name) || is_known_event(all, condition->name)) return 1;
  text_join(unknown, "  ", label, job ? ": unknown job " : ": unknown event ", job ? job : condition->name, "\n", NULL);
  return 0;
}

static int check_condition(const struct loaded *all, const struct condition *condition,
                           const struct strictness *strictness, const char *label, const char *job, int *named) {
  struct text unknown = {0};
  int bad = condition && !can_be_true(all, condition, strictness, label, &unknown);
  if (strictness->warn) bad = unknown.length > 0;
  if (bad) {
    if (!*named) printf("%s\n", job);
    *named = 1;
    printf("%s", unknown.bytes);
  }
  text_free(&unknown);
  return bad;
}

int check_config(const char *program, const char *job, int warn, const char *ignored) {
  const struct strictness strictness = {warn, ignored};
  struct loaded *all = load_all();
  int bad = 0, found = 0;
  for (const struct loaded *one = all; one; one = one->next) {
    char *name = job_name(strrchr(one->path, '/') + 1, ".conf");
    if (!job || !strcmp(job, name)) {
      int named = 0;
      found = 1;
      if (!one->definition) {
        print_mistake(stdout, one->wrong, &one->mistake);
        bad = 1;
      } else {
        bad |= check_condition(all, one->definition->start_on, &strictness, "start on", name, &named);
        bad |= check_condition(all, one->definition->stop_on, &strictness, "stop on", name, &named);
      }
    }
    free(name);
  }
  free_all(all);
  if (job && !found) {
    fprintf(stderr, "%s: Invalid job class: %s\n", program, job);
    return 1;
  }
  return bad;
}
