/* What a job file says. */
#ifndef DEFINITION_H
#define DEFINITION_H

#include "condition.h"
#include "strings.h"

enum process_kind { MAIN, PRE_START, POST_START, PRE_STOP, POST_STOP, PROCESSES };

/* "main", "pre-start" … */
extern const char *const process_names[PROCESSES];

struct process {
  char *command; /* NULL when the job has no such process */
  int script;    /* the command is a shell script, not one command */
};

enum expectation { EXPECT_NONE, EXPECT_STOP, EXPECT_FORK, EXPECT_DAEMON };
enum console { CONSOLE_LOG, CONSOLE_NONE, CONSOLE_OUTPUT, CONSOLE_OWNER };

/* Resources of `limit`, by Upstart's names; systemd's are the same in capitals. */
enum { LIMITS = 14 };
extern const char *const limit_names[LIMITS];

struct limit {
  char *soft, *hard; /* numbers or "unlimited"; NULL when there is no limit stanza */
};

struct definition {
  char *name; /* the job's */
  char *path; /* of the .conf file */
  char *description, *author, *version, *usage;
  struct strings emits;
  struct strings environment; /* KEY=VALUE, or KEY alone: as the daemon has it */
  struct strings exports;
  struct condition *start_on, *stop_on;
  struct process processes[PROCESSES];
  enum expectation expect;
  int task;
  int kill_timeout; /* seconds */
  int kill_signal;
  int respawn;
  int respawn_limit, respawn_interval; /* 0: no limit */
  struct strings normal_exits;         /* numbers, and names of signals with SIG */
  enum console console;
  unsigned umask;
  int nice, has_nice;
  int oom_score, has_oom_score;
  struct limit limits[LIMITS];
  char *chdir, *setuid, *setgid;
  unsigned readable; /* mode of its files, of which everything that is made of them has no more */
};

struct definition *definition_new(const char *name, const char *path);
void definition_free(struct definition *definition);

/* Where and why a file is no job. */
struct mistake {
  size_t line; /* 0 when it is not about a line */
  const char *error;
};

/*
 * Reads the stanzas of a file into `definition`, which may have those of another already (an override file comes
 * after the .conf file). Returns 0, or -1 with the mistake.
 */
int definition_read(struct definition *definition, const char *bytes, size_t length, struct mistake *mistake);

/*
 * Reads the file at `path` (as in /etc/init) and, when it is there, the override file beside it. NULL when one of
 * them is wrong or cannot be read: then `mistake` says why and `wrong` is the path, to be freed.
 */
struct definition *definition_load(const char *path, struct mistake *mistake, char **wrong);

/* Whether its main program makes a daemon of itself. */
int definition_forks(const struct definition *definition);

/* The job's name when `file`, a name in /etc/init, ends in `ending` (".conf"); NULL otherwise. Free it. */
char *job_name(const char *file, const char *ending);

#endif
