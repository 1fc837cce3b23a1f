/* The key that the shell integration puts into its marks, so that the page knows them from what programs print. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "operations.h"

#define KEY_LENGTH 32

const char *run_directory = "/run/typealong";

/* Returns 0, or -1 with errno. */
static int fill(const char *path, const char *key, const struct passwd *reader) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return -1;
  char line[KEY_LENGTH + 1];
  memcpy(line, key, KEY_LENGTH);
  line[KEY_LENGTH] = '\n';
  errno = ENOSPC; /* what a short write leaves unsaid */
  int bad = write(file, line, sizeof line) != sizeof line || fchown(file, geteuid(), reader->pw_gid) ||
            fchmod(file, 0640);
  int reason = errno;
  if (close(file) && !bad) return -1;
  errno = reason;
  return bad ? -1 : 0;
}

int set_mark_key(const struct json *request, struct text *members, struct text *error) {
  (void)members;
  const char *key = json_string(request, "key");
  if (!key || strlen(key) != KEY_LENGTH || strspn(key, "0123456789abcdef") != KEY_LENGTH) {
    text_add_string(error, "mark-key needs a key of 32 hexadecimal digits");
    return -1;
  }
  const char *login = getenv("LOGIN");
  const struct passwd *reader = login ? getpwnam(login) : NULL;
  if (!reader) {
    text_print(error, "there is no user \"%s\" to read the key", login ? login : "");
    return -1;
  }
  char path[PATH_MAX], temporary[PATH_MAX];
  snprintf(path, sizeof path, "%s/mark-key", run_directory);
  snprintf(temporary, sizeof temporary, "%s/mark-key.new", run_directory);
  if ((mkdir(run_directory, 0755) && errno != EEXIST) || chmod(run_directory, 0755))
    return fail(error, "cannot make", run_directory);
  if (!fill(temporary, key, reader) && !rename(temporary, path)) return 0;
  fail(error, "cannot write", path);
  unlink(temporary);
  return -1;
}
