#include "service.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "paths.h"
#include "strings.h"

static int is_job(const char *name) {
  if (strchr(name, '/')) return 0;
  struct text path = {0};
  text_join(&path, real_path(JOB_DIRECTORY), "/", name, ".conf", NULL);
  struct stat facts;
  int there = !stat(path.bytes, &facts);
  text_free(&path);
  return there;
}

static int run(const char *action, char *name, char **variables) {
  char *arguments[64] = {copy_string(action), name};
  for (int at = 0; variables[at] && at < 61; at++) arguments[at + 2] = variables[at];
  return run_command(action, arguments);
}

int run_service(char **arguments) {
  char *name = arguments[1], *action = name ? arguments[2] : NULL;
  if (name && action && *name != '-' && is_job(name)) {
    /* As in Ubuntu: that of a job that does not run starts it, after stop has said so. */
    if (!strcmp(action, "restart")) run("stop", name, arguments + 3);
    const char *command = !strcmp(action, "restart") ? "start" : action;
    if (!strcmp(action, "force-reload")) command = "reload";
    if (is_own_command(command)) return run(command, name, arguments + 3);
  }
  const char *debian = real_path(DEBIAN_SERVICE);
  *arguments = (char *)debian;
  execv(debian, arguments);
  fprintf(stderr, "service: cannot run %s: %s\n", DEBIAN_SERVICE, strerror(errno));
  return 1;
}
