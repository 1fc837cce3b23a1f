#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "operations.h"

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
