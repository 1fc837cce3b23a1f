#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *real_path(const char *path) {
#ifdef UPSTART_COMPAT_TEST
  static char paths[8][PATH_MAX];
  static unsigned next;
  const char *root = getenv("UPSTART_COMPAT_ROOT");
  if (!root) return path;
  char *made = paths[next++ % 8];
  snprintf(made, PATH_MAX, "%s%s", root, path);
  return made;
#else
  return path;
#endif
}

int make_directories(const char *path) {
  char part[PATH_MAX];
  if (strlen(path) >= sizeof part) {
    errno = ENAMETOOLONG;
    return -1;
  }
  for (size_t at = 1;; at++) {
    if (path[at] && path[at] != '/') continue;
    memcpy(part, path, at);
    part[at] = '\0';
    if (mkdir(part, 0755) && errno != EEXIST) return -1;
    if (!path[at]) return 0;
  }
}

int replace_file(const char *path, const char *bytes, size_t length, unsigned mode) {
  char temporary[PATH_MAX];
  snprintf(temporary, sizeof temporary, "%s/new.XXXXXX", real_path(STATE_DIRECTORY));
  int file = mkostemp(temporary, O_CLOEXEC);
  if (file < 0) return -1;
  int bad = 0;
  for (size_t at = 0; at < length && !bad;) {
    ssize_t put = write(file, bytes + at, length - at);
    if (put > 0) at += (size_t)put;
    else if (errno != EINTR) bad = 1;
  }
  if (fchmod(file, mode)) bad = 1;
  if (close(file)) bad = 1;
  if (!bad && !rename(temporary, path)) return 0;
  int reason = errno;
  unlink(temporary);
  errno = reason;
  return -1;
}
