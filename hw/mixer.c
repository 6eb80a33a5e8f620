#include "hw/mixer.h"

#include "base/text.h"

#include <alsa/asoundlib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { READ_BACK_TRIES = 20, READ_BACK_MS = 25 };

void mixer_card(const char *pcm_device, char card[MIXER_CARD_SIZE]) {
    const char *colon = strchr(pcm_device, ':');
    const char *named = colon != NULL ? strstr(colon, "CARD=") : NULL;
    if (named != NULL) {
        snprintf(card, MIXER_CARD_SIZE, "hw:CARD=%.*s", (int)strcspn(named + 5, ","), named + 5);
    } else if (colon != NULL && colon[1] != '\0' && strchr(colon, '=') == NULL) {
        snprintf(card, MIXER_CARD_SIZE, "hw:%.*s", (int)strcspn(colon + 1, ","), colon + 1);
    } else {
        snprintf(card, MIXER_CARD_SIZE, "%s", pcm_device);
    }
}

bool mixer_element_matters(const char *name) {
    /* As the kernel's drivers name inputs that are mixed into the output, and the beeper. */
    static const char *const inputs[] = {"Mic",      "Line",  "CD",         "Aux",     "Video",
                                         "Phone",    "Beep",  "Input",      "Capture", "Loopback",
                                         "Sidetone", "Synth", "Analog Mix", "Radio",   "Line In"};
    if (strcasestr(name, "Mic") != NULL || strcasestr(name, "Beep") != NULL ||
        strcasestr(name, "Capture") != NULL || strcasestr(name, "PC Speaker") != NULL ||
        strcasestr(name, "Loopback") != NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        if (strcasecmp(name, inputs[i]) == 0) {
            return false;
        }
    }
    return true;
}

/* alsa-lib writes its complaints to standard error; ours stand in struct fail. */
static void be_quiet(const char *file, int line, const char *function, int error,
                     const char *format, va_list arguments) {
    (void)file;
    (void)line;
    (void)function;
    (void)error;
    (void)format;
    (void)arguments;
}

static bool plays(snd_mixer_elem_t *element) {
    return snd_mixer_selem_is_active(element) && (snd_mixer_selem_has_playback_volume(element) ||
                                                  snd_mixer_selem_has_playback_switch(element));
}

static void name_of(snd_mixer_elem_t *element, char name[MIXER_NAME_SIZE]) {
    unsigned index = snd_mixer_selem_get_index(element);
    if (index == 0) {
        snprintf(name, MIXER_NAME_SIZE, "%s", snd_mixer_selem_get_name(element));
    } else {
        snprintf(name, MIXER_NAME_SIZE, "%s,%u", snd_mixer_selem_get_name(element), index);
    }
}

/* Its range; false where it has no volume, or one of a single step. */
static bool range_of(snd_mixer_elem_t *element, long *ret_least, long *ret_most) {
    return snd_mixer_selem_has_playback_volume(element) &&
           snd_mixer_selem_get_playback_volume_range(element, ret_least, ret_most) == 0 &&
           *ret_least < *ret_most;
}

/* What it is now: the quietest channel, and whether any channel is muted. */
static void read_element(snd_mixer_elem_t *element, int *ret_percent, bool *ret_muted) {
    long least = 0, most = 0;
    bool has_volume = range_of(element, &least, &most);
    bool has_switch = snd_mixer_selem_has_playback_switch(element);
    *ret_percent = has_volume ? 100 : -1;
    *ret_muted = false;
    for (int i = 0; i <= SND_MIXER_SCHN_LAST; i++) {
        snd_mixer_selem_channel_id_t channel = (snd_mixer_selem_channel_id_t)i;
        long value;
        int on = 1;
        if (!snd_mixer_selem_has_playback_channel(element, channel)) {
            continue;
        }
        if (has_volume && snd_mixer_selem_get_playback_volume(element, channel, &value) == 0) {
            int percent = (int)((200 * (value - least) + (most - least)) / (2 * (most - least)));
            *ret_percent = percent < *ret_percent ? percent : *ret_percent;
        }
        if (has_switch && snd_mixer_selem_get_playback_switch(element, channel, &on) == 0 &&
            on == 0) {
            *ret_muted = true;
        }
    }
}

/* How many percent one step of the element's range is, rounded up: it cannot be set finer. */
static int step_percent(snd_mixer_elem_t *element) {
    long least = 0, most = 0;
    return range_of(element, &least, &most) ? (int)(100 / (most - least)) + 1 : 0;
}

static void set_element(snd_mixer_elem_t *element, int percent) {
    long least = 0, most = 0;
    if (range_of(element, &least, &most)) {
        long value = least + ((most - least) * percent + 50) / 100;
        snd_mixer_selem_set_playback_volume_all(element, value);
    }
    if (snd_mixer_selem_has_playback_switch(element)) {
        snd_mixer_selem_set_playback_switch_all(element, 1);
    }
}

