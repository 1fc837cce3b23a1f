#include "programs.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "operations.h"

static const double DEFAULT_TIMEOUT = 20000;
/* How long a program may take to die before the answer goes out without its end. */
static const double DYING = 1000;

struct stream {
  int file; /* -1 when closed */
  struct text bytes;
  int truncated;
};

struct program {
  pid_t process; /* 0: this place is free */
  double id;
  double deadline;       /* milliseconds of the monotonic clock; later on, when the answer must go out */
  int timed_out;
  int answered;          /* it does not die; its place is free when it does */
  char *name;            /* as it was asked for */
  int report;            /* tells why it did not start; closes by itself when it starts */
  int input;             /* pipe to its standard input, or -1 */
  struct text to_input;  /* what it has not taken yet */
  struct stream streams[2];
};

static struct program programs[MOST_PROGRAMS];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void close_file(int *file) {
  if (*file >= 0) close(*file);
  *file = -1;
}

static void free_arguments(char **arguments) {
  if (arguments)
    for (size_t at = 0; arguments[at]; at++) free(arguments[at]);
  free(arguments);
}

/* argv as execvp wants it, or NULL. */
static char **read_arguments(const struct json *request) {
  const struct json *list = json_member(request, "argv");
  if (!list || list->kind != JSON_ARRAY || !list->length) return NULL;
  char **arguments = must_allocate((list->length + 1) * sizeof *arguments);
  memset(arguments, 0, (list->length + 1) * sizeof *arguments);
  size_t at = 0;
  for (const struct json *item = list->child; item; item = item->next) {
    if (item->kind != JSON_STRING || strlen(item->string) != item->length) {
      free_arguments(arguments);
      return NULL;
    }
    arguments[at++] = strdup(item->string);
  }
  return arguments;
}

/* In the new process. Never returns; a reason that the program did not start goes to `report`. */
static void become(char **arguments, const struct passwd *user, const int files[3], int report) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  setsid();
  for (int number = 0; number < 3; number++) dup2(files[number], number);
  clearenv();
  setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
  setenv("HOME", user->pw_dir, 1);
  setenv("USER", user->pw_name, 1);
  setenv("LANG", "C.UTF-8", 1);
  int other = user->pw_uid != geteuid();
  if ((!other || (!initgroups(user->pw_name, user->pw_gid) && !setgid(user->pw_gid) && !setuid(user->pw_uid))) &&
      !chdir("/"))
    execvp(arguments[0], arguments);
  int reason = errno;
  if (write(report, &reason, sizeof reason) < 0) _exit(126);
  _exit(127);
}

static struct program *free_place(void) {
  for (size_t at = 0; at < MOST_PROGRAMS; at++)
    if (!programs[at].process) return &programs[at];
  return NULL;
}

/*
 * Forks with the four pipes: input, output, errors, and the report of `become`. Returns the process, with our ends in
 * `ours`, or -1 with errno. It does not wait for the program to start: a slow disk would hold up everything else.
 */
