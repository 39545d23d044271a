"""Words that made-up people are made of, with their weights.

A weighted list is one text: `word:weight word word`, a missing weight is 1, `_` stands for a space. Frequencies of family
names follow published counts of the most common ones, the rest is our own estimate. Communes and districts are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FAMILY = """
Nguyễn:384 Trần:110 Lê:95 Phạm:70 Huỳnh:28 Hoàng:23 Phan:45 Vũ:20 Võ:19 Đặng:21 Bùi:20 Đỗ:14 Hồ:13 Ngô:13 Dương:10 Lý:5
Đinh:8 Trịnh:7 Đoàn:7 Mai:6 Trương:12 Đào:7 Lâm:5 Cao:5 Hà:5 Tạ:3 Lương:5 Lưu:4 Tô:3 Châu:3 Phùng:3 Tống:2 Kiều:2 Quách:2
Thái:2 Nghiêm Khổng Ông Ung Âu_Dương Tôn_Thất Viên Giáp Ninh Mạc Văn Từ Triệu La Chử Khuất Thân Doãn Ổn Ấu
"""

# Born before 1985, and since.
MIDDLE: Mapping[tuple[str, bool], str] = MappingProxyType(
    {
        (
            "male",
            True,
        ): "Văn:60 Hữu:8 Đức:6 Công:5 Xuân:6 Đình:6 Ngọc:5 Quang:5 Thanh:6 Minh:5 Bá:3 Viết:2 Quốc:3 Sỹ:1 Đăng:2",
        (
            "male",
            False,
        ): """Văn:18 Minh:14 Đức:11 Quốc:9 Hoàng:10 Gia:9 Tuấn:7 Thành:7 Duy:7 Anh:6 Nhật:5 Bảo:5 Hữu:5 Trọng:4
            Công:4 Đình:4 Thiên:2 Khánh:3 Hải:3 Tiến:3""",
        ("female", True): "Thị:75 Thị_Thu:4 Thị_Kim:4 Thị_Ngọc:4 Kim:4 Ngọc:4 Thu:3 Mỹ:3 Thanh:3 Bích:2 Hồng:3",
        (
            "female",
            False,
        ): """Thị:22 Ngọc:12 Thị_Thu:5 Thị_Phương:4 Thị_Mỹ:3 Phương:8 Thảo:5 Quỳnh:6 Khánh:6 Bảo:6 Minh:6 Như:4 Thùy:4
            Hoài:3 Diễm:2 Tường:2 Ánh:2 Mỹ:4 Kim:4 Trúc:3 Hải:2 Ý""",
    }
)
GIVEN: Mapping[tuple[str, bool], str] = MappingProxyType(
    {
        (
            "male",
            True,
        ): """Hùng:10 Dũng:9 Thành:8 Hải:7 Sơn:7 Tuấn:7 Cường:7 Bình:6 Minh:6 Long:5 Thắng:5 Tâm:5 Hòa:5 Lâm:4 Tài:4 Phúc:4
            Đông:3 Tư:3 Bảy:2 Út:2 Năm:2 Khải:2 Đệ:2 Nghĩa:4 Lễ:2 Thể:1 Mẫn:2 Ngãi:1 Kỷ:1 Thuở Chuyển Vỹ Tỵ Mão Rạng Chót""",
        (
            "male",
            False,
        ): """Huy:9 Khang:8 Bảo:7 Minh:8 Phúc:7 Anh:8 Khoa:7 Đạt:6 Khôi:6 Long:6 Nam:6 Duy:5 Quân:6 Hiếu:6 Thịnh:5 Kiên:5
            Tùng:4 Phát:4 Trí:4 Nguyên:4 Vỹ:2 Hưởng:1 Triển:1 Nghĩa:3 Khải:3 Vũ:4 Sử Đỉnh Quyền:1 Sĩ""",
        (
            "female",
            True,
        ): """Lan:9 Hoa:9 Hương:8 Hồng:7 Mai:7 Nga:6 Hạnh:6 Thủy:7 Liên:6 Loan:5 Yến:5 Cúc:4 Bé:4 Nhung:4 Phượng:4 Thơm:3
            Mận:3 Sáu:3 Tám:2 Gái:3 Lựu:2 Nữ:2 Xuyến:1 Thắm:2 Nở:1 Đẹp:2 Hường:2 Ngãi Sẵn Mỹ:2 Trưởng Tỉnh""",
        (
            "female",
            False,
        ): """Anh:10 Linh:9 Trang:8 Ngọc:7 Hân:7 Vy:7 Thảo:7 My:5 Ngân:6 Nhi:6 Phương:6 Châu:5 Trâm:5 Uyên:4 Thư:6 Hà:5
            Quỳnh:4 Như:5 Ý:3 Mỹ:2 Duyên:4 Trúc:3 Đan:3 Nguyễn Giang:3 Ánh:2 Xuyến Quyên:3 Huyền:4 Yến:3 Khuê:1""",
    }
)

# {people: {"family", "male", "female", "middle male", "middle female"}}
KHMER = MappingProxyType(
    {
        "family": "Thạch:8 Sơn:6 Kim:5 Lâm:3 Danh:5 Châu:3 Kiên:2 Liêu:2 Trầm Tăng:2",
        "middle male": "-:6 Văn:2 Minh Hoàng",
        "middle female": "Thị:5 -:4 Ngọc",
        "male": "Sa_Vuth Sô_Phiếp Đa_Ra Rích_Thi Pô_Ly Chanh_Đa Sà_Rươl Sang:2 Thươl Phi_Rum Vi_Sal",
        "female": "Sa_Rết Sô_Phia Chanh_Thu Đa_Vy Sây_Ha Thia_Rên Sà_Phone Ry_Na Hiền:2 Mỹ_Linh Sóc_Kha",
    }
)
HMONG = MappingProxyType(
    {
        "family": "Giàng:6 Vàng:6 Thào:5 Sùng:5 Lý:4 Má:3 Lầu:3 Cứ:2 Hờ:2 Hạng:2 Mùa:2 Vừ:3 Sồng:2 Tráng:2",
        "middle male": "A:8 Seo:3 Mí:4 Bá:2 Văn",
        "middle female": "Thị:8 -:2 Y:2",
        "male": "Páo Chứ Dế Tủa Lử Sình Chống Dơ Vảng Phử Sính Dìn Chớ Nủ Già Pó",
        "female": "Mỷ Dợ Sua Mai Pà Chía Xua Sông Dính Chở Máy Súa Mảy Ly Dua Sểnh",
    }
)
CHAM = MappingProxyType(
    {
        "family": "Chế:3 Thành:3 Bá:3 Đàng:3 Kiều:2 Lưu:2 Qua:2 Hán:2 Quảng Đạt Từ Não Mách:2 Sa:2",
        "middle male": "Văn:3 Minh:2 Xuân:2 Năng -:3",
        "middle female": "Thị:5 Thị_Kim -:3",
        "male": "Thuận Chức Tý Đạo Lễ Rô_Phi Du_Sốp Sa_Lês Mu_Ham_Mách Ích Đủ Phước_Lộc",
        "female": "Nhự Đào Phượng Sa_Ly_Ha Ay_Sah Rô_Hy_Mah Phát_Ty_Mah Hoa Mỡ Thiết Lượm",
    }
)
EDE = MappingProxyType(
    {
        "family": "Niê:8 Êban:5 Mlô:5 Kbuôr:3 Byă:3 Ayŭn:3 Knul:2 Ktla:2 Niê_Kđăm:4 Mlô_Duôn_Du Buôn_Krông:2 Ênuôl:3",
        "male": "Bliơ Djuan Khoăn Thô Wik Blô Suyên Nuên Krông Phôk Čing Tuân Lâm Khiêm",
        "female": "Bia Blao Djuaih Hương Lan Ngơk Mĭ Wen Yar Linh Duôn Đăm Nga",
    }
)

ONE_WORD: Mapping[str, str] = MappingProxyType({"male": "Páo Điểu Kơn Bríu Sơn", "female": "Mlơn Hiền Pơloong Dợ Ý"})
LONG: Mapping[str, str] = MappingProxyType(
    {
        "male": "Nguyễn_Phúc_Hoàng_Thiên Trần_Lê_Nguyễn_Quốc Công_Tôn_Thất_Vĩnh Huỳnh_Ngọc_Trương_Minh",
        "female": "Công_Tằng_Tôn_Nữ_Hoàng_Thị Nguyễn_Trần_Huỳnh_Thị_Phương Phạm_Đặng_Thị_Tường Công_Huyền_Tôn_Nữ_Như",
    }
)

# Code of birth registration : name : share of the population, in about 100,000 people.
PROVINCES = """
001:Hà_Nội:82 002:Hà_Giang:9 004:Cao_Bằng:5 006:Bắc_Kạn:3 008:Tuyên_Quang:8 010:Lào_Cai:8 011:Điện_Biên:6 012:Lai_Châu:5 014:Sơn_La:13
015:Yên_Bái:8 017:Hòa_Bình:9 019:Thái_Nguyên:13 020:Lạng_Sơn:8 022:Quảng_Ninh:13 024:Bắc_Giang:19 025:Phú_Thọ:15 026:Vĩnh_Phúc:12
027:Bắc_Ninh:14 030:Hải_Dương:19 031:Hải_Phòng:21 033:Hưng_Yên:13 034:Thái_Bình:19 035:Hà_Nam:9 036:Nam_Định:18 037:Ninh_Bình:10
038:Thanh_Hóa:37 040:Nghệ_An:34 042:Hà_Tĩnh:13 044:Quảng_Bình:9 045:Quảng_Trị:6 046:Thừa_Thiên_Huế:11 048:Đà_Nẵng:12 049:Quảng_Nam:15
051:Quảng_Ngãi:12 052:Bình_Định:15 054:Phú_Yên:9 056:Khánh_Hòa:12 058:Ninh_Thuận:6 060:Bình_Thuận:12 062:Kon_Tum:6 064:Gia_Lai:16
066:Đắk_Lắk:19 067:Đắk_Nông:7 068:Lâm_Đồng:13 070:Bình_Phước:10 072:Tây_Ninh:12 074:Bình_Dương:26 075:Đồng_Nai:32
077:Bà_Rịa_-_Vũng_Tàu:12 079:TP._Hồ_Chí_Minh:92 080:Long_An:17 082:Tiền_Giang:18 083:Bến_Tre:13 084:Trà_Vinh:10 086:Vĩnh_Long:10
087:Đồng_Tháp:16 089:An_Giang:19 091:Kiên_Giang:17 092:Cần_Thơ:12 093:Hậu_Giang:7 094:Sóc_Trăng:12 095:Bạc_Liêu:9 096:Cà_Mau:12
"""

# People and where they mostly live; the first number is their share in a thousand.
HOMES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "kinh": (880, ""),
        "khmer": (35, "084 094 091 095 089"),
        "hmong": (35, "002 010 011 012 014 015"),
        "ede": (20, "066 067 054"),
        "cham": (20, "058 060 089"),
        "one word": (5, "066 049 064"),
        "long": (5, "046 079 001"),
    }
)
MOVED_TO = "079:5 001:3 074:3 075:2 048:1"

HAMLETS = "Tổ:5 Thôn_Mẫu:3 Ấp_Thử:3 Khu_phố:3 Xóm:2 Bản_Mẫu Buôn_Thử"
COMMUNES = "Phường_Thử:4 Xã_Mẫu:4 Xã_Thử_Nghiệm:3 Thị_trấn_Ví_Dụ:2 Phường_Giả_Định:2"
DISTRICTS = "Quận_Mẫu:3 Huyện_Thử:4 Thị_xã_Ví_Dụ:2 Thành_phố_Mẫu:2"
