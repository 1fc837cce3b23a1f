#include "follow.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What systemd has for a program that cannot be run. */
#define CANNOT_RUN 203

/* The parent of a process, or 0. */
static pid_t parent_of(pid_t pid) {
  char path[64], line[512] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t got = read(file, line, sizeof line - 1);
  close(file);
  /* Its name, in parentheses, may have any letters. */
  const char *end = got > 0 ? strrchr(line, ')') : NULL;
  return end && strlen(end) > 4 ? (pid_t)atoi(end + 4) : 0;
}

/* A process whose parent is this one, or 0. */
static pid_t find_child(void) {
  pid_t found = 0;
  DIR *processes = opendir("/proc");
  for (struct dirent *entry; processes && !found && (entry = readdir(processes));) {
    pid_t pid = isdigit((unsigned char)*entry->d_name) ? (pid_t)atoi(entry->d_name) : 0;
    if (pid && parent_of(pid) == getpid()) found = pid;
  }
  if (processes) closedir(processes);
  return found;
}

static int write_pid(const char *path, pid_t pid) {
  char line[32];
  int length = snprintf(line, sizeof line, "%d\n", (int)pid);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  int bad = file < 0 || write(file, line, (size_t)length) != length;
  if (file >= 0) close(file);
  if (bad) fprintf(stderr, "upstart-compat: cannot write %s: %s\n", path, strerror(errno));
  return bad;
}

int run_follow(char **arguments) {
  int forks = atoi(arguments[0]);
  /* Whose parent ends becomes ours, not PID 1's. */
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t program = fork();
  if (program < 0) return CANNOT_RUN;
  if (!program) {
    execvp(arguments[2], arguments + 2);
    _exit(CANNOT_RUN);
  }
  for (int ended = 0, over = 0; !over || ended < forks; ended++) {
    int status;
    pid_t pid = waitpid(-1, &status, 0);
    if (pid < 0 && errno == EINTR) {
      ended--;
      continue;
    }
    /* Nothing is left: it was no daemon. */
    if (pid < 0) return 1;
    if (pid != program) continue;
    over = 1;
    if (WIFSIGNALED(status)) {
      signal(WTERMSIG(status), SIG_DFL);
      raise(WTERMSIG(status));
    }
    if (status) return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
  pid_t daemon = find_child();
  return daemon ? write_pid(arguments[1], daemon) : 1;
}