static pid_t launch(char **arguments, const struct passwd *user, int with_input, int ours[4]) {
  int pipes[4][2] = {{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}};
  pid_t process = -1;
  int reason = 0;
  if (with_input) reason = pipe2(pipes[0], O_CLOEXEC) ? errno : 0;
  else pipes[0][0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (int number = 1; number < 4 && !reason; number++)
    if (pipe2(pipes[number], O_CLOEXEC)) reason = errno;
  if (!reason && (process = fork()) < 0) reason = errno;
  if (!process) become(arguments, user, (int[]){pipes[0][0], pipes[1][1], pipes[2][1]}, pipes[3][1]);

  close_file(&pipes[0][0]);
  for (int number = 1; number < 4; number++) close_file(&pipes[number][1]);
  ours[0] = pipes[0][1];
  for (int number = 1; number < 4; number++) ours[number] = pipes[number][0];
  for (int number = 0; number < 4; number++) {
    if (process < 0) close_file(&ours[number]);
    else if (ours[number] >= 0) fcntl(ours[number], F_SETFL, O_NONBLOCK);
  }
  errno = reason;
  return process;
}

static int start(struct program *program, const struct json *request, char **arguments, struct text *error) {
  const char *name = json_string(request, "user");
  struct passwd *user = name ? getpwnam(name) : getpwuid(geteuid());
  if (!user) {
    text_print(error, "there is no user \"%s\"", name ? name : "of this agent");
    return -1;
  }
  const char *input = json_string(request, "stdin");
  struct text to_input = {0};
  if (input && text_add_decoded(&to_input, input, strlen(input))) {
    text_free(&to_input);
    text_add_string(error, "stdin is not base64");
    return -1;
  }
  int ours[4];
  pid_t process = launch(arguments, user, input != NULL, ours);
  if (process < 0) {
    text_free(&to_input);
    return fail(error, "cannot run", arguments[0]);
  }
  const struct json *timeout = json_number(request, "timeout");
  *program = (struct program){.process = process,
                              .id = json_number(request, "id")->number,
                              .deadline = now() + (timeout ? timeout->number : DEFAULT_TIMEOUT),
                              .name = strdup(arguments[0]),
                              .report = ours[3],
                              .input = ours[0],
                              .to_input = to_input,
                              .streams = {{.file = ours[1]}, {.file = ours[2]}}};
  return 0;
}

int programs_start(const struct json *request, struct text *error) {
  struct program *program = free_place();
  if (!program) {
    text_print(error, "%d programs are running already", MOST_PROGRAMS);
    return -1;
  }
  char **arguments = read_arguments(request);
  if (!arguments) {
    text_add_string(error, "exec needs argv, a list of strings that is not empty");
    return -1;
  }
  int result = start(program, request, arguments, error);
  free_arguments(arguments);
  return result;
}

size_t programs_to_poll(struct pollfd *polls) {
  size_t count = 0;
  for (size_t at = 0; at < MOST_PROGRAMS; at++) {
    const struct program *program = &programs[at];
    if (!program->process) continue;
    if (program->input >= 0) polls[count++] = (struct pollfd){.fd = program->input, .events = POLLOUT};
    for (int number = 0; number < 2; number++)
      if (program->streams[number].file >= 0)
        polls[count++] = (struct pollfd){.fd = program->streams[number].file, .events = POLLIN};
  }
  return count;
}

int programs_next_timeout(void) {
  double next = -1;
  double time = now();
  for (size_t at = 0; at < MOST_PROGRAMS; at++) {
    if (!programs[at].process || programs[at].answered) continue;
    double left = programs[at].deadline - time;
    if (left < 0) left = 0;
    if (next < 0 || left < next) next = left;
  }
  return next < 0 ? -1 : next > 60000 ? 60000 : (int)next + 1;
}

static void feed(struct program *program) {
  while (program->input >= 0 && program->to_input.length) {
    ssize_t put = write(program->input, program->to_input.bytes, program->to_input.length);
    if (put < 0 && errno == EAGAIN) return;
    if (put <= 0) break;
    text_drop(&program->to_input, (size_t)put);
  }
  close_file(&program->input);
}

static void drain(struct stream *stream) {
  char part[16384];
  while (stream->file >= 0) {
    ssize_t got = read(stream->file, part, sizeof part);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      close_file(&stream->file);
      return;
    }
    size_t room = MOST_BYTES - stream->bytes.length;
    if ((size_t)got > room) stream->truncated = 1;
    text_add(&stream->bytes, part, (size_t)got < room ? (size_t)got : room);
  }
}

static void answer_not_started(struct program *program, int reason, program_answer *answered) {
  struct text error = {0};
  errno = reason;
  fail(&error, "cannot run", program->name ? program->name : "the program");
  answered(program->id, NULL, &error);
  text_free(&error);
}

static void answer(struct program *program, int status, program_answer *answered) {
  int code = program->timed_out ? -1 : WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  struct text members = {0};
  text_print(&members, ",\"code\":%d", code);
  static const char *const names[] = {"stdout", "stderr"};
  for (int number = 0; number < 2; number++) {
    struct stream *stream = &program->streams[number];
    text_print(&members, ",\"%s\":\"", names[number]);
    text_add_base64(&members, stream->bytes.bytes, stream->bytes.length);
    text_add_string(&members, "\"");
  }
  if (program->streams[0].truncated || program->streams[1].truncated) text_add_string(&members, ",\"truncated\":true");
  answered(program->id, &members, NULL);
  text_free(&members);
}

/* All but the process, which may still have to die. */
static void let_go(struct program *program) {
  close_file(&program->report);
  close_file(&program->input);
  text_free(&program->to_input);
  for (int number = 0; number < 2; number++) {
    close_file(&program->streams[number].file);
    text_free(&program->streams[number].bytes);
  }
  free(program->name);
  program->name = NULL;
}

/* Kills a program that has run out of time, and answers without its end when even that takes too long. */
static void enforce_deadline(struct program *program, program_answer *answered) {
  double time = now();
  if (program->answered || time < program->deadline) return;
  if (!program->timed_out) {
    program->timed_out = 1;
    program->deadline = time + DYING;
    kill(-program->process, SIGKILL);
    return;
  }
  kill(program->process, SIGKILL);
  answer(program, 0, answered);
  let_go(program);
  program->answered = 1;
}

void programs_continue(program_answer *answered) {
  for (size_t at = 0; at < MOST_PROGRAMS; at++) {
    struct program *program = &programs[at];
    if (!program->process) continue;
    feed(program);
    /* Asked before the last drain: what it printed before it ended is then all in the pipes. What it
       left running (a daemon) may hold them open, so their end is not waited for. */
    int status = 0;
    int over = waitpid(program->process, &status, WNOHANG) == program->process;
    for (int number = 0; number < 2; number++) drain(&program->streams[number]);
    if (!over) {
      enforce_deadline(program, answered);
      continue;
    }
    int reason = 0;
    if (!program->answered && read(program->report, &reason, sizeof reason) == sizeof reason)
      answer_not_started(program, reason, answered);
    else if (!program->answered) answer(program, status, answered);
    let_go(program);
    program->process = 0;
  }
}
