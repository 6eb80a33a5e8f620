/* station: the station itself: its name, its time zone and the sounds that are its own; and how
 * station.db is made and opened. */
#ifndef LOAXA_STORE_STATION_H
#define LOAXA_STORE_STATION_H

#include "store/change.h"
#include "store/database.h"

#include <stdbool.h>
#include <stdint.h>

struct station {
    char *title; /* "Đài truyền thanh xã Vĩnh Thông" */
    char *zone;  /* of the tz database, "Asia/Ho_Chi_Minh" */
    char *ident; /* what the ident says: "Đây là Đài truyền thanh xã …" */
    int64_t tune_item, ident_item, closing_item; /* 0: none */
    bool demo;                                   /* made by `loaxa init --demo` */
};
void station_finish(struct station *station);

/* FOLDER/station.db and FOLDER/diary.db; the caller frees the text. */
char *store_station_path(const char *folder);
char *store_diary_path(const char *folder);

/* Makes FOLDER/station.db with this station in it and nothing else (FAIL_CONFLICT where it is
 * there already). The folder must exist. */
bool store_station_create(const char *folder, const struct station *station,
                          const struct actor *actor, struct fail *why);
bool store_station_open(const char *folder, enum database_mode mode, struct database **ret,
                        struct fail *why);

/* The caller frees *ret: station_finish(). */
bool store_station_load(struct database *database, struct station *ret, struct fail *why);
bool store_station_save(struct database *database, const struct actor *actor,
                        const struct station *station, struct fail *why);

#endif
