/* The stanzas of a job file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "definition.h"
#include "signals.h"

#define ILLEGAL_INTERVAL "Illegal interval, expected number of seconds"
#define ILLEGAL_SIGNAL "Illegal signal status, expected integer"
#define ILLEGAL_LIMIT "Illegal limit, expected 'unlimited' or integer"
#define UNKNOWN_STANZA "Unknown stanza"

typedef int stanza(struct definition *definition, struct reader *reader);

/* Takes a word in place of `text`'s, and the end of the line. */
static int set_text(char **text, struct reader *reader) {
  char *word = reader_argument(reader);
  if (!word) return -1;
  free(*text);
  *text = word;
  return reader_end_line(reader);
}

static int add_words(struct strings *list, struct reader *reader) {
  do {
    char *word = reader_argument(reader);
    if (!word) return -1;
    strings_add(list, word);
    free(word);
  } while (reader_has_word(reader));
  return reader_end_line(reader);
}

/* Takes a whole number. Returns 0, or -1 with `error`. */
static int read_number(struct reader *reader, long least, long most, int base, const char *error, long *number) {
  char *word = reader_argument(reader);
  if (!word) return -1;
  char *end;
  errno = 0;
  *number = strtol(word, &end, base);
  int bad = errno || *end || *number < least || *number > most;
  free(word);
  return bad ? reader_fail(reader, error) : 0;
}

/* Takes a word that must be `expected`, the second word of a stanza's name. */
static int read_keyword(struct reader *reader, const char *expected) {
  char *word = reader_word(reader, WORD_ENDS, 0);
  if (!word) return -1;
  int same = !strcmp(word, expected);
  free(word);
  return same ? 0 : reader_fail(reader, UNKNOWN_STANZA);
}

static int read_condition(struct condition **condition, struct reader *reader) {
  if (read_keyword(reader, "on")) return -1;
  struct condition *read = condition_read(reader);
  if (!read) return -1;
  condition_free(*condition);
  *condition = read;
  return 0;
}

static int set_process(struct process *process, char *command, int script) {
  if (!command) return -1;
  free(process->command);
  process->command = command;
  process->script = script;
  return 0;
}

static int read_exec(struct process *process, struct reader *reader) {
  if (!reader_has_word(reader)) return reader_fail(reader, "Expected token");
  return set_process(process, reader_command(reader), 0);
}

static int read_script(struct process *process, struct reader *reader) {
  if (reader_end_line(reader)) return -1;
  return set_process(process, reader_block(reader, "script"), 1);
}

/* `pre-start exec …` or `pre-start script`. */
static int read_process(struct process *process, struct reader *reader) {
  char *word = reader_word(reader, WORD_ENDS, 0);
  if (!word) return -1;
  int exec = !strcmp(word, "exec"), script = !strcmp(word, "script");
  free(word);
  if (exec) return read_exec(process, reader);
  if (script) return read_script(process, reader);
  return reader_fail(reader, UNKNOWN_STANZA);
}

static int read_description(struct definition *job, struct reader *reader) {
  return set_text(&job->description, reader);
}
static int read_author(struct definition *job, struct reader *reader) { return set_text(&job->author, reader); }
static int read_version(struct definition *job, struct reader *reader) { return set_text(&job->version, reader); }
static int read_usage(struct definition *job, struct reader *reader) { return set_text(&job->usage, reader); }
static int read_chdir(struct definition *job, struct reader *reader) { return set_text(&job->chdir, reader); }
static int read_setuid(struct definition *job, struct reader *reader) { return set_text(&job->setuid, reader); }
static int read_setgid(struct definition *job, struct reader *reader) { return set_text(&job->setgid, reader); }
static int read_emits(struct definition *job, struct reader *reader) { return add_words(&job->emits, reader); }
static int read_export(struct definition *job, struct reader *reader) { return add_words(&job->exports, reader); }
static int read_start(struct definition *job, struct reader *reader) { return read_condition(&job->start_on, reader); }
static int read_stop(struct definition *job, struct reader *reader) { return read_condition(&job->stop_on, reader); }
static int read_main_exec(struct definition *job, struct reader *reader) {
  return read_exec(&job->processes[MAIN], reader);
}
static int read_main_script(struct definition *job, struct reader *reader) {
  return read_script(&job->processes[MAIN], reader);
}
static int read_pre_start(struct definition *job, struct reader *reader) {
  return read_process(&job->processes[PRE_START], reader);
}
static int read_post_start(struct definition *job, struct reader *reader) {
  return read_process(&job->processes[POST_START], reader);
}
static int read_pre_stop(struct definition *job, struct reader *reader) {
  return read_process(&job->processes[PRE_STOP], reader);
}
static int read_post_stop(struct definition *job, struct reader *reader) {
  return read_process(&job->processes[POST_STOP], reader);
}

