#include "commands.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"
#include "paths.h"
#include "requests.h"

enum takes { NOTHING, JOB, MAYBE_JOB, MAYBE_PRIORITY, EVENT };

struct command {
  const char *name;
  enum takes takes;
  int waits;     /* has --no-wait */
  int variables; /* takes KEY=VALUE after the name */
  int alone;     /* there is a program of that name */
  const char *usage, *summary, *details;
};

static const struct command commands[] = {
    {"start", JOB, 1, 1, 1, "JOB [KEY=VALUE]...", "Start job.",
     "JOB is the name of a file in /etc/init without its .conf. The variables are set in the environment of its\n"
     "processes."},
    {"stop", JOB, 1, 1, 1, "JOB [KEY=VALUE]...", "Stop job.",
     "JOB is the name of a file in /etc/init without its .conf. The variables are set in the environment of its\n"
     "pre-stop and post-stop processes."},
    {"restart", JOB, 1, 1, 1, "JOB [KEY=VALUE]...", "Restart job.",
     "JOB is the name of a running job. It is restarted as it was started: what has changed in its file since then\n"
     "counts after stop and start."},
    {"reload", JOB, 0, 1, 1, "JOB [KEY=VALUE]...", "Send HUP signal to job.",
     "JOB is the name of a running job; its main process is sent the signal."},
    {"status", JOB, 0, 1, 1, "JOB [KEY=VALUE]...", "Query status of job.",
     "JOB is the name of a file in /etc/init without its .conf."},
    {"list", NOTHING, 0, 0, 0, "", "List known jobs.", "Prints the status of each job."},
    {"emit", EVENT, 1, 1, 0, "EVENT [KEY=VALUE]...", "Emit an event.",
     "Starts and stops the jobs whose `start on' and `stop on' name EVENT, and fit the variables if they have some."},
    {"reload-configuration", NOTHING, 0, 0, 0, "", "Reload the configuration of the init daemon.",
     "It is read by itself whenever a file changes; there is no need for this."},
    {"version", NOTHING, 0, 0, 0, "", "Request the version of the init daemon.", NULL},
    {"usage", JOB, 0, 0, 0, "JOB", "Show job usage message if available.", NULL},
    {"show-config", MAYBE_JOB, 0, 0, 0, "[JOB]", "Show emits, start on and stop on details for jobs.", NULL},
    {"check-config", MAYBE_JOB, 0, 0, 0, "[JOB]", "Check job files and their conditions.",
     "Prints what is wrong in the files of /etc/init, and each condition that can never become true because there is\n"
     "no such job or event."},
    {"log-priority", MAYBE_PRIORITY, 0, 0, 0, "[PRIORITY]",
     "Change the minimum priority of messages from the init daemon.",
     "PRIORITY is debug, info, message, warn, error or fatal. Without it, the one that holds is printed. All messages\n"
     "are warnings here."},
    {"help", NOTHING, 0, 0, 0, "", "Display list of commands.", NULL},
};

static const struct command *find_command(const char *name) {
  for (size_t at = 0; at < sizeof commands / sizeof *commands; at++)
    if (!strcmp(commands[at].name, name)) return &commands[at];
  return NULL;
}

int is_own_command(const char *name) {
  const struct command *command = find_command(name);
  return command && command->alone;
}

static void print_version(const char *program) {
  printf("%s (" UPSTART_VERSION ")\n"
         "This is upstart-compat: Upstart's commands and job files on top of systemd.\n",
         program);
}

static const char options_of_all[] =
    "  -q, --quiet                 print errors only\n"
    "      --help                  display this help and exit\n"
    "      --version               output version information and exit\n";

static void print_help(const char *program, const struct command *command) {
  printf("Usage: %s%s%s [OPTION]... %s\n%s\n\nOptions:\n", program, strcmp(program, command->name) ? " " : "",
         strcmp(program, command->name) ? command->name : "", command->usage, command->summary);
  if (command->waits) printf("  -n, --no-wait               do not wait until it has happened\n");
  if (!strcmp(command->name, "check-config"))
    printf("  -i, --ignore-events=EVENTS  take these events, with commas between them, for known\n"
           "  -w, --warn                  print whatever is unknown, also when the condition can become true\n");
  printf("%s", options_of_all);
  if (command->details) printf("\n%s\n", command->details);
}

