/* logging: one line a message on standard error, with syslog's priority mark ("<4>") when systemd
 * reads it. Library code never logs; programs do. Thread: any; not RT safe. */
#ifndef LOAXA_BASE_LOGGING_H
#define LOAXA_BASE_LOGGING_H

enum logging_level {
    LOGGING_ERROR = 3,
    LOGGING_WARNING = 4,
    LOGGING_NOTICE = 5,
    LOGGING_INFO = 6,
    LOGGING_DEBUG = 7
};

/* Sets the program's name and the least important level that is still written. */
void logging_start(const char *program, enum logging_level level);
void logging_write(enum logging_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...) logging_write(LOGGING_ERROR, __VA_ARGS__)
#define log_warning(...) logging_write(LOGGING_WARNING, __VA_ARGS__)
#define log_notice(...) logging_write(LOGGING_NOTICE, __VA_ARGS__)
#define log_info(...) logging_write(LOGGING_INFO, __VA_ARGS__)
#define log_debug(...) logging_write(LOGGING_DEBUG, __VA_ARGS__)

#endif
