#include "log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "paths.h"

static const char *const priorities[] = {"debug", "info", "message", "warn", "error", "fatal"};
static size_t priority = 2;

const char *log_priority(void) { return priorities[priority]; }

int log_set_priority(const char *name) {
  for (size_t at = 0; at < sizeof priorities / sizeof *priorities; at++)
    if (!strcmp(priorities[at], name)) {
      priority = at;
      return 0;
    }
  return -1;
}

void log_line(const char *format, ...) {
  char line[768];
  if (!strcmp(log_priority(), "error") || !strcmp(log_priority(), "fatal")) return;
  int start = snprintf(line, sizeof line, "<%d>init: ", LOG_DAEMON | LOG_WARNING);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line + start, sizeof line - (size_t)start - 1, format, arguments);
  va_end(arguments);
  for (char *at = line; *at; at++)
    if ((unsigned char)*at < ' ') *at = '?';
  strcat(line, "\n");
  int kernel = open(real_path("/dev/kmsg"), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
  int file = kernel < 0 ? STDERR_FILENO : kernel;
  const char *text = kernel < 0 ? strchr(line, '>') + 1 : line;
  if (write(file, text, strlen(text)) < 0) (void)!write(STDERR_FILENO, text, strlen(text));
  if (kernel >= 0) close(kernel);
}
