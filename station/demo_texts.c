#include "station/demo_texts.h"

const struct demo_column_text demo_columns[DEMO_COLUMNS] = {
    [DEMO_NOTICES] = {"Thông báo của xã", "Những việc bà con cần biết trong ngày, trong tuần",
                      GENRE_NOTICE},
    [DEMO_NEWS] = {"Tin trong xã", "Hoạt động của các thôn, các đoàn thể", GENRE_NEWS},
    [DEMO_RESOLUTIONS] = {"Đưa nghị quyết vào cuộc sống",
                          "Giới thiệu ngắn gọn, dễ hiểu các nghị quyết và việc làm ở cơ sở",
                          GENRE_POLICY},
    [DEMO_ROLE_MODELS] = {"Gương người tốt, việc tốt", "Những cách làm hay ở các thôn",
                          GENRE_ROLE_MODEL},
};

const char demo_ident[] = "Đây là Đài truyền thanh xã Vĩnh Thông. Mời bà con cùng nghe chương "
                          "trình phát thanh của xã.";

const char demo_closing[] = "Chương trình phát thanh của xã Vĩnh Thông đến đây là kết thúc. Cảm ơn "
                            "bà con đã chú ý lắng nghe.";

const struct demo_document demo_documents[] = {
    {"57-NQ/TW", "Nghị quyết về đột phá phát triển khoa học, công nghệ, đổi mới sáng tạo và "
                 "chuyển đổi số quốc gia"},
    {"68-NQ/TW", "Nghị quyết về phát triển kinh tế tư nhân"},
    {"72-NQ/TW", "Nghị quyết về một số giải pháp đột phá, tăng cường bảo vệ, chăm sóc và nâng cao "
                 "sức khỏe Nhân dân"},
};
const size_t demo_documents_count = sizeof demo_documents / sizeof *demo_documents;

