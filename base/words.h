/* words: the catalogue of sentences that people read.
 *
 * Sources are written with English sentences as keys. Each folder that speaks to people has a file
 * `vi.tsv` (English TAB Vietnamese, `\n` and `\t` escaped, `#` begins a comment line); the build
 * joins them into one table. A test demands an entry for every literal given to tr() and fail_*(),
 * with the same conversions in the same order. */
#ifndef LOAXA_BASE_WORDS_H
#define LOAXA_BASE_WORDS_H

#include <stddef.h>

enum language { LANGUAGE_ENGLISH, LANGUAGE_VIETNAMESE };

/* The language of LC_ALL, LC_MESSAGES or LANG, the first that is set: Vietnamese if it begins with
 * "vi", English otherwise. LOAXA_LANG goes before all three. */
enum language words_language_of_environment(void);

/* Chooses the language of the process. Call it once in main(), before any thread exists. */
void words_use(enum language language);
enum language words_language(void);

/* The sentence for `english` in the process's language; `english` itself where there is none.
 * The result lives as long as the process. Thread: any, after words_use(). */
const char *tr(const char *english) __attribute__((format_arg(1)));

/* The sentence in a given language, for texts that do not follow the process (a diary, a report).
 */
const char *tr_in(enum language language, const char *english) __attribute__((format_arg(2)));

/* The generated table, sorted by `english` in byte order. */
struct word_pair {
    const char *english;
    const char *vietnamese;
};
extern const struct word_pair words_vietnamese[];
extern const size_t words_vietnamese_count;

#endif
