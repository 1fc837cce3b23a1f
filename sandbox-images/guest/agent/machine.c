#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "operations.h"

const char *console_prefix = "/dev/hvc";

int set_clock(const struct json *request, struct text *members, struct text *error) {
  (void)members;
  const struct json *ms = json_number(request, "ms");
  if (!ms || ms->number < 0) {
    text_add_string(error, "clock needs ms, milliseconds since 1970");
    return -1;
  }
  struct timespec now = {.tv_sec = (time_t)(ms->number / 1000)};
  now.tv_nsec = (long)((ms->number - (double)now.tv_sec * 1000) * 1e6);
  return clock_settime(CLOCK_REALTIME, &now) ? fail(error, "cannot set", "the clock") : 0;
}

int add_seed(const struct json *request, struct text *members, struct text *error) {
  (void)members;
  const char *data = json_string(request, "data");
  struct text bytes = {0};
  if (!data || text_add_decoded(&bytes, data, strlen(data)) || !bytes.length || bytes.length > 512) {
    text_free(&bytes);
    text_add_string(error, "seed needs data, 1 to 512 bytes in base64");
    return -1;
  }
  struct {
    struct rand_pool_info info;
    char room[512];
  } pool = {.info = {.entropy_count = (int)bytes.length * 8, .buf_size = (int)bytes.length}};
  memcpy(pool.info.buf, bytes.bytes, bytes.length);
  text_free(&bytes);
  int device = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
  int result = 0;
  if (device < 0 || ioctl(device, RNDADDENTROPY, &pool.info) || ioctl(device, RNDRESEEDCRNG))
    result = fail(error, "cannot seed", "/dev/urandom");
  if (device >= 0) close(device);
  return result;
}

int set_window_size(const struct json *request, struct text *members, struct text *error) {
  (void)members;
  const struct json *console = json_number(request, "console");
  const struct json *cols = json_number(request, "cols");
  const struct json *rows = json_number(request, "rows");
  if (!console || !cols || !rows || console->number < 0 || console->number > 2 || cols->number < 1 ||
      cols->number > 10000 || rows->number < 1 || rows->number > 10000) {
    text_add_string(error, "winsize needs console (0 to 2), cols and rows");
    return -1;
  }
  char path[64];
  snprintf(path, sizeof path, "%s%d", console_prefix, (int)console->number);
  struct winsize size = {.ws_col = (unsigned short)cols->number, .ws_row = (unsigned short)rows->number};
  int terminal = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  int result = 0;
  if (terminal < 0 || ioctl(terminal, TIOCSWINSZ, &size)) result = fail(error, "cannot set the size of", path);
  if (terminal >= 0) close(terminal);
  return result;
}