static void print_commands(void) {
  printf("Commands:\n");
  for (size_t at = 0; at < sizeof commands / sizeof *commands; at++)
    printf("  %-26s%s\n", commands[at].name, commands[at].summary);
  printf("\nFor more information on a command, try `initctl COMMAND --help'.\n");
}

static int suggest_help(const char *program) {
  fprintf(stderr, "Try `%s --help' for more information.\n", program);
  return 1;
}

/* Connects to the service. Returns the descriptor, or -1 after it has said why. */
static int connect_service(const char *program) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const char *path = real_path(COMMAND_SOCKET);
  if (strlen(path) < sizeof address.sun_path) strcpy(address.sun_path, path);
  int connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (connection >= 0 && !connect(connection, (struct sockaddr *)&address, sizeof address)) return connection;
  fprintf(stderr,
          "%s: Unable to connect to Upstart: Failed to connect to socket %s: %s\n"
          "The service upstart-compat does not run; `systemctl status upstart-compat' says why.\n",
          program, COMMAND_SOCKET, strerror(errno));
  if (connection >= 0) close(connection);
  return -1;
}

/* Asks the service, and prints what it says. Returns the exit status. */
static int ask(const char *program, const struct strings *words, int quiet) {
  struct text request = {0};
  for (size_t at = 0; at < words->count; at++) text_add(&request, words->items[at], strlen(words->items[at]) + 1);
  if (request.length > REQUEST_SIZE) {
    fprintf(stderr, "%s: Argument list too long\n", program);
    text_free(&request);
    return 1;
  }
  int connection = connect_service(program), status = 1;
  if (connection < 0) {
    text_free(&request);
    return 1;
  }
  ssize_t sent = send(connection, request.bytes, request.length, MSG_NOSIGNAL);
  text_free(&request);
  static char packet[REQUEST_SIZE];
  struct text answer = {0};
  text_add(&answer, "", 0);
  for (ssize_t got; sent >= 0 && (got = recv(connection, packet, sizeof packet, 0)) != 0;) {
    if (got > 0) text_add(&answer, packet, (size_t)got);
    else if (errno != EINTR) break;
  }
  close(connection);
  int complete = 0;
  for (const char *at = answer.bytes; at < answer.bytes + answer.length; at += strlen(at) + 1) {
    if (*at == 'x') {
      complete = 1;
      status = atoi(at + 1);
    } else if (*at == 'm' && !quiet) printf("%s\n", at + 1);
    else if (*at == 'e') fprintf(stderr, "%s: %s\n", program, at + 1);
    /* By this process, so that the kernel decides whether its user may. */
    else if (*at == 'p' && kill((pid_t)atol(at + 1), SIGHUP)) {
      fprintf(stderr, "%s: %s\n", program, strerror(errno));
      text_free(&answer);
      return 1;
    }
  }
  text_free(&answer);
  if (!complete) fprintf(stderr, "%s: The service upstart-compat has ended before it could answer\n", program);
  return status;
}

struct options {
  int quiet, wait, warn;
  const char *ignored_events;
};

/* The value of an option that is `word`, or begins with it; NULL when it is another. */
static const char *option_value(char **arguments, int *at, const char *letter, const char *name) {
  const char *word = arguments[*at];
  size_t length = strlen(name);
  if (!strncmp(word, name, length) && word[length] == '=') return word + length + 1;
  if ((strcmp(word, letter) && strcmp(word, name)) || !arguments[*at + 1]) return NULL;
  return arguments[++*at];
}

