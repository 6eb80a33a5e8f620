#include "station/item_words.h"

#include "base/memory.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char head_line[] =
    "# item\tkey\tclass\tspoken\tleft\tright\tpriority\tnote; 'loaxa lexicon add --apply ITEM'\n";

/* The file as one item sees it. */
struct words_file {
    struct text others; /* the lines of other items, as they are */
    struct text own;    /* a lexicon: the item's lines where they stand, the others empty */
};

/* One line without its end; an editor may have written it. */
static bool take_line(struct words_file *file, int64_t item, const char *line, size_t length,
                      size_t number, struct fail *why) {
    if (length != 0 && line[0] != '#') {
        char *end;
        errno = 0;
        long long id = strtoll(line, &end, 10); /* the text ends with NUL */
        if (end == line || end >= line + length || *end != '\t' || id < 1 || errno != 0) {
            return fail_set(why, FAIL_INVALID,
                            "lexicon-items.tsv, line %zu: write the item's number, a tab and a "
                            "lexicon's line",
                            number);
        }
        if (id == item) {
            text_add(&file->own, end + 1, (size_t)(line + length - end - 1));
        } else {
            text_add(&file->others, line, length);
            text_add_string(&file->others, "\n");
        }
    }
    text_add_string(&file->own, "\n");
    return true;
}

/* The item's words into *lexicon, which is empty; the lines of others into *others. */
static bool read_words(const char *folder, int64_t item, struct lexicon *lexicon,
                       struct text *others, struct fail *why) {
    memory_auto char *path = memory_format("%s/%s", folder, ITEM_WORDS_FILE);
    struct text all = {0};
    struct words_file file = {0};
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return true;
    }
    bool ok = text_read_file(path, LEXICON_BYTES_MAX, &all, why);
    const char *at = text_string(&all), *end = at + all.length;
    for (size_t number = 1; ok && at < end; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((newline != NULL ? newline : end) - at);
        ok = take_line(&file, item, at, length, number, why);
        at += length + (newline != NULL);
    }
    ok = ok && (lexicon_read(lexicon, text_string(&file.own), file.own.length, why) ||
                fail_prefix(why, "%s", ITEM_WORDS_FILE));
    text_add(others, text_string(&file.others), file.others.length);
    text_finish(&file.own);
    text_finish(&file.others);
    text_finish(&all);
    return ok;
}

static bool write_all(int fd, const struct text *text) {
    for (size_t at = 0; at < text->length;) {
        ssize_t count = write(fd, text->bytes + at, text->length - at);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        at += count > 0 ? (size_t)count : 0;
    }
    return fsync(fd) == 0;
}

static bool write_file(const char *folder, const struct text *text, struct fail *why) {
    memory_auto char *path = memory_format("%s/%s", folder, ITEM_WORDS_FILE);
    memory_auto char *beside = memory_format("%s.new", path);
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool ok = fd >= 0 && write_all(fd, text) && rename(beside, path) == 0;
    if (!ok) {
        fail_system(why, errno, "cannot write %s", path);
    }
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

bool item_words_lay(const char *folder, int64_t item, struct lexicon *lexicon, struct fail *why) {
    struct lexicon *own = lexicon_create();
    struct text others = {0};
    bool ok = read_words(folder, item, own, &others, why);
    for (size_t i = 0; ok && i < lexicon_count(own); i++) {
        lexicon_remove(lexicon, lexicon_at(own, i)->key);
    }
    for (size_t i = 0; ok && i < lexicon_count(own); i++) {
        ok = lexicon_add(lexicon, lexicon_at(own, i), why);
    }
    text_finish(&others);
    lexicon_destroy(own);
    return ok;
}

/* A lexicon's lines with the item's number before each; its head line stays out. */
static void write_words(int64_t item, const struct lexicon *own, struct text *ret) {
    struct text lines = {0};
    lexicon_write(own, &lines);
    for (const char *at = text_string(&lines); *at != '\0';) {
        size_t length = strcspn(at, "\n");
        if (*at != '#') {
            text_add_format(ret, "%lld\t", (long long)item);
            text_add(ret, at, length);
            text_add_string(ret, "\n");
        }
        at += length + (at[length] == '\n');
    }
    text_finish(&lines);
}

bool item_words_add(const char *folder, int64_t item, const struct lexicon_entry *entry,
                    struct fail *why) {
    struct lexicon *own = lexicon_create();
    struct text others = {0}, all = {0};
    bool ok = read_words(folder, item, own, &others, why) && lexicon_add(own, entry, why);
    if (ok) {
        text_add_string(&all, head_line);
        text_add(&all, text_string(&others), others.length);
        write_words(item, own, &all);
        ok = write_file(folder, &all, why);
    }
    text_finish(&all);
    text_finish(&others);
    lexicon_destroy(own);
    return ok;
}
