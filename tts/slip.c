#include "tts/slip.h"

#include "base/memory.h"
#include "tts/syllable.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Words of two syllables; those with the same letters and other marks stand here too, so that
 * neither is taken for the other's slip. */
static const char *const words[] = {
    "an ninh",      "an toàn",     "bám sát",      "ban hành",    "bảo đảm",      "bảo hiểm",
    "bảo vệ",       "bền vững",    "bí thư",       "biên tập",    "biến đổi",     "biểu dương",
    "biện pháp",    "bình đẳng",   "bổ nhiệm",     "bối cảnh",    "bố trí",       "bố cục",
    "đúng đắn",     "đầu tiên",    "đầu tư",       "ý thức",      "cơ quan",      "đơn vị",
    "cơ sở",        "chi bộ",      "đảng bộ",      "nhà nước",    "tổ quốc",      "đất nước",
    "con người",    "đời sống",    "bồi dưỡng",    "bồi thường",  "bức xúc",      "cách mạng",
    "cam kết",      "cán bộ",      "cần bỏ",       "cần bổ",      "cân bộ",       "cảnh giác",
    "cấp bách",     "chấp hành",   "chặt chẽ",     "chất lượng",  "chấn chỉnh",   "chiến lược",
    "chiến sĩ",     "chỉ đạo",     "chị dạo",      "chỉ thị",     "chỉ tiêu",     "chi tiêu",
    "chính đáng",   "chính quyền", "chính sách",   "chính trị",   "chinh trị",    "chính thống",
    "chỉnh đốn",    "chủ động",    "chủ nghĩa",    "chủ tịch",    "chủ trì",      "chủ trương",
    "chuẩn bị",     "chức năng",   "chứng cứ",     "chứng nhận",  "chương trình", "chuyên đề",
    "chuyên môn",   "chuyên mục",  "chuyển biến",  "chuyển đổi",  "chồng chéo",   "chống phá",
    "chú trọng",    "chú ý",       "cơ cấu",       "cơ chế",      "cổ động",      "cổ vũ",
    "công bằng",    "công chức",   "công cuộc",    "công dân",    "cộng dân",     "công khai",
    "công nghệ",    "công nghiệp", "công nhân",    "công nhận",   "công tác",     "cộng tác",
    "công trình",   "củng cố",     "cũng có",      "cứng nhắc",   "cương lĩnh",   "danh dự",
    "dân chủ",      "dân tộc",     "dẫn dắt",      "diễn biến",   "doanh nghiệp", "dư luận",
    "đại biểu",     "đại biếu",    "đại hội",      "đài hội",     "đảng viên",    "đáng viên",
    "đánh giá",     "đào tạo",     "đạo đức",      "đặc biệt",    "đặc thù",      "đấu tranh",
    "đất đai",      "đẩy mạnh",    "đề án",        "đề nghị",     "đề xuất",      "điều chỉnh",
    "điều hành",    "điều kiện",   "điều lệ",      "điển hình",   "định hình",    "địa bàn",
    "địa phương",   "đoàn kết",    "đoàn viên",    "đoàn viện",   "đôn đốc",      "đồng bộ",
    "đồng chí",     "đồng bào",    "đồng thuận",   "đồng thời",   "động lực",     "động viên",
    "đối ngoại",    "đối tượng",   "đội ngũ",      "đột phá",     "đường lối",    "giai đoạn",
    "giải pháp",    "giải quyết",  "giám sát",     "giáo dục",    "giới thiệu",   "gương mẫu",
    "hạ tầng",      "hài hòa",     "hạn chế",      "hành động",   "hành đồng",    "hành vi",
    "hành lang",    "hiện đại",    "hiện hành",    "hiến pháp",   "hiệu lực",     "hiệu quả",
    "hình thức",    "hình thực",   "hoàn thành",   "hoàn thiện",  "hoạt động",    "hòa giải",
    "hội nghị",     "hội nhập",    "hội viên",     "hỗ trợ",      "hướng dẫn",    "hưởng ứng",
    "huyện ủy",     "kế hoạch",    "kết hợp",      "kết luận",    "kết quả",      "khách quan",
    "khai mạc",     "khai thác",   "khẳng định",   "khắc phục",   "khẩn trương",  "khát vọng",
    "khen thưởng",  "khó khăn",    "khoa học",     "khoáng sản",  "khuyết điểm",  "khuyến khích",
    "kiểm soát",    "kiểm tra",    "kiên quyết",   "kiên định",   "kịp thời",     "kinh nghiệm",
    "kinh tế",      "kính tế",     "kỷ luật",      "kỷ niệm",     "kỷ nguyên",    "lan tỏa",
    "lạm phát",     "lành mạnh",   "lãng phí",     "lãnh đạo",    "liên quan",    "linh hoạt",
    "lĩnh vực",     "lồng ghép",   "lực lượng",    "lựa chọn",    "lý luận",      "minh bạch",
    "mô hình",      "môi trường",  "mục đích",     "mục tiêu",    "nâng cao",     "năng lực",
    "năng lượng",   "nền tảng",    "nghị định",    "nghị quyết",  "nghị trường",  "nghĩa vụ",
    "nghiêm túc",   "nghiên cứu",  "ngăn chặn",    "nguồn lực",   "nguyên nhân",  "nguyên tắc",
    "nguyện vọng",  "nhạy cảm",    "nhân dân",     "nhân sự",     "nhân rộng",    "nhận thức",
    "nhấn mạnh",    "nhất quán",   "nhiệm kỳ",     "nhiệm vụ",    "nhiệt tình",   "niềm tin",
    "nòng cốt",     "nông nghiệp", "nông thôn",    "ổn định",     "pháp luật",    "pháp lý",
    "pháp quyền",   "phản ánh",    "phản bác",     "phản biện",   "phấn đấu",     "phấn khởi",
    "phân công",    "phân cấp",    "phân tích",    "phát động",   "phát hiện",    "phát huy",
    "phát sinh",    "phát sóng",   "phát thanh",   "phát triển",  "phẩm chất",    "phong cách",
    "phong phú",    "phong trào",  "phòng chống",  "phòng ngừa",  "phối hợp",     "phổ biến",
    "phụ trách",    "phục vụ",     "phương án",    "phương châm", "phương hướng", "phương thức",
    "phương tiện",  "quan điểm",   "quan tâm",     "quan trọng",  "quán triệt",   "quản lý",
    "quảng bá",     "quân đội",    "quần chúng",   "quốc gia",    "quốc hội",     "quốc khánh",
    "quốc phòng",   "quốc tế",     "quy chế",      "quy định",    "quyết định",   "quyết liệt",
    "quyết tâm",    "quy hoạch",   "quy trình",    "rà soát",     "sai phạm",     "sai trái",
    "sản phẩm",     "sản xuất",    "sáng tạo",     "sắp xếp",     "sâu rộng",     "sâu sắc",
    "sinh hoạt",    "sôi nổi",     "suy thoái",    "sử dụng",     "sứ mệnh",      "sửa đổi",
    "sức khỏe",     "sức mạnh",    "tài chính",    "tài liệu",    "tài nguyên",   "tăng cường",
    "tăng trưởng",  "tầm nhìn",    "tầm vóc",      "tầng lớp",    "tập hợp",      "tập huấn",
    "tập thể",      "tập trung",   "tấp trung",    "tham gia",    "tham mưu",     "tham nhũng",
    "thành công",   "thành lập",   "thành phần",   "thành phố",   "thành tích",   "thành tựu",
    "thành viên",   "thanh niên",  "thanh tra",    "thách thức",  "tháo gỡ",      "thảo luận",
    "thắng lợi",    "thể chế",     "thể hiện",     "thể thao",    "theo dõi",     "thi đua",
    "thi hành",     "thích ứng",   "thiết thực",   "thống nhất",  "thông báo",    "thông qua",
    "thông tin",    "thông suốt",  "thời gian",    "thời kỳ",     "thời cơ",      "thù địch",
    "thúc đẩy",     "thuận lợi",   "thực hiện",    "thực tiễn",   "thường trực",  "thường vụ",
    "thường xuyên", "thương binh", "thượng vụ",    "tích cực",    "tiên phong",   "tiến bộ",
    "tiến độ",      "tiến hành",   "tiếp tục",     "tiếp thu",    "tiêu biểu",    "tiêu chí",
    "tiêu chuẩn",   "tiêu cực",    "tiện ích",     "tiềm năng",   "tin tưởng",    "tinh gọn",
    "tinh thần",    "tình hình",   "tình trạng",   "tổ chức",     "toàn diện",    "toàn quốc",
    "tổng hợp",     "tổng kết",    "tôn giáo",     "tôn vinh",    "trách nhiệm",  "tranh thủ",
    "triển khai",   "triệt để",    "triệu tập",    "trình độ",    "trọng điểm",   "trọng tâm",
    "trong tâm",    "trung tâm",   "trung thực",   "trung ương",  "trực quan",    "trực thuộc",
    "trực tiếp",    "trực tuyến",  "truyền đạt",   "truyền hình", "truyền thanh", "truyền thông",
    "truyền thống", "trưởng ban",  "trưởng thành", "tuân thủ",    "tuyên giáo",   "tuyên truyền",
    "tư duy",       "tư tưởng",    "tự chủ",       "tự giác",     "từng bước",    "ứng dụng",
    "ủy ban",       "ủy viên",     "ưu tiên",      "vai trò",     "văn bản",      "văn hóa",
    "văn kiện",     "văn minh",    "văn nghệ",     "vận động",    "vận hành",     "vệ sinh",
    "vị trí",       "vĩ mô",       "viên chức",    "vũ trang",    "vững chắc",    "vững mạnh",
    "vững vàng",    "vướng mắc",   "vượt qua",     "xác định",    "xác lập",      "xác thực",
    "xã hội",       "xâm phạm",    "xây dựng",     "xem xét",     "xử lý",        "xuyên suốt",
    "xuyên tạc",    "xứng đáng",   "xung đột",     "yêu cầu",     "yêu nước",
};

