/* trust: how far the wall clock may be believed. A value that comes in with the time. */
#ifndef LOAXA_SCHEDULER_TRUST_H
#define LOAXA_SCHEDULER_TRUST_H

enum clock_trust {
    CLOCK_UNTRUSTED, /* nobody knows what time it is: planned sessions are held */
    CLOCK_HELD,      /* a battery clock, or a named operator vouches for it until the next boot */
    CLOCK_TRUSTED    /* synchronised with the network */
};

/* "trusted", "held", "untrusted". */
static inline const char *clock_trust_word(enum clock_trust trust) {
    return trust == CLOCK_TRUSTED ? "trusted" : trust == CLOCK_HELD ? "held" : "untrusted";
}

#endif
