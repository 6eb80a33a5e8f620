#include "hw/relay_gpio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

_Static_assert(GPIO_V2_LINES_MAX >= 2 * RELAY_ZONES_MAX, "one request holds every line");

struct gpio_v2_line_request relay_gpio_request(const struct wiring *wiring,
                                               const uint32_t offsets[RELAY_ZONES_MAX][2],
                                               int ret_index[RELAY_ZONES_MAX][2]) {
    struct gpio_v2_line_request request = {.consumer = "loaxa-ampd",
                                           .config.flags = GPIO_V2_LINE_FLAG_OUTPUT};
    uint64_t inverted = 0, muted = 0;
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        for (int line = 0; line < 2; line++) {
            ret_index[zone][line] = -1;
            const struct wire *wire = &wiring->wires[zone][line];
            if ((wiring->zones >> zone & 1) == 0 || wire->name[0] == '\0') {
                continue;
            }
            uint64_t bit = UINT64_C(1) << request.num_lines;
            inverted |= wire->inverted ? bit : 0;
            muted |= line == RELAY_MUTE ? bit : 0;
            ret_index[zone][line] = (int)request.num_lines;
            request.offsets[request.num_lines++] = offsets[zone][line];
        }
    }
    request.config.attrs[request.config.num_attrs++] = (struct gpio_v2_line_config_attribute){
        .attr = {.id = GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, .values = muted},
        .mask = request.num_lines == 64 ? UINT64_MAX : (UINT64_C(1) << request.num_lines) - 1};
    if (inverted != 0) {
        request.config.attrs[request.config.num_attrs++] = (struct gpio_v2_line_config_attribute){
            .attr = {.id = GPIO_V2_LINE_ATTR_ID_FLAGS,
                     .flags = GPIO_V2_LINE_FLAG_OUTPUT | GPIO_V2_LINE_FLAG_ACTIVE_LOW},
            .mask = inverted};
    }
    return request;
}

/* Opens `path` if it is the chip that is meant; -1 if not. */
static int open_if_chip(const char *path, const char *chip, struct gpiochip_info *info) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    *info = (struct gpiochip_info){0};
    if (ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, info) == 0 &&
        (strcmp(chip, path) == 0 || strncmp(chip, info->label, sizeof info->label) == 0 ||
         strncmp(chip, info->name, sizeof info->name) == 0)) {
        return fd;
    }
    close(fd);
    return -1;
}

static int open_chip(const char *chip, struct gpiochip_info *info, struct fail *why) {
    if (chip[0] == '/') {
        int fd = open_if_chip(chip, chip, info);
        if (fd < 0) {
            fail_system(why, errno, "cannot open the GPIO chip %s", chip);
        }
        return fd;
    }
    int found = -1, denied = 0;
    DIR *folder = opendir("/dev");
    struct dirent *entry;
    while (folder != NULL && found < 0 && (entry = readdir(folder)) != NULL) {
        char path[280];
        if (strncmp(entry->d_name, "gpiochip", 8) != 0) {
            continue;
        }
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        errno = 0;
        found = open_if_chip(path, chip, info);
        denied = found < 0 && errno == EACCES ? EACCES : denied;
    }
    if (folder != NULL) {
        closedir(folder);
    }
    if (found < 0 && denied != 0) {
        fail_system(why, denied, "cannot open the GPIO chip %s", chip);
    } else if (found < 0) {
        fail_set(why, FAIL_DEVICE,
                 "there is no GPIO chip '%.60s': 'gpiodetect' or /dev/gpiochip* tell their labels",
                 chip);
    }
    return found;
}

/* A line by its name, or by its offset where it is written as a number. */
static bool find_line(int fd, const struct gpiochip_info *info, const char *name,
                      uint32_t *ret_offset, struct fail *why) {
    for (uint32_t offset = 0; offset < info->lines; offset++) {
        struct gpio_v2_line_info line = {.offset = offset};
        if (ioctl(fd, GPIO_V2_GET_LINEINFO_IOCTL, &line) == 0 &&
            strncmp(name, line.name, sizeof line.name) == 0) {
            *ret_offset = offset;
            return true;
        }
    }
    char *end;
    unsigned long offset = strtoul(name, &end, 10);
    if (name[0] >= '0' && name[0] <= '9' && *end == '\0' && offset < info->lines) {
        *ret_offset = (uint32_t)offset;
        return true;
    }
    return fail_set(why, FAIL_DEVICE, "the GPIO chip %.32s has no line '%s'", info->label, name);
}