/* Sets, then waits until what is read back is what was set: some drivers tell late. */
static bool prepare_element(snd_mixer_t *mixer, snd_mixer_elem_t *element, int percent,
                            struct mixer_element *said, struct fail *why) {
    bool muted;
    name_of(element, said->name);
    read_element(element, &said->was_percent, &said->was_muted);
    set_element(element, percent);
    for (int i = 0; i < READ_BACK_TRIES; i++) {
        snd_mixer_handle_events(mixer);
        read_element(element, &said->percent, &muted);
        int off = said->percent < 0 ? 0 : said->percent - percent;
        if (!muted && off <= step_percent(element) && -off <= step_percent(element)) {
            return true;
        }
        snd_mixer_wait(mixer, READ_BACK_MS);
    }
    return muted ? fail_set(why, FAIL_DEVICE, "the mixer's '%s' stays muted", said->name)
                 : fail_set(why, FAIL_DEVICE, "the mixer's '%s' stays at %d %% instead of %d %%",
                            said->name, said->percent, percent);
}

static bool is_meant(snd_mixer_elem_t *element, const char *control) {
    char name[MIXER_NAME_SIZE];
    name_of(element, name);
    return plays(element) &&
           (control[0] != '\0' ? strcmp(name, control) == 0
                               : mixer_element_matters(snd_mixer_selem_get_name(element)));
}

static bool not_found(snd_mixer_t *mixer, const char *card, const char *control, struct fail *why) {
    struct text names = {0};
    for (snd_mixer_elem_t *element = snd_mixer_first_elem(mixer); element != NULL;
         element = snd_mixer_elem_next(element)) {
        char name[MIXER_NAME_SIZE];
        if (plays(element)) {
            name_of(element, name);
            text_add_format(&names, "%s%s", names.length > 0 ? ", " : "", name);
        }
    }
    fail_set(why, FAIL_NOT_FOUND, "the mixer of %s has no '%s'; it has: %.200s", card, control,
             names.length > 0 ? text_string(&names) : "-");
    text_finish(&names);
    return false;
}

/* Attaches; *ret_mixer stays NULL where the card has no mixer. */
static bool open_mixer(const char *card, snd_mixer_t **ret_mixer, struct fail *why) {
    snd_mixer_t *mixer;
    int status = snd_mixer_open(&mixer, 0);
    if (status < 0) {
        return fail_system(why, -status, "cannot open a mixer");
    }
    status = snd_mixer_attach(mixer, card);
    if (status == -ENOENT || status == -ENXIO) {
        snd_mixer_close(mixer);
        return true;
    }
    if (status >= 0) {
        status = snd_mixer_selem_register(mixer, NULL, NULL);
    }
    if (status >= 0) {
        status = snd_mixer_load(mixer);
    }
    if (status < 0) {
        snd_mixer_close(mixer);
        return fail_system(why, -status, "cannot open the mixer of %s", card);
    }
    *ret_mixer = mixer;
    return true;
}

static bool prepare_all(snd_mixer_t *mixer, const char *card, const char *control, int percent,
                        struct mixer_report *report, struct fail *why) {
    bool ok = true;
    for (snd_mixer_elem_t *element = snd_mixer_first_elem(mixer);
         element != NULL && report->count < MIXER_ELEMENTS_MAX;
         element = snd_mixer_elem_next(element)) {
        if (is_meant(element, control)) {
            /* One that does not obey keeps no other from being set. */
            ok = prepare_element(mixer, element, percent, &report->elements[report->count++],
                                 ok ? why : NULL) &&
                 ok;
        }
    }
    return ok && (report->count > 0 || control[0] == '\0' || not_found(mixer, card, control, why));
}

bool mixer_prepare(const char *card, const char *control, int percent,
                   struct mixer_report *ret_report, struct fail *why) {
    *ret_report = (struct mixer_report){0};
    if (percent < 0 || percent > 100) {
        return fail_set(why, FAIL_INVALID, "a volume of %d %% cannot be", percent);
    }
    snd_mixer_t *mixer = NULL;
    snd_local_error_handler_t before = snd_lib_error_set_local(be_quiet);
    bool ok = open_mixer(card, &mixer, why);
    if (ok && mixer == NULL && control[0] != '\0') {
        ok = fail_set(why, FAIL_NOT_FOUND, "%s has no mixer, so no '%s' either: leave it empty",
                      card, control);
    }
    if (mixer != NULL) {
        ret_report->any = true;
        ok = prepare_all(mixer, card, control, percent, ret_report, why);
        snd_mixer_close(mixer);
    }
    snd_lib_error_set_local(before);
    return ok;
}