static int read_env(struct definition *job, struct reader *reader) {
  char *assignment = reader_argument(reader);
  if (!assignment) return -1;
  variables_set(&job->environment, assignment);
  free(assignment);
  return reader_end_line(reader);
}

static int read_manual(struct definition *job, struct reader *reader) {
  condition_free(job->start_on);
  job->start_on = NULL;
  return reader_end_line(reader);
}

static int read_task(struct definition *job, struct reader *reader) {
  job->task = 1;
  return reader_end_line(reader);
}

static int read_expect(struct definition *job, struct reader *reader) {
  static const char *const names[] = {"none", "stop", "fork", "daemon"};
  char *word = reader_argument(reader);
  if (!word) return -1;
  int found = -1;
  for (int at = EXPECT_NONE; at <= EXPECT_DAEMON; at++)
    if (!strcmp(word, names[at])) found = at;
  free(word);
  if (found < 0) return reader_fail(reader, UNKNOWN_STANZA);
  job->expect = (enum expectation)found;
  return reader_end_line(reader);
}

static int read_console(struct definition *job, struct reader *reader) {
  static const char *const names[] = {"log", "none", "output", "owner"};
  char *word = reader_argument(reader);
  if (!word) return -1;
  int found = -1;
  for (int at = CONSOLE_LOG; at <= CONSOLE_OWNER; at++)
    if (!strcmp(word, names[at])) found = at;
  free(word);
  if (found < 0) return reader_fail(reader, UNKNOWN_STANZA);
  job->console = (enum console)found;
  return reader_end_line(reader);
}

/* `kill timeout SECONDS`, `kill signal NAME`. */
static int read_kill(struct definition *job, struct reader *reader) {
  char *word = reader_word(reader, WORD_ENDS, 0);
  if (!word) return -1;
  int timeout = !strcmp(word, "timeout"), signal = !strcmp(word, "signal");
  free(word);
  if (timeout) {
    long seconds;
    if (read_number(reader, 0, 1000000, 10, ILLEGAL_INTERVAL, &seconds)) return -1;
    job->kill_timeout = (int)seconds;
    return reader_end_line(reader);
  }
  if (!signal) return reader_fail(reader, UNKNOWN_STANZA);
  struct reader before = *reader;
  char *name = reader_argument(reader);
  if (!name) return -1;
  long number = signal_number(name);
  free(name);
  if (number < 0) {
    *reader = before;
    if (read_number(reader, 1, 64, 10, ILLEGAL_SIGNAL, &number)) return -1;
  }
  job->kill_signal = (int)number;
  return reader_end_line(reader);
}

/* `respawn`, `respawn limit COUNT INTERVAL`, `respawn limit unlimited`. */
static int read_respawn(struct definition *job, struct reader *reader) {
  if (!reader_has_word(reader)) {
    job->respawn = 1;
    return reader_end_line(reader);
  }
  if (read_keyword(reader, "limit")) return -1;
  struct reader before = *reader;
  char *word = reader_argument(reader);
  if (!word) return -1;
  int unlimited = !strcmp(word, "unlimited");
  free(word);
  long limit = 0, interval = 0;
  if (!unlimited) {
    *reader = before;
    if (read_number(reader, 0, 1000000, 10, ILLEGAL_LIMIT, &limit)) return -1;
    if (read_number(reader, 0, 1000000, 10, ILLEGAL_INTERVAL, &interval)) return -1;
  }
  job->respawn_limit = (int)limit;
  job->respawn_interval = (int)interval;
  return reader_end_line(reader);
}

/* `normal exit STATUS|SIGNAL…` */
static int read_normal(struct definition *job, struct reader *reader) {
  if (read_keyword(reader, "exit")) return -1;
  do {
    struct reader before = *reader;
    char *word = reader_argument(reader);
    if (!word) return -1;
    struct text entry = {0};
    if (signal_number(word) > 0) text_join(&entry, "SIG", word + (strncmp(word, "SIG", 3) ? 0 : 3), NULL);
    free(word);
    if (!entry.length) {
      long status;
      *reader = before;
      if (read_number(reader, 0, 255, 10, "Illegal exit status, expected integer", &status)) return -1;
      text_print(&entry, "%ld", status);
    }
    strings_add(&job->normal_exits, entry.bytes);
    text_free(&entry);
  } while (reader_has_word(reader));
  return reader_end_line(reader);
}

static int read_umask(struct definition *job, struct reader *reader) {
  long mask;
  if (read_number(reader, 0, 0777, 8, "Illegal file creation mask, expected octal integer", &mask)) return -1;
  job->umask = (unsigned)mask;
  return reader_end_line(reader);
}

