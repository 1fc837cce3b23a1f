/* service NAME ACTION, for jobs; for everything else it is Debian's own. */
#ifndef SERVICE_H
#define SERVICE_H

int run_service(char **arguments);

#endif
