/* Looks for mistakes in job files, without the service. */
#ifndef CHECK_H
#define CHECK_H

/* init-checkconf FILE. Returns the exit status. */
int check_file(const char *program, char **arguments);
/*
 * initctl check-config. `job` may be NULL: all jobs. `warn`: whatever is unknown is wrong. `ignored`: events that are
 * taken for known, with commas between them, or NULL.
 */
int check_config(const char *program, const char *job, int warn, const char *ignored);

#endif
