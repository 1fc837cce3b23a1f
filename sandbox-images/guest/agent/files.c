#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "operations.h"

int fail(struct text *error, const char *what, const char *path) {
  int reason = errno;
  text_add_string(error, what);
  text_add_string(error, " ");
  text_add_string(error, path);
  text_add_string(error, ": ");
  text_add_string(error, strerror(reason));
  return -1;
}

static int refuse(struct text *error, const char *sentence) {
  text_add_string(error, sentence);
  return -1;
}

int read_file(const struct json *request, struct text *members, struct text *error) {
  const char *path = json_string(request, "path");
  if (!path) return refuse(error, "read needs a path");
  /* O_NONBLOCK: opening a named pipe must not wait for its writer. */
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    text_add_string(members, ",\"missing\":true");
    return 0;
  }
  if (file < 0) return fail(error, "cannot open", path);
  struct stat facts;
  if (fstat(file, &facts) || !S_ISREG(facts.st_mode)) {
    close(file);
    return refuse(error, "cannot read what is not a regular file");
  }
  struct text content = {0};
  char part[16384];
  ssize_t got;
  /* The size is not asked: files in /proc say 0. */
  while ((got = read(file, part, sizeof part)) > 0 && content.length <= MOST_BYTES) text_add(&content, part, (size_t)got);
  int result = 0;
  if (got < 0) result = fail(error, "cannot read", path);
  else if (content.length > MOST_BYTES) result = refuse(error, "the file is larger than 1 MiB");
  else {
    text_add_string(members, ",\"data\":\"");
    text_add_base64(members, content.bytes, content.length);
    text_add_string(members, "\"");
  }
  close(file);
  text_free(&content);
  return result;
}

static int write_all(int file, const struct text *content) {
  for (size_t at = 0; at < content->length;) {
    ssize_t put = write(file, content->bytes + at, content->length - at);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return -1;
    at += (size_t)put;
  }
  return 0;
}

static int write_in_place(int file, const char *path, const struct text *content, struct text *error) {
  struct stat facts;
  int result = 0;
  if (fstat(file, &facts)) result = fail(error, "cannot look at", path);
  else if (!S_ISREG(facts.st_mode)) result = refuse(error, "cannot write what is not a regular file");
  else if (ftruncate(file, 0) || write_all(file, content)) result = fail(error, "cannot write", path);
  if (close(file) && !result) result = fail(error, "cannot write", path);
  return result;
}

/* "user", "user:group"; names or numbers. A user alone means that user's own group. */
static int read_owner(const char *owner, uid_t *user_id, gid_t *group_id, struct text *error) {
  char name[256];
  const char *colon = strchr(owner, ':');
  snprintf(name, sizeof name, "%.*s", colon ? (int)(colon - owner) : (int)strlen(owner), owner);
  struct passwd *user = getpwnam(name);
  if (!user) {
    text_print(error, "there is no user \"%s\"", name);
    return -1;
  }
  *user_id = user->pw_uid;
  *group_id = user->pw_gid;
  if (!colon) return 0;
  struct group *group = getgrnam(colon + 1);
  if (!group) {
    text_print(error, "there is no group \"%s\"", colon + 1);
    return -1;
  }
  *group_id = group->gr_gid;
  return 0;
}

/* Through a temporary file beside it, so that nobody sees half of it. */
static int write_new(const char *path, const struct text *content, uid_t user, gid_t group, mode_t mode,
                     struct text *error) {
  char temporary[PATH_MAX];
  if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= (int)sizeof temporary) {
    errno = ENAMETOOLONG;
    return fail(error, "cannot create", path);
  }
  int file = mkostemp(temporary, O_CLOEXEC);
  if (file < 0) return fail(error, "cannot create", path);
  int bad = write_all(file, content) || fchown(file, user, group) || fchmod(file, mode);
  if (close(file)) bad = 1;
  if (!bad && !rename(temporary, path)) return 0;
  fail(error, "cannot write", path);
  unlink(temporary);
  return -1;
}

int write_file(const struct json *request, struct text *members, struct text *error) {
  (void)members;
  const char *path = json_string(request, "path");
  const char *data = json_string(request, "data");
  if (!path || !data) return refuse(error, "write needs a path and data");
  uid_t user = geteuid();
  gid_t group = getegid();
  const char *owner = json_string(request, "owner");
  if (owner && read_owner(owner, &user, &group, error)) return -1;
  const struct json *mode = json_number(request, "mode");

  struct text content = {0};
  int result;
  if (text_add_decoded(&content, data, strlen(data))) {
    text_free(&content);
    return refuse(error, "data is not base64");
  }
  int file = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat link;
  if (file < 0 && errno == ENOENT && !lstat(path, &link))
    /* A symbolic link whose target is yet to be made. */
    file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0644);
  if (file >= 0) result = write_in_place(file, path, &content, error);
  else if (errno != ENOENT) result = fail(error, "cannot open", path);
  else result = write_new(path, &content, user, group, mode ? (mode_t)mode->number & 07777 : 0644, error);
  text_free(&content);
  return result;
}

static const char *type_name(mode_t mode) {
  if (S_ISREG(mode)) return "file";
  if (S_ISDIR(mode)) return "directory";
  if (S_ISLNK(mode)) return "symlink";
  if (S_ISSOCK(mode)) return "socket";
  return "other";
}

static void add_name(struct text *members, const char *label, const char *name, unsigned long number) {
  char digits[24];
  snprintf(digits, sizeof digits, "%lu", number);
  if (!name) name = digits;
  text_print(members, ",\"%s\":", label);
  json_add_string(members, name, strlen(name));
}

int stat_path(const struct json *request, struct text *members, struct text *error) {
  const char *path = json_string(request, "path");
  if (!path) return refuse(error, "stat needs a path");
  struct stat facts;
  if (lstat(path, &facts)) {
    if (errno != ENOENT && errno != ENOTDIR) return fail(error, "cannot look at", path);
    text_add_string(members, ",\"missing\":true");
    return 0;
  }
  text_print(members, ",\"type\":\"%s\",\"mode\":%u,\"size\":%lld", type_name(facts.st_mode), facts.st_mode & 07777u,
             (long long)facts.st_size);
  struct passwd *user = getpwuid(facts.st_uid);
  add_name(members, "owner", user ? user->pw_name : NULL, facts.st_uid);
  struct group *group = getgrgid(facts.st_gid);
  add_name(members, "group", group ? group->gr_name : NULL, facts.st_gid);
  if (S_ISLNK(facts.st_mode)) {
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target);
    if (length < 0) return fail(error, "cannot look at", path);
    text_add_string(members, ",\"target\":");
    json_add_string(members, target, (size_t)length);
  }
  return 0;
}