struct known {
    char letters[24];
    const char *word;
};

static struct known *table; /* sorted by letters; those of one spelling in the order above */
static size_t table_count;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static bool letters_of(const char *word, size_t length, char *ret, size_t size) {
    struct text plain = {0};
    syllable_plain(word, length, &plain);
    bool fits = plain.length < size;
    if (fits) {
        memcpy(ret, text_string(&plain), plain.length + 1);
    }
    text_finish(&plain);
    return fits;
}

static int compare(const void *a, const void *b) {
    const struct known *left = a, *right = b;
    int order = strcmp(left->letters, right->letters);
    return order != 0 ? order : left->word < right->word ? -1 : left->word > right->word;
}

static void build(void) {
    size_t count = sizeof words / sizeof *words;
    table = memory_new(count * sizeof *table);
    for (size_t i = 0; i < count; i++) {
        if (letters_of(words[i], strlen(words[i]), table[table_count].letters,
                       sizeof table->letters)) {
            table[table_count++].word = words[i];
        }
    }
    qsort(table, table_count, sizeof *table, compare);
}

static size_t first_with(const char *letters) {
    size_t low = 0, high = table_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(table[middle].letters, letters) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The pair's text and plain letters. */
static bool read_pair(const char *first, size_t first_length, const char *second,
                      size_t second_length, char *pair, char *letters, size_t size) {
    if (first_length > SYLLABLE_BYTES_MAX || second_length > SYLLABLE_BYTES_MAX) {
        return false;
    }
    pthread_once(&once, build);
    memcpy(pair, first, first_length);
    pair[first_length] = ' ';
    memcpy(pair + first_length + 1, second, second_length);
    pair[first_length + 1 + second_length] = '\0';
    return letters_of(pair, first_length + 1 + second_length, letters, size);
}

const char *slip_find(const char *first, size_t first_length, const char *second,
                      size_t second_length, bool *ret_known) {
    char pair[2 * SYLLABLE_BYTES_MAX + 2], letters[sizeof table->letters];
    *ret_known = false;
    if (!read_pair(first, first_length, second, second_length, pair, letters, sizeof letters)) {
        return NULL;
    }
    const char *meant = NULL;
    for (size_t i = first_with(letters); i < table_count && strcmp(table[i].letters, letters) == 0;
         i++) {
        if (strcmp(table[i].word, pair) == 0) {
            *ret_known = true;
            return NULL;
        }
        meant = meant == NULL ? table[i].word : meant;
    }
    return meant;
}
