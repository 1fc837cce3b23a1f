/*
 * For tests: clients that keep the service busy. `clients SOCKET COUNT MS` opens as many connections, says "ready" and
 * asks nothing; after so many milliseconds it prints how many of them the service has kept.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int count, char **arguments) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (count != 4 || strlen(arguments[1]) >= sizeof address.sun_path) return 2;
  strcpy(address.sun_path, arguments[1]);
  int connections = atoi(arguments[2]), first = -1, kept = 0;
  for (int at = 0; at < connections; at++) {
    int connection = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address)) return 1;
    if (first < 0) first = connection;
  }
  printf("ready\n");
  fflush(stdout);
  usleep((useconds_t)atoi(arguments[3]) * 1000);
  for (int at = first; at < first + connections; at++) {
    struct pollfd over = {.fd = at};
    kept += poll(&over, 1, 0) == 0;
  }
  printf("%d\n", kept);
  return 0;
}
