/*
 * The agent: a small root service that the page beside this machine talks to over a console of its own,
 * in JSON, one object a line (sandbox-images/GUEST.md has the protocol). It does only what it is asked;
 * what a check means is decided outside.
 *
 *   agent [--run DIRECTORY] DEVICE     DEVICE "-" means standard input and output
 *
 * LOGIN in its environment is the reader's login, whose shells may read the key of their marks.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "json.h"
#include "operations.h"
#include "programs.h"
#include "text.h"

/* A line longer than this is no request (1 MiB of file is 1.4 MB of base64). */
#define LONGEST_LINE (4 * 1024 * 1024)

static int input = STDIN_FILENO;
static int output = STDOUT_FILENO;

static void send_line(struct text *line) {
  text_add_string(line, "\n");
  for (size_t at = 0; at < line->length;) {
    ssize_t put = write(output, line->bytes + at, line->length - at);
    if (put > 0) at += (size_t)put;
    else if (errno == EAGAIN) poll(&(struct pollfd){.fd = output, .events = POLLOUT}, 1, -1);
    else if (errno != EINTR) exit(1);
  }
  text_free(line);
}

static void succeed(double id, const struct text *members) {
  struct text line = {0};
  text_print(&line, "{\"id\":%.0f,\"ok\":true", id);
  text_add(&line, members->bytes, members->length);
  text_add_string(&line, "}");
  send_line(&line);
}

/* `id` is NULL when the request has none. */
static void complain(const double *id, const struct text *error) {
  struct text line = {0};
  if (id) text_print(&line, "{\"id\":%.0f,\"ok\":false,\"error\":", *id);
  else text_add_string(&line, "{\"id\":null,\"ok\":false,\"error\":");
  json_add_string(&line, error->bytes ? error->bytes : "", error->length);
  text_add_string(&line, "}");
  send_line(&line);
}

static void program_ended(double id, const struct text *members, const struct text *error) {
  if (error) complain(&id, error);
  else succeed(id, members);
}

static int ping(const struct json *request, struct text *members, struct text *error) {
  (void)request, (void)members, (void)error;
  return 0;
}

static const struct {
  const char *name;
  operation *run;
} operations[] = {
    {"ping", ping},       {"read", read_file}, {"write", write_file},       {"stat", stat_path},
    {"clock", set_clock}, {"seed", add_seed},  {"mark-key", set_mark_key},
};

static operation *find_operation(const char *name) {
  for (size_t at = 0; at < sizeof operations / sizeof *operations; at++)
    if (!strcmp(operations[at].name, name)) return operations[at].run;
  return NULL;
}

static void serve(const char *bytes, size_t length) {
  struct text error = {0}, members = {0};
  struct json *request = json_read(bytes, length);
  const struct json *id = json_number(request, "id");
  const char *name = json_string(request, "op");
  int bad = -1;
  int later = 0;
  if (!request) text_add_string(&error, "the line is not JSON");
  else if (!id || !name) text_add_string(&error, "a request needs a number id and a string op");
  else if (!strcmp(name, "exec")) {
    bad = programs_start(request, &error);
    later = 1;
  } else if (find_operation(name)) bad = find_operation(name)(request, &members, &error);
  else text_print(&error, "unknown op \"%s\"", name);

  if (bad) complain(id ? &id->number : NULL, &error);
  else if (!later) succeed(id->number, &members);
  text_free(&error);
  text_free(&members);
  json_free(request);
}

static void serve_lines(struct text *waiting) {
  static int skipping; /* the rest of a line that is too long */
  size_t start = 0;
  for (size_t at = 0; at < waiting->length; at++) {
    if (waiting->bytes[at] != '\n') continue;
    if (at > start && !skipping) serve(waiting->bytes + start, at - start);
    skipping = 0;
    start = at + 1;
  }
  if (start) text_drop(waiting, start);
  if (!skipping && waiting->length <= LONGEST_LINE) return;
  text_free(waiting);
  if (skipping) return;
  skipping = 1;
  struct text error = {0};
  text_add_string(&error, "the line is longer than 4 MiB");
  complain(NULL, &error);
  text_free(&error);
}

/* Returns 0 when the other side is gone. */
static int take_input(struct text *waiting) {
  char part[16384];
  ssize_t got = read(input, part, sizeof part);
  if (got == 0) return 0;
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  text_add(waiting, part, (size_t)got);
  /* The whole line is looked through only when one has ended. */
  if (memchr(part, '\n', (size_t)got) || waiting->length > LONGEST_LINE) serve_lines(waiting);
  return 1;
}

static void open_device(const char *path) {
  if (!strcmp(path, "-")) return;
  input = output = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  struct termios settings;
  if (input < 0 || tcgetattr(input, &settings)) {
    fprintf(stderr, "agent: cannot open the console %s: %s\n", path, strerror(errno));
    exit(1);
  }
  cfmakeraw(&settings);
  tcsetattr(input, TCSANOW, &settings);
}

/* A descriptor that becomes readable when a program ends. */
static int watch_children(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int main(int count, char **arguments) {
  int at = 1;
  if (count == 4 && !strcmp(arguments[1], "--run")) {
    run_directory = arguments[2];
    at = 3;
  }
  if (at != count - 1) {
    fputs("usage: agent [--run DIRECTORY] DEVICE\n", stderr);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  int children = watch_children();
  open_device(arguments[at]);

  struct text hello = {0}, waiting = {0};
  /* An empty line first: an agent that was killed may have left half of an answer. */
  text_add_string(&hello, "\n{\"event\":\"ready\"}");
  send_line(&hello);
  for (;;) {
    struct pollfd polls[2 + 3 * MOST_PROGRAMS] = {{.fd = input, .events = POLLIN}, {.fd = children, .events = POLLIN}};
    size_t polled = 2 + programs_to_poll(polls + 2);
    if (poll(polls, polled, programs_next_timeout()) < 0 && errno != EINTR) return 1;
    struct signalfd_siginfo ended;
    while (read(children, &ended, sizeof ended) > 0) continue;
    if (polls[0].revents && !take_input(&waiting)) return 0;
    programs_continue(program_ended);
  }
}
