/* The mixer against alsa-lib and a real sound server's control device: a PulseAudio with a null
 * sink of its own in a folder of its own, ended with the test. */
#include "hw/mixer.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/mixer-XXXXXX";
static pid_t server = -1;

static void write_file(const char *name, const char *content) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, content, folder);
    fclose(file);
}

static void set_path(const char *variable, const char *format) {
    char value[160];
    snprintf(value, sizeof value, format, folder);
    setenv(variable, value, 1);
}

static bool command(const char *line) {
    return system(line) == 0;
}

static int start_server(void **state) {
    (void)state;
    if (!command("command -v pulseaudio pactl >/dev/null 2>&1") || mkdtemp(folder) == NULL) {
        return 0;
    }
    set_path("HOME", "%s");
    set_path("XDG_RUNTIME_DIR", "%s");
    set_path("PULSE_RUNTIME_PATH", "%s");
    set_path("PULSE_STATE_PATH", "%s");
    set_path("PULSE_COOKIE", "%s/cookie");
    set_path("PULSE_SERVER", "unix:%s/pulse.sock");
    set_path("ALSA_CONFIG_PATH", "%s/asound.conf");
    write_file("asound.conf", "</usr/share/alsa/alsa.conf>\n"
                              "ctl.fake { type pulse server \"unix:%s/pulse.sock\" }\n");
    write_file("start.pa", "load-module module-null-sink sink_name=fake\n"
                           "load-module module-native-protocol-unix socket=%s/pulse.sock "
                           "auth-anonymous=1\nset-default-sink fake\n");
    char script[160];
    snprintf(script, sizeof script, "%s/start.pa", folder);
    server = fork();
    if (server == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execlp("pulseaudio", "pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no",
               "--exit-idle-time=-1", "--realtime=no", "--high-priority=no", "--disable-shm=yes",
               "-F", script, (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 200; i++) {
        if (command("pactl info >/dev/null 2>&1")) {
            return 0;
        }
        usleep(50000);
    }
    return 0;
}

static int stop_server(void **state) {
    (void)state;
    if (server > 0) {
        kill(server, SIGTERM);
        waitpid(server, NULL, 0);
    }
    char line[64];
    snprintf(line, sizeof line, "rm -rf %s", folder);
    return command(line) ? 0 : -1;
}

static void need_server(void) {
    if (!command("pactl info >/dev/null 2>&1")) {
        skip();
    }
}

static void a_muted_quiet_card_is_unmuted_set_and_told(void **state) {
    (void)state;
    need_server();
    assert_true(command("pactl set-sink-mute fake 1 && pactl set-sink-volume fake 7%"));
    struct mixer_report report;
    struct fail why = {0};
    if (!mixer_prepare("fake", "", 80, &report, &why)) {
        fail_msg("%s", why.sentence);
    }
    assert_true(report.any);
    assert_int_equal(report.count, 1); /* Capture is left alone */
    assert_string_equal(report.elements[0].name, "Master");
    assert_true(report.elements[0].was_muted);
    assert_in_range(report.elements[0].was_percent, 6, 8);
    assert_in_range(report.elements[0].percent, 79, 81);
    assert_true(command("pactl get-sink-mute fake | grep -q no"));
    assert_true(command("pactl get-sink-volume fake | grep -Eq ' (79|80|81)%'"));
}

static void the_named_element_is_set_and_another_name_is_refused(void **state) {
    (void)state;
    need_server();
    struct mixer_report report;
    struct fail why = {0};
    assert_true(mixer_prepare("fake", "Master", 30, &report, &why));
    assert_false(report.elements[0].was_muted);
    assert_in_range(report.elements[0].percent, 29, 31);
    assert_false(mixer_prepare("fake", "Speaker", 30, &report, &why));
    assert_int_equal(why.code, FAIL_NOT_FOUND);
    assert_non_null(strstr(why.sentence, "Master"));
}

static void a_server_that_is_gone_is_told(void **state) {
    (void)state;
    need_server();
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    server = -1;
    struct mixer_report report;
    struct fail why = {0};
    assert_false(mixer_prepare("fake", "", 80, &report, &why));
    assert_int_equal(why.code, FAIL_SYSTEM);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_muted_quiet_card_is_unmuted_set_and_told),
        cmocka_unit_test(the_named_element_is_set_and_another_name_is_refused),
        cmocka_unit_test(a_server_that_is_gone_is_told),
    };
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
