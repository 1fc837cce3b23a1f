#include "folder.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs.h"
#include "log.h"
#include "paths.h"

/* What tells that a file is another than before. All zeros: there is none. */
struct version {
  dev_t device;
  ino_t inode;
  off_t size;
  mode_t mode;
  struct timespec modified;
};

struct known {
  struct known *next;
  char *name; /* the job's */
  struct version file, override;
  int seen;
};

static struct known *known;
static int notices = -1;
static int watch = -1;

static struct version version_of(const char *name, const char *ending) {
  char path[PATH_MAX];
  struct stat facts;
  struct version version;
  memset(&version, 0, sizeof version);
  snprintf(path, sizeof path, "%s/%s%s", real_path(JOB_DIRECTORY), name, ending);
  if (stat(path, &facts)) return version;
  version.device = facts.st_dev;
  version.inode = facts.st_ino;
  version.size = facts.st_size;
  version.mode = facts.st_mode;
  version.modified = facts.st_mtim;
  return version;
}

static int is_same(const struct version *one, const struct version *other) {
  return one->device == other->device && one->inode == other->inode && one->size == other->size &&
         one->mode == other->mode && one->modified.tv_sec == other->modified.tv_sec &&
         one->modified.tv_nsec == other->modified.tv_nsec;
}

static void load(const char *name) {
  struct text path = {0};
  struct mistake mistake;
  char *wrong = NULL;
  text_join(&path, JOB_DIRECTORY "/", name, ".conf", NULL);
  struct definition *definition = definition_load(path.bytes, &mistake, &wrong);
  if (!definition && mistake.line) log_line("%s:%zu: %s", wrong, mistake.line, mistake.error);
  else if (!definition) log_line("%s: %s", wrong, mistake.error);
  job_define(name, definition);
  free(wrong);
  text_free(&path);
}

static void look_at(const char *name) {
  struct known *file = known;
  while (file && strcmp(file->name, name)) file = file->next;
  struct version now = version_of(name, ".conf"), override = version_of(name, ".override");
  if (file && is_same(&file->file, &now) && is_same(&file->override, &override)) {
    file->seen = 1;
    return;
  }
  if (!file) {
    file = must_allocate(sizeof *file);
    *file = (struct known){.next = known, .name = copy_string(name)};
    known = file;
  }
  file->file = now;
  file->override = override;
  file->seen = 1;
  load(name);
}

static void watch_folder(void) {
  if (notices < 0) notices = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (notices < 0 || watch >= 0) return;
  watch = inotify_add_watch(notices, real_path(JOB_DIRECTORY),
                            IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB |
                                IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
}

void folder_scan(void) {
  /* Watched first, so that nothing is missed in between. */
  watch_folder();
  for (struct known *file = known; file; file = file->next) file->seen = 0;
  DIR *folder = opendir(real_path(JOB_DIRECTORY));
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    char *name = job_name(entry->d_name, ".conf");
    if (name) look_at(name);
    free(name);
  }
  if (folder) closedir(folder);
  for (struct known **at = &known; *at;) {
    struct known *file = *at;
    if (file->seen) {
      at = &file->next;
      continue;
    }
    *at = file->next;
    job_define(file->name, NULL);
    free(file->name);
    free(file);
  }
}

int folder_descriptor(void) { return notices; }

/* Whether the notice is of something to read now. A file that was just made is read when it has been written. */
static int is_news(const struct inotify_event *notice) {
  if (!(notice->mask & IN_CREATE) || !notice->len) return 1;
  char path[PATH_MAX];
  struct stat facts;
  snprintf(path, sizeof path, "%s/%s", real_path(JOB_DIRECTORY), notice->name);
  return !lstat(path, &facts) && (S_ISLNK(facts.st_mode) || facts.st_nlink > 1);
}

void folder_continue(void) {
  char notes[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
  ssize_t got;
  int news = 0;
  while (notices >= 0 && (got = read(notices, notes, sizeof notes)) > 0)
    for (ssize_t at = 0; at < got;) {
      const struct inotify_event *notice = (const struct inotify_event *)(notes + at);
      if (notice->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) {
        if (notice->mask & IN_MOVE_SELF) inotify_rm_watch(notices, notice->wd);
        watch = -1;
      }
      news |= is_news(notice);
      at += (ssize_t)(sizeof *notice + notice->len);
    }
  if (news) folder_scan();
}
