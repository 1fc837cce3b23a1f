/* initctl, and start, stop, restart, reload and status, which are its commands under names of their own. */
#ifndef COMMANDS_H
#define COMMANDS_H

/* What `--version` and `initctl version` name: the release in Ubuntu 13.04, whose behaviour this is. */
#define UPSTART_VERSION "upstart 1.8"

/* Whether initctl has the command and there is a program of that name. */
int is_own_command(const char *name);
/*
 * Runs a command: `program` is what errors begin with, `arguments` (ending with NULL) begin with the command's name.
 * Returns its exit status.
 */
int run_command(const char *program, char **arguments);
/* initctl: the first argument that is no option is the command. */
int run_initctl(const char *program, char **arguments);

#endif
