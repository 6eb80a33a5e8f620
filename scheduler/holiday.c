#include "scheduler/holiday.h"

static const struct holiday holidays[] = {
    {"Tết Dương lịch", "New Year's Day", HOLIDAY_PUBLIC, false, 1, 1, 0, 0, 1},
    {"Tết Nguyên đán", "Lunar New Year", HOLIDAY_PUBLIC, true, 1, 1, 1, 3, 5},
    {"Giỗ Tổ Hùng Vương", "Hùng Kings' Day", HOLIDAY_PUBLIC, true, 3, 10, 0, 0, 1},
    {"Ngày Chiến thắng", "Victory Day", HOLIDAY_PUBLIC, false, 4, 30, 0, 0, 1},
    {"Quốc tế Lao động", "Labour Day", HOLIDAY_PUBLIC, false, 5, 1, 0, 0, 1},
    {"Quốc khánh", "National Day", HOLIDAY_PUBLIC, false, 9, 2, 0, 0, 2},
    {"Ngày Văn hóa Việt Nam", "Vietnamese Culture Day", HOLIDAY_PROPOSED, false, 11, 24, 0, 0, 1},
    {"Mùng một", "first of the lunar month", HOLIDAY_OBSERVANCE, true, 0, 1, 0, 0, 0},
    {"Rằm", "full moon", HOLIDAY_OBSERVANCE, true, 0, 15, 0, 0, 0},
    {"Rằm tháng Giêng", "first full moon", HOLIDAY_OBSERVANCE, true, 1, 15, 0, 0, 0},
    {"Phật Đản", "Buddha's Birthday", HOLIDAY_OBSERVANCE, true, 4, 15, 0, 0, 0},
    {"Tết Đoan Ngọ", "Double Fifth", HOLIDAY_OBSERVANCE, true, 5, 5, 0, 0, 0},
    {"Vu Lan", "Vu Lan", HOLIDAY_OBSERVANCE, true, 7, 15, 0, 0, 0},
    {"Trung thu", "Mid-Autumn Festival", HOLIDAY_OBSERVANCE, true, 8, 15, 0, 0, 0},
    {"Ông Công ông Táo", "Kitchen Gods' Day", HOLIDAY_OBSERVANCE, true, 12, 23, 0, 0, 0},
    {"Giao thừa", "Lunar New Year's Eve", HOLIDAY_OBSERVANCE, true, 12, -1, 0, 0, 0},
    {"Thành lập Đảng", "Founding of the Party", HOLIDAY_OBSERVANCE, false, 2, 3, 0, 0, 0},
    {"Quốc tế Phụ nữ", "International Women's Day", HOLIDAY_OBSERVANCE, false, 3, 8, 0, 0, 0},
    {"Thành lập Đoàn", "Founding of the Youth Union", HOLIDAY_OBSERVANCE, false, 3, 26, 0, 0, 0},
    {"Sinh nhật Bác Hồ", "Hồ Chí Minh's Birthday", HOLIDAY_OBSERVANCE, false, 5, 19, 0, 0, 0},
    {"Thương binh Liệt sĩ", "Invalids and Martyrs' Day", HOLIDAY_OBSERVANCE, false, 7, 27, 0, 0, 0},
    {"Cách mạng tháng Tám", "August Revolution", HOLIDAY_OBSERVANCE, false, 8, 19, 0, 0, 0},
    {"Phụ nữ Việt Nam", "Vietnamese Women's Day", HOLIDAY_OBSERVANCE, false, 10, 20, 0, 0, 0},
    {"Nhà giáo", "Teachers' Day", HOLIDAY_OBSERVANCE, false, 11, 20, 0, 0, 0},
    {"Quân đội", "Army Day", HOLIDAY_OBSERVANCE, false, 12, 22, 0, 0, 0},
};
enum { HOLIDAYS = sizeof holidays / sizeof *holidays };

const struct holiday *holiday_list(size_t *ret_count) {
    *ret_count = HOLIDAYS;
    return holidays;
}

const char *holiday_name(const struct holiday *holiday, enum language language) {
    return language == LANGUAGE_VIETNAMESE ? holiday->vietnamese : holiday->english;
}

bool holiday_date(const struct holiday *holiday, int32_t year, struct lunar_year *cache,
                  struct civil_date *ret_date) {
    if (holiday->month == 0) {
        return false;
    }
    if (!holiday->lunar) {
        *ret_date = (struct civil_date){year, holiday->month, holiday->day};
        return true;
    }
    bool eve = holiday->month == 12 && holiday->day == -1;
    struct lunar_date date = {year, eve ? 1 : holiday->month, eve ? 1 : holiday->day, false};
    if (!lunar_to_civil(date, cache, ret_date)) {
        return false;
    }
    *ret_date = civil_date_add_days(*ret_date, eve ? -1 : 0);
    return true;
}

static bool is_day(const struct holiday *holiday, struct civil_date date,
                   struct lunar_year *cache) {
    if (!holiday->lunar) {
        return date.month == holiday->month && date.day == holiday->day;
    }
    struct lunar_date lunar;
    if (!lunar_of_civil(date, cache, &lunar)) {
        return false;
    }
    if (holiday->month == 0) {
        return lunar.day == holiday->day;
    }
    if (lunar.month != holiday->month || lunar.leap) {
        return false;
    }
    if (holiday->day == -1) {
        return lunar_of_civil(civil_date_add_days(date, 1), cache, &lunar) && lunar.day == 1 &&
               lunar.month == 1;
    }
    return lunar.day == holiday->day;
}

const struct holiday *holiday_on(struct civil_date date, const struct holiday *after,
                                 struct lunar_year *cache) {
    for (size_t i = after != NULL ? (size_t)(after - holidays) + 1 : 0; i < HOLIDAYS; i++) {
        for (int day = -holidays[i].days_after; day <= holidays[i].days_before; day++) {
            if (is_day(&holidays[i], civil_date_add_days(date, day), cache)) {
                return &holidays[i];
            }
        }
    }
    return NULL;
}
