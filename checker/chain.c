#include "checker/chain.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void chain_start(struct chain *chain) {
    *chain = (struct chain){0};
    memset(chain->last_hash, '0', 64);
}

bool chain_want_head(struct chain *chain, const char *text) {
    char *colon;
    chain->head_seq = strtoll(text, &colon, 10);
    if (chain->head_seq < 1 || *colon != ':' || strlen(colon + 1) != 64 ||
        strspn(colon + 1, "0123456789abcdef") != 64) {
        return false;
    }
    memcpy(chain->head_hash, colon + 1, 65);
    return true;
}

static void hash_of(const struct event *event, char hex[65]) {
    unsigned char prev[32] = {0}, hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    sodium_hex2bin(prev, sizeof prev, event->prev, 64, NULL, NULL, NULL);
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, prev, sizeof prev);
    crypto_hash_sha256_update(&state, (const unsigned char *)event->bytes, event->size);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(hex, 65, hash, sizeof hash);
}

static void judge_number(const struct chain *chain, const struct event *event,
                         struct breaches *breaches) {
    if (event->seq > chain->last_seq + 1) {
        breach_add(breaches, RULE_CHAIN, event->line, event->seq,
                   "events %" PRId64 " to %" PRId64 " are missing before this line",
                   "thiếu các sự kiện từ %" PRId64 " đến %" PRId64 " trước dòng này",
                   chain->last_seq + 1, event->seq - 1);
    } else if (event->seq <= chain->last_seq) {
        breach_add(breaches, RULE_CHAIN, event->line, event->seq,
                   "event %" PRId64 " comes after event %" PRId64 ": reordered or repeated",
                   "sự kiện %" PRId64 " đứng sau sự kiện %" PRId64 ": bị đảo hoặc lặp", event->seq,
                   chain->last_seq);
    }
}

void chain_add(struct chain *chain, const struct event *event, struct breaches *breaches) {
    char hash[65];
    hash_of(event, hash);
    bool whole = strcmp(hash, event->hash) == 0;
    judge_number(chain, event, breaches);
    if (!whole) {
        breach_add(breaches, RULE_CHAIN, event->line, event->seq,
                   "this event was changed: its bytes no longer give its hash",
                   "sự kiện này đã bị sửa: nội dung không còn khớp mã băm");
    } else if (strcmp(event->prev, chain->last_hash) != 0 && event->seq == chain->last_seq + 1) {
        /* This line is whole and remembers another event before it: that one was replaced. */
        bool first = event->seq == 1;
        breach_add(breaches, RULE_CHAIN, first ? event->line : event->line - 1,
                   first ? event->seq : event->seq - 1,
                   first
                       ? "the first event does not begin the chain: something before it was removed"
                       : "this event was replaced: the next one remembers another hash",
                   first ? "sự kiện đầu không mở đầu chuỗi: phần trước nó đã bị xóa"
                         : "sự kiện này đã bị thay: sự kiện sau nhớ mã băm khác");
    }
    if (event->seq == chain->head_seq) {
        chain->head_seen = true;
        if (strcmp(event->hash, chain->head_hash) != 0) {
            breach_add(
                breaches, RULE_CHAIN, event->line, event->seq,
                "the head that was kept has another hash: the diary was rewritten at or before "
                "this event",
                "mã đầu chuỗi đã lưu khác mã ở đây: nhật ký đã bị viết lại từ sự kiện này trở "
                "về trước");
        }
    }
    chain->last_seq = event->seq;
    memcpy(chain->last_hash, event->hash, sizeof chain->last_hash);
}

void chain_end(const struct chain *chain, struct breaches *breaches) {
    if (chain->head_seq != 0 && !chain->head_seen) {
        breach_add(
            breaches, RULE_CHAIN, 0, chain->head_seq,
            "event %" PRId64 ", whose head was kept, is not in the diary: its tail was removed",
            "không có sự kiện %" PRId64 " mà mã đầu chuỗi đã lưu: phần cuối nhật ký đã bị xóa",
            chain->head_seq);
    }
}