/* Takes options out of the arguments. Returns 0, or 1 when the command is over, with its exit status. */
static int take_options(const char *program, const struct command *command, char **arguments, struct options *options,
                        int *status) {
  int kept = 0, only_words = 0, checks = !strcmp(command->name, "check-config");
  const char *value;
  for (int at = 0; arguments[at]; at++) {
    const char *word = arguments[at];
    if (only_words || *word != '-' || !word[1]) arguments[kept++] = arguments[at];
    else if (!strcmp(word, "--")) only_words = 1;
    else if (!strcmp(word, "-q") || !strcmp(word, "--quiet")) options->quiet = 1;
    else if (command->waits && (!strcmp(word, "-n") || !strcmp(word, "--no-wait"))) options->wait = 0;
    else if (checks && (!strcmp(word, "-w") || !strcmp(word, "--warn"))) options->warn = 1;
    else if (checks && (value = option_value(arguments, &at, "-i", "--ignore-events"))) options->ignored_events = value;
    else if (!strcmp(word, "-v") || !strcmp(word, "--verbose") || !strcmp(word, "--system")) continue;
    else if (!strcmp(command->name, "show-config") && (!strcmp(word, "-e") || !strcmp(word, "--enumerate"))) continue;
    else if (!strcmp(word, "--help")) {
      print_help(program, command);
      *status = 0;
      return 1;
    } else if (!strcmp(word, "--version")) {
      print_version(program);
      *status = 0;
      return 1;
    } else {
      fprintf(stderr, "%s: invalid option: %s\n", program, word);
      *status = suggest_help(program);
      return 1;
    }
  }
  arguments[kept] = NULL;
  return 0;
}

int run_command(const char *program, char **arguments) {
  const struct command *command = find_command(arguments[0]);
  struct options options = {.wait = 1};
  int status = 1;
  if (take_options(program, command, arguments, &options, &status)) return status;
  const char *name = arguments[1];
  if (!name && command->takes == JOB) {
    /* In a process of a job: that job. It must not wait, or it would wait for itself. */
    name = getenv("UPSTART_JOB");
    if (name && getenv("UPSTART_INSTANCE")) options.wait = 0;
    else name = NULL;
  }
  if (!name && (command->takes == JOB || command->takes == EVENT)) {
    fprintf(stderr, "%s: missing %s name\n", program, command->takes == JOB ? "job" : "event");
    return suggest_help(program);
  }
  if (!strcmp(command->name, "help")) {
    print_commands();
    return 0;
  }
  if (!strcmp(command->name, "check-config"))
    return check_config(program, name, options.warn, options.ignored_events);

  struct strings words = {0};
  strings_add(&words, strcmp(command->name, "version") ? command->name : "ping");
  if (command->waits) strings_add(&words, options.wait ? "wait" : "no-wait");
  if (name && command->takes != NOTHING) strings_add(&words, name);
  for (int at = 2; command->waits && name && arguments[1] && arguments[at]; at++) strings_add(&words, arguments[at]);
  status = ask(program, &words, options.quiet);
  if (!status && !strcmp(command->name, "version")) printf("init (" UPSTART_VERSION ")\n");
  strings_free(&words);
  return status;
}

int run_initctl(const char *program, char **arguments) {
  int at = 1;
  for (; arguments[at] && *arguments[at] == '-'; at++) {
    if (!strcmp(arguments[at], "--version")) {
      print_version(program);
      return 0;
    }
    if (!strcmp(arguments[at], "--help")) {
      printf("Usage: %s [OPTION]... COMMAND [ARG]...\n\nOptions:\n%s\n", program, options_of_all);
      print_commands();
      return 0;
    }
  }
  if (!arguments[at]) {
    fprintf(stderr, "%s: missing command\n", program);
    return suggest_help(program);
  }
  if (!find_command(arguments[at])) {
    fprintf(stderr, "%s: invalid command: %s\n", program, arguments[at]);
    return suggest_help(program);
  }
  /* Options before the command count as well. */
  char *command = arguments[at];
  memmove(arguments + 1, arguments, (size_t)at * sizeof *arguments);
  *arguments = command;
  /* What was the program's name is now the first argument. */
  for (at = 1; arguments[at]; at++) arguments[at] = arguments[at + 1];
  return run_command(program, arguments);
}
