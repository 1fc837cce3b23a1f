/* Looks for mistakes in job files, without the service. */
#ifndef CHECK_H
#define CHECK_H

/* init-checkconf FILE. Returns the exit status. */
int check_file(const char *program, char **arguments);
/* initctl check-config [JOB]. */
int check_config(const char *program, const char *job);

#endif
