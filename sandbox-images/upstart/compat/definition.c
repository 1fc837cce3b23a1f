#include "definition.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "paths.h"

/* A larger file is no job: those of whole systems have less than 10 KiB. */
#define MOST_BYTES (64 * 1024)

const char *const process_names[PROCESSES] = {"main", "pre-start", "post-start", "pre-stop", "post-stop"};

const char *const limit_names[LIMITS] = {"as",     "core", "cpu",    "data",  "fsize", "memlock", "msgqueue",
                                         "nice", "nofile", "nproc", "rss",   "rtprio",  "sigpending", "stack"};

struct definition *definition_new(const char *name, const char *path) {
  struct definition *definition = must_allocate(sizeof *definition);
  *definition = (struct definition){
      .name = copy_string(name),
      .path = copy_string(path),
      .kill_timeout = 5,
      .kill_signal = SIGTERM,
      .respawn_limit = 10,
      .respawn_interval = 5,
      .umask = 022,
      .readable = 0644,
  };
  return definition;
}

void definition_free(struct definition *definition) {
  if (!definition) return;
  char *texts[] = {definition->name,    definition->path,  definition->description, definition->author,
                   definition->version, definition->usage, definition->chdir,       definition->setuid,
                   definition->setgid};
  for (size_t at = 0; at < sizeof texts / sizeof *texts; at++) free(texts[at]);
  for (int kind = 0; kind < PROCESSES; kind++) free(definition->processes[kind].command);
  for (int at = 0; at < LIMITS; at++) {
    free(definition->limits[at].soft);
    free(definition->limits[at].hard);
  }
  strings_free(&definition->emits);
  strings_free(&definition->environment);
  strings_free(&definition->exports);
  strings_free(&definition->normal_exits);
  condition_free(definition->start_on);
  condition_free(definition->stop_on);
  free(definition);
}

int definition_forks(const struct definition *definition) {
  return definition->processes[MAIN].command && !definition->task &&
         (definition->expect == EXPECT_FORK || definition->expect == EXPECT_DAEMON);
}

char *job_name(const char *file, const char *ending) {
  size_t length = strlen(file), end = strlen(ending);
  if (length <= end || *file == '.' || strcmp(file + length - end, ending)) return NULL;
  char *name = copy_string(file);
  name[length - end] = '\0';
  return name;
}

/* Reads a file. Returns -1 with the mistake; a file that is not there is -2. */
static int read_file(const char *path, struct text *content, unsigned *mode, struct mistake *mistake) {
  *mistake = (struct mistake){0};
  int file = open(real_path(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat facts;
  if (file < 0) {
    mistake->error = strerror(errno);
    return errno == ENOENT ? -2 : -1;
  }
  if (fstat(file, &facts) || !S_ISREG(facts.st_mode)) {
    close(file);
    mistake->error = "Not a regular file";
    return -1;
  }
  *mode &= facts.st_mode;
  text_add(content, "", 0);
  char part[4096];
  ssize_t got;
  while ((got = read(file, part, sizeof part)) > 0 && content->length <= MOST_BYTES)
    text_add(content, part, (size_t)got);
  if (got < 0) mistake->error = strerror(errno);
  else if (content->length > MOST_BYTES) mistake->error = "The file is larger than 64 KiB";
  close(file);
  return mistake->error ? -1 : 0;
}

struct definition *definition_load(const char *path, struct mistake *mistake, char **wrong) {
  const char *file = strrchr(path, '/');
  char *name = job_name(file ? file + 1 : path, ".conf");
  if (!name) {
    *mistake = (struct mistake){.error = "The name of a job file ends in .conf"};
    *wrong = copy_string(path);
    return NULL;
  }
  struct definition *definition = definition_new(name, path);
  free(name);
  struct text override = {0}, content = {0};
  text_add(&override, path, strlen(path) - strlen(".conf"));
  text_add_string(&override, ".override");

  const char *bad = NULL;
  if (read_file(path, &content, &definition->readable, mistake) ||
      definition_read(definition, content.bytes, content.length, mistake))
    bad = path;
  text_free(&content);
  if (!bad) {
    int got = read_file(override.bytes, &content, &definition->readable, mistake);
    if (got == -1 || (!got && definition_read(definition, content.bytes, content.length, mistake)))
      bad = override.bytes;
    text_free(&content);
  }
  if (bad) {
    *wrong = copy_string(bad);
    definition_free(definition);
    definition = NULL;
  }
  text_free(&override);
  return definition;
}
