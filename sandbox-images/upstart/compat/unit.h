/* The systemd service that runs a job, and the files that it needs. */
#ifndef UNIT_H
#define UNIT_H

#include "definition.h"

/*
 * Upstart counts respawns in a time that a program of its day took to fail. One respawn takes this machine two seconds
 * and more, so the interval of `respawn limit` is taken that many times; otherwise a job that fails at once
 * would be respawned for ever.
 */
#define SLOWNESS 30

/*
 * The name of the job's service: NAME.service, or upstart-NAME.service when the system has a service of that name
 * that is not ours. Free it.
 */
char *unit_name(const char *job);

/*
 * Writes the service, its scripts and its environment, to be called when the job is not running. Returns 1 when the
 * service is another than before, 0 when it is the same, -1 with errno.
 */
int unit_write(const struct definition *definition, const char *unit, const struct strings *environment);
/* Writes the environment anew: what systemd gives to the processes that it starts from now on. */
int unit_write_environment(const char *unit, const struct strings *environment);
/* Makes the job's log, if it has one, with the mode that Upstart gave it: systemd would let everybody read it. */
void unit_make_log(const struct definition *definition);
/* Removes what unit_write wrote. */
void unit_remove(const char *unit);

/* Adds a job's own variables: the defaults, those of its env stanzas, UPSTART_JOB and UPSTART_INSTANCE. */
void job_environment(const struct definition *definition, struct strings *environment);

#endif