static int read_nice(struct definition *job, struct reader *reader) {
  long nice;
  if (read_number(reader, -20, 19, 10, "Illegal nice value, expected -20 to 19", &nice)) return -1;
  job->nice = (int)nice;
  job->has_nice = 1;
  return reader_end_line(reader);
}

/* `oom score ADJUSTMENT|never`, or the older `oom ADJUSTMENT|never`, from -16 to 15. */
static int read_oom(struct definition *job, struct reader *reader) {
  struct reader before = *reader;
  char *word = reader_argument(reader);
  if (!word) return -1;
  int score = !strcmp(word, "score");
  if (score) {
    before = *reader;
    free(word);
    word = reader_argument(reader);
    if (!word) return -1;
  }
  long adjustment = -1000;
  int never = !strcmp(word, "never");
  free(word);
  if (!never) {
    *reader = before;
    if (score ? read_number(reader, -999, 1000, 10, "Illegal oom score adjustment, expected -999 to 1000 or 'never'",
                            &adjustment)
              : read_number(reader, -16, 15, 10, "Illegal oom adjustment, expected -16 to 15 or 'never'", &adjustment))
      return -1;
    if (!score) adjustment = adjustment == 15 ? 1000 : adjustment * 1000 / 17;
  }
  job->oom_score = (int)adjustment;
  job->has_oom_score = 1;
  return reader_end_line(reader);
}

/* A number or `unlimited`, as the text that it was. */
static int read_limit_value(char **value, struct reader *reader) {
  char *word = reader_argument(reader);
  if (!word) return -1;
  char *end = word;
  errno = 0;
  if (strcmp(word, "unlimited")) (void)strtoul(word, &end, 10);
  else end = word + strlen(word);
  if (errno || *end || *word == '-' || *word == '+') {
    free(word);
    return reader_fail(reader, ILLEGAL_LIMIT);
  }
  free(*value);
  *value = word;
  return 0;
}

static int read_limit(struct definition *job, struct reader *reader) {
  char *word = reader_argument(reader);
  if (!word) return -1;
  struct limit *limit = NULL;
  for (int at = 0; at < LIMITS; at++)
    if (!strcmp(limit_names[at], word)) limit = &job->limits[at];
  free(word);
  if (!limit) return reader_fail(reader, UNKNOWN_STANZA);
  if (read_limit_value(&limit->soft, reader) || read_limit_value(&limit->hard, reader)) return -1;
  return reader_end_line(reader);
}

static int refuse_chroot(struct definition *job, struct reader *reader) {
  (void)job;
  return reader_fail(reader, "chroot: upstart-compat runs every job in the system's own root directory");
}

static int refuse_instance(struct definition *job, struct reader *reader) {
  (void)job;
  return reader_fail(reader, "instance: upstart-compat runs one instance of a job, as one systemd service");
}

static const struct {
  const char *name;
  stanza *read;
} stanzas[] = {
    {"description", read_description}, {"author", read_author},       {"version", read_version},
    {"usage", read_usage},             {"env", read_env},             {"export", read_export},
    {"emits", read_emits},             {"start", read_start},         {"stop", read_stop},
    {"exec", read_main_exec},          {"script", read_main_script},  {"pre-start", read_pre_start},
    {"post-start", read_post_start},   {"pre-stop", read_pre_stop},   {"post-stop", read_post_stop},
    {"expect", read_expect},           {"task", read_task},           {"kill", read_kill},
    {"respawn", read_respawn},         {"normal", read_normal},       {"console", read_console},
    {"umask", read_umask},             {"nice", read_nice},           {"oom", read_oom},
    {"limit", read_limit},             {"chdir", read_chdir},         {"setuid", read_setuid},
    {"setgid", read_setgid},           {"manual", read_manual},       {"chroot", refuse_chroot},
    {"instance", refuse_instance},
};

static int read_stanza(struct definition *definition, struct reader *reader) {
  char *name = reader_word(reader, WORD_ENDS, 0);
  if (!name) return -1;
  stanza *read = NULL;
  for (size_t at = 0; at < sizeof stanzas / sizeof *stanzas; at++)
    if (!strcmp(stanzas[at].name, name)) read = stanzas[at].read;
  free(name);
  return read ? read(definition, reader) : reader_fail(reader, UNKNOWN_STANZA);
}

int definition_read(struct definition *definition, const char *bytes, size_t length, struct mistake *mistake) {
  struct reader reader = {.bytes = bytes, .length = length, .line = 1};
  while (reader.at < reader.length) {
    reader_skip_blanks(&reader);
    int bad = reader_has_word(&reader) ? read_stanza(definition, &reader) : reader_end_line(&reader);
    if (bad) {
      *mistake = (struct mistake){reader.line, reader.error};
      return -1;
    }
  }
  return 0;
}
