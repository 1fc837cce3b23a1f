/* Where things are in the file system. */
#ifndef PATHS_H
#define PATHS_H

#include <stddef.h>

#define JOB_DIRECTORY "/etc/init"
#define LOG_DIRECTORY "/var/log/upstart"
#define UNIT_DIRECTORY "/run/systemd/system"
#define STATE_DIRECTORY "/run/upstart-compat"
#define COMMAND_SOCKET STATE_DIRECTORY "/socket"
#define SYSTEMD_SOCKET "/run/systemd/private"
#define DEBIAN_SERVICE "/usr/sbin/service"

/*
 * The path as this process must open it: `path` itself. In the tests' build (UPSTART_COMPAT_TEST) it is below the
 * directory that the variable UPSTART_COMPAT_ROOT names; no other build reads that variable. The text lives until
 * the function has been called seven more times.
 */
const char *real_path(const char *path);

/* mkdir -p, with mode 0755. Returns 0, or -1 with errno. */
int make_directories(const char *path);

/* Writes the file whole or not at all, through a temporary file in STATE_DIRECTORY. Returns 0, or -1 with errno. */
int replace_file(const char *path, const char *bytes, size_t length, unsigned mode);

#endif