static bool find_lines(struct relay_gpio *gpio, int fd, const struct gpiochip_info *info,
                       uint32_t offsets[RELAY_ZONES_MAX][2], struct fail *why) {
    for (int zone = 0; zone < RELAY_ZONES_MAX; zone++) {
        for (int line = 0; line < 2; line++) {
            const char *name = gpio->wiring.wires[zone][line].name;
            if (name[0] != '\0' && !find_line(fd, info, name, &offsets[zone][line], why)) {
                return false;
            }
        }
    }
    return true;
}

/* Requests every line, which switches everything off and mutes it. */
static bool request_lines(struct relay_gpio *gpio, struct fail *why) {
    struct gpiochip_info info;
    uint32_t offsets[RELAY_ZONES_MAX][2] = {{0}};
    int chip = open_chip(gpio->chip, &info, why);
    if (chip < 0) {
        return false;
    }
    bool ok = find_lines(gpio, chip, &info, offsets, why);
    if (ok) {
        struct gpio_v2_line_request request =
            relay_gpio_request(&gpio->wiring, (const uint32_t(*)[2])offsets, gpio->index);
        if (ioctl(chip, GPIO_V2_GET_LINE_IOCTL, &request) == 0) {
            gpio->fd = request.fd;
        } else {
            ok = errno == EBUSY
                     ? fail_set(why, FAIL_DEVICE, "another program holds lines of the GPIO chip %s",
                                gpio->chip)
                     : fail_system(why, errno, "cannot take the lines of the GPIO chip %s",
                                   gpio->chip);
        }
    }
    close(chip);
    return ok;
}

static void lose_chip(struct relay_gpio *gpio) {
    close(gpio->fd);
    gpio->fd = -1;
}

static bool gpio_set(struct relay *relay, const struct relay_edge *edge, struct fail *why) {
    struct relay_gpio *gpio = (struct relay_gpio *)relay;
    if (gpio->fd < 0 && !request_lines(gpio, why)) {
        return false;
    }
    int index = gpio->index[edge->zone][edge->line];
    if (index < 0) {
        return true; /* not wired: this zone is silent by power alone */
    }
    struct gpio_v2_line_values values = {.mask = UINT64_C(1) << index};
    values.bits = edge->state ? values.mask : 0;
    if (ioctl(gpio->fd, GPIO_V2_LINE_SET_VALUES_IOCTL, &values) != 0) {
        int error = errno;
        lose_chip(gpio);
        return fail_system(why, error, "cannot switch '%s' of the GPIO chip %s",
                           gpio->wiring.wires[edge->zone][edge->line].name, gpio->chip);
    }
    return true;
}

static bool gpio_read(struct relay *relay, int zone, enum relay_line line, bool *ret_state,
                      struct fail *why) {
    struct relay_gpio *gpio = (struct relay_gpio *)relay;
    int index = gpio->index[zone][line];
    if (gpio->fd < 0) {
        return fail_set(why, FAIL_DEVICE, "the GPIO chip %s is away", gpio->chip);
    }
    if (index < 0) {
        return fail_set(why, FAIL_NOT_FOUND, "zone %d has no such relay line to read", zone);
    }
    struct gpio_v2_line_values values = {.mask = UINT64_C(1) << index};
    if (ioctl(gpio->fd, GPIO_V2_LINE_GET_VALUES_IOCTL, &values) != 0) {
        int error = errno;
        lose_chip(gpio);
        return fail_system(why, error, "cannot read '%s' of the GPIO chip %s",
                           gpio->wiring.wires[zone][line].name, gpio->chip);
    }
    *ret_state = (values.bits & values.mask) != 0;
    return true;
}

static void gpio_finish(struct relay *relay) {
    struct relay_gpio *gpio = (struct relay_gpio *)relay;
    if (gpio->fd >= 0) {
        lose_chip(gpio);
    }
}

static const struct relay_ops gpio_ops = {
    .name = "gpio", .set = gpio_set, .read = gpio_read, .finish = gpio_finish};

bool relay_gpio_init(struct relay_gpio *gpio, const char *chip, const struct wiring *wiring,
                     struct fail *why) {
    *gpio = (struct relay_gpio){.relay = {&gpio_ops}, .wiring = *wiring, .fd = -1};
    if (chip[0] == '\0' || strlen(chip) >= sizeof gpio->chip) {
        return fail_set(why, FAIL_INVALID,
                        "a GPIO chip is named by its label, such as "
                        "gpio:pinctrl-bcm2711");
    }
    strcpy(gpio->chip, chip);
    return request_lines(gpio, why);
}
