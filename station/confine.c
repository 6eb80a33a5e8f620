#include "station/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Everything that codecs, libc and the sanitizers ask for once a process runs; all act on memory,
 * on descriptors that are already open, or on the process itself. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(ftruncate),
    SCMP_SYS(close),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(mmap),
    SCMP_SYS(mremap),
    SCMP_SYS(munmap),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(futex),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getrusage),
    SCMP_SYS(sysinfo),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

static bool limit(int what, int64_t value, struct fail *why) {
    struct rlimit bound = {(rlim_t)value, (rlim_t)value}, now;
    if (getrlimit(what, &now) == 0 && now.rlim_max != RLIM_INFINITY &&
        now.rlim_max < bound.rlim_max) {
        bound.rlim_cur = bound.rlim_max = now.rlim_max; /* we were given less: no more than that */
    }
    return setrlimit(what, &bound) == 0 || fail_system(why, errno, "cannot confine the helper");
}

static bool set_limits(const struct confine_limits *limits, struct fail *why) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    if (!limit(RLIMIT_AS, limits->memory_bytes, why)) {
        return false;
    }
#endif
    signal(SIGXFSZ, SIG_IGN); /* writing then fails with EFBIG */
    return limit(RLIMIT_CPU, limits->cpu_s, why) && limit(RLIMIT_FSIZE, limits->file_bytes, why) &&
           limit(RLIMIT_CORE, 0, why) && limit(RLIMIT_MEMLOCK, 0, why);
}

static bool add_rules(scmp_filter_ctx filter) {
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        /* A call that this machine's kernel interface does not have needs no rule. */
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == -ENOMEM) {
            return false;
        }
    }
    /* fstat() of newer C libraries is newfstatat() with AT_EMPTY_PATH; mprotect() without making
     * anything executable. */
    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                     SCMP_A3(SCMP_CMP_MASKED_EQ, 0x1000, 0x1000));
    seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                     SCMP_A2(SCMP_CMP_MASKED_EQ, 4 /* PROT_EXEC */, 0));
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)) == 0; /* abort() */
}

static bool filter_calls(struct fail *why) {
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter == NULL) {
        return fail_set(why, FAIL_DEVICE, "cannot confine the helper: no filter of system calls");
    }
    int error = add_rules(filter) ? seccomp_load(filter) : -ENOMEM;
    seccomp_release(filter);
    if (error != 0) {
        return fail_system(why, -error, "cannot confine the helper");
    }
    return true;
}

bool confine_self(const struct confine_limits *limits, struct fail *why) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
        prctl(PR_SET_DUMPABLE, 0) != 0) {
        return fail_system(why, errno, "cannot confine the helper");
    }
    if (unshare(CLONE_NEWNET) != 0) {
        unshare(CLONE_NEWUSER | CLONE_NEWNET); /* without rights it may still be allowed */
    }
    return set_limits(limits, why) && filter_calls(why);
}

bool confine_holds(struct fail *why) {
    if (open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0 ||
        open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0) {
        return fail_set(why, FAIL_DEVICE, "the confined helper could open a file");
    }
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0) {
        return fail_set(why, FAIL_DEVICE, "the confined helper could open a socket");
    }
    pid_t process = fork();
    if (process == 0) {
        _exit(0);
    }
    if (process > 0) {
        waitpid(process, NULL, 0);
        return fail_set(why, FAIL_DEVICE, "the confined helper could start a process");
    }
    if (kill(getppid(), 0) == 0) {
        return fail_set(why, FAIL_DEVICE, "the confined helper could signal its parent");
    }
    return true;
}
