/* relay_gpio: relays on the lines of a GPIO chip, by the kernel's version 2 character device
 * (linux/gpio.h; libgpiod's two incompatible versions differ between Debian releases).
 *
 * The chip is named by its label ("pinctrl-bcm2711"), since the numbers of /dev/gpiochipN change;
 * lines by name or offset. All lines are requested at once and take "off and muted" with the
 * request, before anything else can be said to them. What a line does when the process dies is the
 * chip's: many keep the last level, gpio-sim lets go to its pull. So loaxa-ampd's ExecStopPost asks
 * again for everything off, and a mute contact should be normally closed ('!').
 * A chip that goes (USB) fails its zones; it is opened again when the next command comes. */
#ifndef LOAXA_HW_RELAY_GPIO_H
#define LOAXA_HW_RELAY_GPIO_H

#include "base/fail.h"
#include "hw/relay.h"
#include "hw/wiring.h"

#include <linux/gpio.h>
#include <stdbool.h>

struct relay_gpio {
    struct relay relay; /* first: the driver's face */
    char chip[128];
    struct wiring wiring;
    int fd;                        /* the requested lines; -1 while the chip is away */
    int index[RELAY_ZONES_MAX][2]; /* of a line in the request; -1: not wired */
};

/* `chip` is a label, a name ("gpiochip0") or a path ("/dev/gpiochip0"). Ends with relay_finish(). */
bool relay_gpio_init(struct relay_gpio *gpio, const char *chip, const struct wiring *wiring,
                     struct fail *why);

/* The request for every line of a wiring, whose offsets stand by zone and line: outputs, inverted
 * ones active low, all off and muted. Fills ret_index. Pure. */
struct gpio_v2_line_request relay_gpio_request(const struct wiring *wiring,
                                               const uint32_t offsets[RELAY_ZONES_MAX][2],
                                               int ret_index[RELAY_ZONES_MAX][2]);

#endif