const struct demo_bulletin demo_bulletins[] = {
    {DEMO_NOTICES, "Lịch tạm ngừng cấp điện", "Điện lực khu vực", "", "điện",
     "Thông báo tạm ngừng cấp điện.\n"
     "Để sửa chữa đường dây, ngành điện tạm ngừng cấp điện tại thôn Đông và thôn Nà Khoang, từ 7 "
     "giờ 30 phút đến 11 giờ thứ Bảy tuần này.\n"
     "Đề nghị bà con tắt các thiết bị điện trước giờ cắt, trữ đủ nước sinh hoạt và không lại gần "
     "nơi công nhân đang làm việc. Điện có thể có lại sớm hơn giờ đã báo.\n"},
    {DEMO_NOTICES, "Lịch tiêm chủng cho trẻ em", "Trạm Y tế xã", "", "y tế",
     "Trạm Y tế xã thông báo lịch tiêm chủng mở rộng.\n"
     "Buổi tiêm được tổ chức vào sáng ngày 25 hằng tháng, từ 7 giờ 30 phút, tại Trạm Y tế xã, cho "
     "trẻ từ 2 tháng đến 24 tháng tuổi.\n"
     "Đề nghị phụ huynh đưa trẻ đến đúng giờ, mang theo sổ tiêm chủng và cho trẻ ở lại theo dõi 30 "
     "phút sau khi tiêm. Trẻ đang sốt thì hoãn và hẹn lại với cán bộ y tế.\n"},
    {DEMO_NOTICES, "Phòng cháy, chữa cháy rừng mùa hanh khô", "Ủy ban nhân dân xã", "",
     "phòng cháy rừng",
     "Thông báo về phòng cháy, chữa cháy rừng.\n"
     "Thời tiết đang hanh khô, nguy cơ cháy rừng rất cao. Ủy ban nhân dân xã đề nghị bà con không "
     "đốt nương, không đốt cỏ ven rừng, không mang lửa vào rừng.\n"
     "Ai phát hiện cháy, hãy gọi ngay số 114 và báo cho trưởng thôn. Mỗi gia đình chuẩn bị sẵn "
     "cào, "
     "dao phát và can nước ở nơi dễ lấy.\n"},
    {DEMO_NOTICES, "Làm căn cước lưu động tại nhà văn hóa thôn", "Công an xã", "",
     "thủ tục hành chính",
     "Công an xã thông báo: vào thứ Năm tuần này, từ 8 giờ đến 16 giờ, tổ công tác nhận hồ sơ làm "
     "thẻ căn cước tại nhà văn hóa thôn Đông.\n"
     "Bà con từ 14 tuổi trở lên chưa có thẻ, hoặc thẻ sắp hết hạn, mang giấy tờ tùy thân đến để "
     "được hướng dẫn. Người già yếu, người khuyết tật xin báo trưởng thôn để cán bộ đến tận "
     "nhà.\n"},
    {DEMO_NEWS, "Ra quân dọn vệ sinh đường làng", "Hội Liên hiệp Phụ nữ xã", "", "môi trường",
     "Sáng Chủ nhật vừa qua, hơn 120 hội viên phụ nữ và đoàn viên thanh niên đã ra quân dọn vệ "
     "sinh 4 ki-lô-mét đường làng, khơi thông cống rãnh và trồng thêm hoa ven đường.\n"
     "Từ tháng này, sáng Chủ nhật đầu tháng là ngày vệ sinh chung của toàn xã. Mời bà con cùng "
     "tham gia.\n"},
    {DEMO_NEWS, "Tổ công nghệ số giúp bà con nộp hồ sơ trực tuyến",
     "Trung tâm Phục vụ hành chính công xã", "57-NQ/TW", "chuyển đổi số",
     "Trong tháng qua, các tổ công nghệ số cộng đồng của xã đã đến 9 thôn, giúp hơn 300 lượt người "
     "cài ứng dụng và nộp hồ sơ trực tuyến ngay tại nhà văn hóa.\n"
     "Bà con cần giúp đỡ, mời đến Trung tâm Phục vụ hành chính công xã vào sáng thứ Ba và thứ Sáu, "
     "cán bộ sẽ làm cùng từng bước, không thu tiền.\n"},
    {DEMO_NEWS, "Thôn Nà Khoang làm xong đường bê tông nội đồng", "Thôn Nà Khoang", "",
     "nông thôn mới",
     "Thôn Nà Khoang vừa hoàn thành 850 mét đường bê tông ra đồng. Nhà nước hỗ trợ xi măng, bà con "
     "góp công và hiến hơn 600 mét vuông đất.\n"
     "Từ vụ này, xe máy cày và xe chở lúa vào được tận ruộng, bà con không còn phải gánh lúa qua "
     "bờ ruộng lầy.\n"},
    {DEMO_RESOLUTIONS, "Nghị quyết số 57: việc gần gũi với mỗi nhà", "Ban Xây dựng Đảng xã",
     "57-NQ/TW", "chuyển đổi số",
     "Nghị quyết số 57-NQ/TW là nghị quyết về đột phá phát triển khoa học, công nghệ, đổi mới sáng "
     "tạo và chuyển đổi số quốc gia.\n"
     "Với mỗi gia đình, chuyển đổi số bắt đầu từ những việc nhỏ: nộp hồ sơ qua mạng để khỏi đi lại "
     "nhiều lần, xem giá nông sản trước khi bán, khám bệnh với hồ sơ đã lưu sẵn.\n"
     "Chưa biết dùng thì học dần. Tổ công nghệ số của thôn luôn sẵn sàng giúp bà con.\n"},
    {DEMO_RESOLUTIONS, "Nghị quyết số 72: chăm sóc sức khỏe từ cơ sở", "Ban Xây dựng Đảng xã",
     "72-NQ/TW", "y tế",
     "Nghị quyết số 72-NQ/TW nêu những giải pháp đột phá để bảo vệ, chăm sóc và nâng cao sức khỏe "
     "Nhân dân, trong đó phòng bệnh là chính và y tế cơ sở là nền tảng.\n"
     "Ở xã ta, Trạm Y tế đang lập sổ sức khỏe cho từng người. Bà con nhớ đi khám sức khỏe định kỳ "
     "theo giấy mời, nhất là người cao tuổi và người đang uống thuốc dài ngày.\n"},
    {DEMO_RESOLUTIONS, "Nghị quyết số 68: hộ kinh doanh cần biết gì", "Ban Xây dựng Đảng xã",
     "68-NQ/TW", "kinh tế",
     "Nghị quyết số 68-NQ/TW xác định kinh tế tư nhân là một động lực quan trọng nhất của nền kinh "
     "tế quốc gia.\n"
     "Hộ kinh doanh, tổ hợp tác trong xã muốn mở rộng làm ăn, muốn vay vốn hoặc thành lập doanh "
     "nghiệp, mời đến Ủy ban nhân dân xã để được hướng dẫn. Cán bộ giải thích rõ từng thủ tục, "
     "trả lời đúng hẹn.\n"},
    {DEMO_ROLE_MODELS, "Bà Mận và tổ trồng rau sạch thôn Đông", "Hội Nông dân xã", "",
     "làm ăn giỏi",
     "Ở thôn Đông, ai cũng biết bà Mận, người đứng ra lập tổ trồng rau sạch với 14 gia đình.\n"
     "Ba năm trước, mỗi nhà làm một kiểu, rau bán không được giá. Bà Mận đi học, rồi về chỉ lại "
     "cho "
     "từng nhà cách ủ phân, cách ghi sổ. Nay rau của tổ có nơi đặt mua trước, thu nhập mỗi nhà "
     "tăng "
     "gấp rưỡi.\n"
     "Bà bảo: biết điều gì có ích thì chỉ cho nhau, cả thôn cùng khá lên.\n"},
};
const size_t demo_bulletins_count = sizeof demo_bulletins / sizeof *demo_bulletins;
