/* fscrec FILE.wav [RATE] [CHANNELS] [SECONDS]: copies s16le frames from standard input to FILE.wav
 * and writes FILE.wav.t0: "realtime_ns monotonic_ns frames", the best estimate of the instant of
 * sample 0 (the earliest that any chunk allows: chunks can only be late). */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;

static void stop(int number) {
    (void)number;
    stopped = 1;
}

static int64_t read_clock_ns(clockid_t id) {
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void put(uint8_t *header, size_t at, uint32_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        header[at + i] = (uint8_t)(value >> (8 * i));
    }
}

static void write_header(FILE *file, uint32_t rate, uint32_t channels, uint32_t size) {
    uint8_t header[44] = "RIFF....WAVEfmt ....................data....";
    put(header, 4, size + 36, 4);
    put(header, 16, 16, 4);
    put(header, 20, 1, 2);
    put(header, 22, channels, 2);
    put(header, 24, rate, 4);
    put(header, 28, rate * channels * 2, 4);
    put(header, 32, channels * 2, 2);
    put(header, 34, 16, 2);
    put(header, 40, size, 4);
    rewind(file);
    fwrite(header, 1, sizeof header, file);
    fflush(file);
}

int main(int count, char **arguments) {
    if (count < 2) {
        return 2;
    }
    uint32_t rate = count > 2 ? (uint32_t)atoi(arguments[2]) : 48000;
    uint32_t channels = count > 3 ? (uint32_t)atoi(arguments[3]) : 2;
    double seconds = count > 4 ? atof(arguments[4]) : 0.0;
    FILE *file = fopen(arguments[1], "w+");
    if (file == NULL) {
        perror(arguments[1]);
        return 1;
    }
    struct sigaction action = {.sa_handler = stop}; /* without SA_RESTART: read() returns */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    write_header(file, rate, channels, 0);
    static uint8_t block[1 << 16];
    int64_t bytes = 0, best_mono = INT64_MAX, best_real = INT64_MAX;
    while (!stopped && (seconds == 0.0 || (double)bytes / (channels * 2) < seconds * rate)) {
        ssize_t got = read(STDIN_FILENO, block, sizeof block);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        /* A null sink's monitor hands a chunk over when its first frame is due. */
        int64_t since = bytes / (channels * 2) * 1000000000 / rate;
        int64_t mono = read_clock_ns(CLOCK_MONOTONIC) - since;
        int64_t real = read_clock_ns(CLOCK_REALTIME) - since;
        best_mono = mono < best_mono ? mono : best_mono;
        best_real = real < best_real ? real : best_real;
        fwrite(block, 1, (size_t)got, file);
        bytes += got;
    }
    write_header(file, rate, channels, (uint32_t)bytes);
    fclose(file);
    char path[4096];
    snprintf(path, sizeof path, "%s.t0", arguments[1]);
    FILE *start = fopen(path, "w");
    if (start == NULL) {
        perror(path);
        return 1;
    }
    fprintf(start, "%lld %lld %lld\n", (long long)best_real, (long long)best_mono,
            (long long)(bytes / (channels * 2)));
    return fclose(start) == 0 ? 0 : 1;
}
