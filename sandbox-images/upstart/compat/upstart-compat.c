/*
 * upstart-compat: Upstart's job files and commands on top of systemd, for guides written when Ubuntu's init was
 * Upstart (up to 14.10). It reads /etc/init/NAME.conf by Upstart's rules; each job runs as a systemd service, which
 * this program writes. Debian has no Upstart, and this is not it: what is missing is in sandbox-images/README.md.
 *
 *   upstart-compat daemon     the service: reads the files, starts jobs at boot, and answers the commands
 *   upstart-compat COMMAND    as initctl COMMAND
 *   upstart-compat follow …   in services: follows a program that makes a daemon of itself
 *
 * It is installed under the names of Upstart's commands as well (initctl, start, stop, restart, reload, status,
 * init-checkconf, and service), and does what its name says.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "commands.h"
#include "daemon.h"
#include "follow.h"
#include "service.h"

int main(int count, char **arguments) {
  if (count < 1) return 1;
  const char *slash = strrchr(arguments[0], '/');
  const char *name = slash ? slash + 1 : arguments[0];
  if (is_own_command(name)) {
    arguments[0] = (char *)name;
    return run_command(name, arguments);
  }
  if (!strcmp(name, "init-checkconf")) return check_file(name, arguments);
  if (!strcmp(name, "service")) return run_service(arguments);
  if (strcmp(name, "initctl") && count == 2 && !strcmp(arguments[1], "daemon")) return run_daemon();
  if (strcmp(name, "initctl") && count > 4 && !strcmp(arguments[1], "follow")) return run_follow(arguments + 2);
  return run_initctl(name, arguments);
}
