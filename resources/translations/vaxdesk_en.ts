<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="vi_VN">
<context>
    <name>CertificateStory</name>
    <message>
        <source>Đang in {done}/{total}…</source>
        <translation>Printing {done}/{total}…</translation>
    </message>
    <message numerus="yes">
        <source>Đã in %n tờ.</source>
        <translation>
            <numerusform>Printed %n sheet.</numerusform>
            <numerusform>Printed %n sheets.</numerusform>
        </translation>
    </message>
    <message>
        <source>Loại giấy</source>
        <translation>Document</translation>
    </message>
    <message>
        <source>Khổ</source>
        <translation>Paper</translation>
    </message>
    <message>
        <source>Lý do in lại</source>
        <translation>Reason for printing again</translation>
    </message>
    <message>
        <source>chỉ cần khi giấy này đã in</source>
        <translation>only if already printed</translation>
    </message>
    <message>
        <source>Lưu PDF</source>
        <translation>Save PDF</translation>
    </message>
    <message>
        <source>Dừng in</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>Chưa chọn ai</source>
        <translation>Nobody chosen</translation>
    </message>
    <message>
        <source>Chọn một dòng để xem trước giấy.</source>
        <translation>Choose a line to see its page.</translation>
    </message>
    <message>
        <source>In tờ này</source>
        <translation>Print this sheet</translation>
    </message>
    <message numerus="yes">
        <source>In %n tờ</source>
        <translation>
            <numerusform>Print %n sheet</numerusform>
            <numerusform>Print %n sheets</numerusform>
        </translation>
    </message>
    <message>
        <source>Đã nhận trên nền tảng {time}</source>
        <translation>Received by the platform {time}</translation>
    </message>
    <message>
        <source>Đang chờ gửi; giấy in bây giờ ghi rõ là đang chờ nền tảng</source>
        <translation>Waiting to be sent; paper printed now says so</translation>
    </message>
    <message>
        <source>Tờ {numbers}: {why}</source>
        <translation>Sheet {numbers}: {why}</translation>
    </message>
    <message>
        <source>Đã in {done}, chưa in được {failed}.</source>
        <translation>{done} printed, {failed} not printed.</translation>
    </message>
    <message>
        <source>Sửa mũi tiêm…</source>
        <translation>Correct the dose…</translation>
    </message>
    <message>
        <source>Hãy thu hồi bản đã in:</source>
        <translation>Take back what was printed:</translation>
    </message>
    <message numerus="yes">
        <source>… và %n bản trước đó (Sổ in)</source>
        <translation>
            <numerusform>… and %n earlier copy (print ledger)</numerusform>
            <numerusform>… and %n earlier copies (print ledger)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CertificatesPage</name>
    <message>
        <source>Lúc</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Full name</translation>
    </message>
    <message>
        <source>Mũi tiêm</source>
        <translation>Dose</translation>
    </message>
    <message>
        <source>Tình trạng</source>
        <translation>State</translation>
    </message>
    <message>
        <source>{shown} người · {marked} đã đánh dấu · Space: đánh dấu, Enter: in</source>
        <translation>{shown} people · {marked} marked · Space: mark, Enter: print</translation>
    </message>
    <message>
        <source>Lưu tệp PDF</source>
        <translation>Save PDF file</translation>
    </message>
    <message>
        <source>Đã lưu tệp {name}.</source>
        <translation>Saved {name}.</translation>
    </message>
    <message>
        <source>Tất cả</source>
        <translation>All</translation>
    </message>
    <message>
        <source>Ngày tiêm</source>
        <translation>Day of injection</translation>
    </message>
    <message>
        <source>Lọc theo họ tên hoặc số định danh</source>
        <translation>Filter by name or number</translation>
    </message>
    <message>
        <source>Mũi tiêm trong ngày</source>
        <translation>Doses of the day</translation>
    </message>
    <message>
        <source>Đánh dấu hết</source>
        <translation>Mark all</translation>
    </message>
    <message>
        <source>Chưa có mũi tiêm nào như vậy. Mũi tiêm lưu ở Bàn tiêm (F2) hiện ở đây, kèm giấy để in.</source>
        <translation>No such dose yet. Doses saved at the desk (F2) appear here with their paper.</translation>
    </message>
    <message>
        <source>Số</source>
        <translation>No.</translation>
    </message>
    <message>
        <source>Đã sửa. Bản đã in không còn giá trị; chứng nhận mới về sau khi gửi.</source>
        <translation>Corrected. What was printed is no longer valid; the new certificate comes once this is sent.</translation>
    </message>
    <message>
        <source>Mọi ngày</source>
        <translation>All days</translation>
    </message>
    <message>
        <source>Giấy chưa in, giấy tạm và giấy phải in lại của mọi ngày</source>
        <translation>Of all days: papers never printed, provisional ones and those to print again</translation>
    </message>
    <message>
        <source>Lọc theo tên hoặc số</source>
        <translation>Filter by name or number</translation>
    </message>
    <message>
        <source>Sổ in</source>
        <translation>Print ledger</translation>
    </message>
    <message>
        <source>{state}: {count}</source>
        <translation>{state}: {count}</translation>
    </message>
    <message>
        <source>Kiểm tra giấy</source>
        <translation>Check a paper</translation>
    </message>
</context>
<context>
    <name>CourierBar</name>
    <message>
        <source>Ghi ra USB…</source>
        <translation>Write to USB…</translation>
    </message>
    <message>
        <source>Nhận từ USB…</source>
        <translation>Take from USB…</translation>
    </message>
    <message>
        <source>Chọn USB hoặc thư mục để ghi các bản ghi đang chờ</source>
        <translation>Choose the USB stick or folder for the waiting records</translation>
    </message>
    <message>
        <source>Đang ghi và niêm phong…</source>
        <translation>Writing and sealing…</translation>
    </message>
    <message>
        <source>Tệp chuyển tay và tệp trả lời</source>
        <translation>Courier files and answers</translation>
    </message>
    <message>
        <source>Mọi tệp</source>
        <translation>All files</translation>
    </message>
    <message>
        <source>Chọn tệp chuyển tay hoặc tệp trả lời</source>
        <translation>Choose a courier file or an answer</translation>
    </message>
    <message>
        <source>Đang nhận tệp…</source>
        <translation>Taking the file in…</translation>
    </message>
</context>
<context>
    <name>DecisionBand</name>
    <message>
        <source>Được tiêm từ {day}</source>
        <translation>Allowed from {day}</translation>
    </message>
    <message>
        <source>Ctrl+O: ghi lý do để vẫn làm, rồi Enter</source>
        <translation>Ctrl+O: write a reason to go on, then Enter</translation>
    </message>
    <message>
        <source>Lý do vẫn làm</source>
        <translation>Reason to go on</translation>
    </message>
    <message>
        <source>Câu trả lời hiện ở đây ngay khi quét thẻ.</source>
        <translation>The answer appears here as soon as a card is scanned.</translation>
    </message>
    <message>
        <source>Enter lưu kết luận này vào báo cáo ngày; không có mũi tiêm nào được ghi.</source>
        <translation>Enter saves this conclusion for the daily report; no dose is recorded.</translation>
    </message>
    <message>
        <source>KHÔNG TIÊM · {conclusion}</source>
        <translation>NO INJECTION · {conclusion}</translation>
    </message>
    <message>
        <source>Chưa có ai ở bàn</source>
        <translation>Nobody at the desk</translation>
    </message>
    <message>
        <source>Đang xem hồ sơ…</source>
        <translation>Looking at the record…</translation>
    </message>
    <message>
        <source>CHƯA CÓ SỐ CCCD ĐÚNG</source>
        <translation>NO VALID CITIZEN NUMBER</translation>
    </message>
    <message>
        <source>THẺ KHÔNG DÙNG ĐƯỢC</source>
        <translation>CARD CANNOT BE USED</translation>
    </message>
    <message>
        <source>CHƯA ĐỦ THÔNG TIN</source>
        <translation>FACTS ARE MISSING</translation>
    </message>
    <message>
        <source>CHƯA ĐỦ VẮC XIN VÀ LÔ</source>
        <translation>VACCINE OR LOT IS MISSING</translation>
    </message>
    <message>
        <source>ĐƯỢC TIÊM HÔM NAY</source>
        <translation>ALLOWED TODAY</translation>
    </message>
    <message>
        <source>TIÊM THEO LÝ DO ĐÃ GHI</source>
        <translation>ALLOWED FOR THE REASON GIVEN</translation>
    </message>
    <message>
        <source>CẦN XEM LẠI</source>
        <translation>LOOK AGAIN</translation>
    </message>
    <message>
        <source>KHÔNG TIÊM HÔM NAY</source>
        <translation>NO INJECTION TODAY</translation>
    </message>
    <message>
        <source>KHÔNG THỂ LƯU</source>
        <translation>CANNOT BE SAVED</translation>
    </message>
    <message>
        <source>VẮC XIN CHƯA ĐƯỢC PHÉP</source>
        <translation>VACCINE NOT LICENSED</translation>
    </message>
    <message>
        <source>LÔ ĐÃ HẾT HẠN</source>
        <translation>LOT HAS EXPIRED</translation>
    </message>
    <message>
        <source>CHƯA BIẾT TUỔI</source>
        <translation>AGE UNKNOWN</translation>
    </message>
    <message>
        <source>CHƯA ĐỦ TUỔI</source>
        <translation>TOO YOUNG</translation>
    </message>
    <message>
        <source>QUÁ TUỔI CHO VẮC XIN NÀY</source>
        <translation>TOO OLD FOR THIS VACCINE</translation>
    </message>
    <message>
        <source>KHÔNG TIÊM · ĐÃ ĐỦ MŨI</source>
        <translation>NO INJECTION · COURSE COMPLETE</translation>
    </message>
    <message>
        <source>SAI SỐ THỨ TỰ MŨI</source>
        <translation>WRONG DOSE NUMBER</translation>
    </message>
    <message>
        <source>KHÁC VẮC XIN ĐÃ TIÊM</source>
        <translation>DIFFERENT VACCINE THAN BEFORE</translation>
    </message>
    <message>
        <source>CHƯA ĐỦ KHOẢNG CÁCH</source>
        <translation>TOO EARLY</translation>
    </message>
    <message>
        <source>SAI THỨ TỰ NGÀY TIÊM</source>
        <translation>DATES OUT OF ORDER</translation>
    </message>
    <message>
        <source>LÔ BỊ THU HỒI</source>
        <translation>LOT RECALLED</translation>
    </message>
</context>
<context>
    <name>DeskPage</name>
    <message>
        <source>Quét thẻ CCCD hoặc nhập số định danh / điện thoại / họ tên</source>
        <translation>Scan the identity card, or type a citizen number / phone / name</translation>
    </message>
    <message>
        <source>Quét thẻ hoặc tìm người</source>
        <translation>Scan a card or find a person</translation>
    </message>
    <message>
        <source>Chưa lưu gì cho {name}: thẻ khác vừa được quét.</source>
        <translation>Nothing was saved for {name}: another card was scanned.</translation>
    </message>
    <message>
        <source>Không tìm thấy ai trên máy này. Hãy quét thẻ hoặc nhập đủ 12 số.</source>
        <translation>Nobody found on this machine. Scan the card, or type all 12 digits.</translation>
    </message>
    <message>
        <source>Đã đổi sang lô {lot}, hạn dùng {expiry}.</source>
        <translation>Now using lot {lot}, expiry {expiry}.</translation>
    </message>
</context>
<context>
    <name>HeaderBar</name>
    <message>
        <source>Buổi sáng</source>
        <translation>Morning</translation>
    </message>
    <message>
        <source>Buổi chiều</source>
        <translation>Afternoon</translation>
    </message>
    <message>
        <source>chưa chọn vắc xin (Ctrl+L)</source>
        <translation>no vaccine chosen (Ctrl+L)</translation>
    </message>
    <message>
        <source>{vaccine} lô {lot}</source>
        <translation>{vaccine} lot {lot}</translation>
    </message>
    <message>
        <source>Bàn này: {duty}</source>
        <translation>This desk: {duty}</translation>
    </message>
</context>
<context>
    <name>HelpPage</name>
    <message>
        <source>Trợ giúp</source>
        <translation>Help</translation>
    </message>
    <message>
        <source>Một mũi tiêm, ba bước</source>
        <translation>One dose, three steps</translation>
    </message>
    <message>
        <source>Phím tắt</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>1. Quét thẻ CCCD của người dân. Con trỏ ở đâu cũng được.</source>
        <translation>1. Scan the person&apos;s identity card. It does not matter where the cursor is.</translation>
    </message>
    <message>
        <source>2. Đọc câu trả lời lớn ở giữa trang. Bấm Space nếu sàng lọc không có bất thường.</source>
        <translation>2. Read the big answer in the middle. Press Space if the screening found nothing abnormal.</translation>
    </message>
    <message>
        <source>3. Tiêm xong, bấm Enter để lưu. Quét ngay người tiếp theo.</source>
        <translation>3. After the injection press Enter to save. Scan the next person at once.</translation>
    </message>
    <message>
        <source>Mất mạng: cứ làm tiếp. Mũi tiêm được lưu an toàn trên máy này và tự gửi khi có mạng.</source>
        <translation>No network: just go on. Doses are safe on this machine and are sent when the network is back.</translation>
    </message>
    <message>
        <source>Lưu nhầm: bấm Ctrl+Z trong 30 phút và chọn lý do. Bản cũ vẫn được giữ để đối chiếu.</source>
        <translation>Saved by mistake: press Ctrl+Z within 30 minutes and choose a reason. The first version is kept.</translation>
    </message>
    <message>
        <source>Bàn tiêm</source>
        <translation>Desk</translation>
    </message>
    <message>
        <source>Giấy chứng nhận và giấy xác nhận</source>
        <translation>Certificates and confirmations</translation>
    </message>
    <message>
        <source>Đồng bộ: đã gửi gì, còn chờ gì, bị từ chối gì</source>
        <translation>Sync: what was sent, what waits, what was refused</translation>
    </message>
    <message>
        <source>Cơ sở: nhân viên, ký số, máy in, sao lưu, ngôn ngữ</source>
        <translation>Site: staff, signing, printer, backup, language</translation>
    </message>
    <message>
        <source>Việc chính của trang; nút lớn nói rõ việc đó là gì</source>
        <translation>The page&apos;s main action; the big button says what it is</translation>
    </message>
    <message>
        <source>Sàng lọc không có bất thường; đánh dấu dòng trong danh sách</source>
        <translation>Nothing abnormal in the screening; marks a line in a list</translation>
    </message>
    <message>
        <source>Bỏ việc đang làm dở</source>
        <translation>Leave what was begun</translation>
    </message>
    <message>
        <source>Hoàn tác mũi vừa lưu</source>
        <translation>Take the last save back</translation>
    </message>
    <message>
        <source>Sửa thông tin người dân</source>
        <translation>Mend the person&apos;s facts</translation>
    </message>
    <message>
        <source>Đổi vắc xin, lô, lọ của buổi tiêm</source>
        <translation>Change the session&apos;s vaccine, lot and vial</translation>
    </message>
    <message>
        <source>Hiện hoặc che số định danh</source>
        <translation>Show or mask the citizen number</translation>
    </message>
    <message>
        <source>Ghi lý do khi quy định cho phép làm khác</source>
        <translation>Write a reason where the rules allow an exception</translation>
    </message>
    <message>
        <source>Thử máy quét</source>
        <translation>Test the scanner</translation>
    </message>
    <message>
        <source>Đọc mã trên thẻ từ tệp ảnh hoặc PDF; thả tệp vào cửa sổ cũng được</source>
        <translation>Read the card&apos;s code from a picture or PDF; a file may also be dropped on the window</translation>
    </message>
    <message>
        <source>Theo dõi sau tiêm: ai còn bao lâu, phản ứng, cho về</source>
        <translation>Observation: who stays how long, reactions, letting go</translation>
    </message>
    <message>
        <source>Hàng chờ: ai đang ở bàn nào, từ lúc nào</source>
        <translation>The queue: who is at which station, since when</translation>
    </message>
    <message>
        <source>Vào hàng chờ: người ở bàn nhận số thứ tự</source>
        <translation>Into the queue: who is at the desk gets a number</translation>
    </message>
    <message>
        <source>Gọi người chờ lâu nhất vào bàn này</source>
        <translation>Calls who has waited longest to this desk</translation>
    </message>
    <message>
        <source>Thêm một cửa sổ, đăng nhập riêng</source>
        <translation>One more window with a sign-in of its own</translation>
    </message>
    <message>
        <source>Đổi việc của bàn này: tiếp đón, khám, tiêm, theo dõi</source>
        <translation>What this desk does: reception, screening, injection, observation</translation>
    </message>
    <message>
        <source>Khóa màn hình; việc đang làm dở được giữ nguyên. Shift+F12: bàn giao, gõ tên đồng nghiệp</source>
        <translation>Locks the screen; what is half done stays. Shift+F12: hand over, type the colleague&apos;s name</translation>
    </message>
    <message>
        <source>Vắc xin: nhận, hủy, đếm từng lô; chốt ngày</source>
        <translation>Vaccine: received, wasted, counted by lot; the close of the day</translation>
    </message>
    <message>
        <source>Kiểm tra giấy</source>
        <translation>Check a paper</translation>
    </message>
    <message>
        <source>Kiểm tra giấy chứng nhận hoặc phiếu mũi tiêm của nơi khác</source>
        <translation>Check a certificate or vaccination slip of another place</translation>
    </message>
    <message>
        <source>Phản ánh của người dân: hạn 48 giờ, xử lý, trả lời</source>
        <translation>Complaints of citizens: the 48 hours, settling, answering</translation>
    </message>
    <message>
        <source>Báo cáo ngày và đợt tiêm, các bản ghi của mỗi con số</source>
        <translation>Reports of a day and of a round, the records behind each figure</translation>
    </message>
    <message>
        <source>Ở trang Đồng bộ: sửa định danh chưa khớp</source>
        <translation>On the sync page: mend identities that do not match</translation>
    </message>
    <message>
        <source>Ở trang Cơ sở: nhập danh sách từ Excel, CSV</source>
        <translation>On the site page: take in a list from Excel or CSV</translation>
    </message>
</context>
<context>
    <name>HistoryCard</name>
    <message>
        <source>Tiền sử tiêm</source>
        <translation>Doses so far</translation>
    </message>
    <message>
        <source>Các mũi đã tiêm hiện ở đây.</source>
        <translation>Earlier doses appear here.</translation>
    </message>
    <message>
        <source>Máy này chưa biết mũi nào. Hãy hỏi và xem giấy xác nhận của người dân.</source>
        <translation>This machine knows of no dose. Ask, and look at the person&apos;s paper.</translation>
    </message>
    <message>
        <source>Tiêm ở nơi khác, theo nền tảng</source>
        <translation>Given elsewhere, as the platform says</translation>
    </message>
    <message>
        <source>nơi khác: chưa hỏi được nền tảng</source>
        <translation>elsewhere: platform not asked yet</translation>
    </message>
    <message>
        <source>nơi khác: theo nền tảng lúc {time}</source>
        <translation>elsewhere: platform, as of {time}</translation>
    </message>
    <message numerus="yes">
        <source>còn %n mũi cũ hơn</source>
        <translation>
            <numerusform>%n older dose</numerusform>
            <numerusform>%n older doses</numerusform>
        </translation>
    </message>
    <message>
        <source>Theo phiếu người dân mang; nền tảng chưa xác nhận</source>
        <translation>By a slip the person carries; not yet confirmed by the platform</translation>
    </message>
    <message>
        <source>chưa xác nhận, theo phiếu của {site} (đọc lúc {time})</source>
        <translation>not confirmed, by a slip of {site} (read at {time})</translation>
    </message>
</context>
<context>
    <name>MachineCard</name>
    <message>
        <source>Máy này</source>
        <translation>This machine</translation>
    </message>
    <message>
        <source>Ngôn ngữ</source>
        <translation>Language</translation>
    </message>
    <message>
        <source>Màu màn hình</source>
        <translation>Theme</translation>
    </message>
    <message>
        <source>Máy in</source>
        <translation>Printer</translation>
    </message>
    <message>
        <source>Khổ giấy</source>
        <translation>Paper size</translation>
    </message>
    <message>
        <source>Tự khóa sau</source>
        <translation>Lock after</translation>
    </message>
    <message>
        <source>Sáng</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>Tối</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>Tương phản cao</source>
        <translation>High contrast</translation>
    </message>
    <message numerus="yes">
        <source>%n phút</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
    <message>
        <source>Máy in mặc định</source>
        <translation>Default printer</translation>
    </message>
    <message>
        <source>Tiếng báo khi lưu hoặc từ chối</source>
        <translation>Sounds when saved or refused</translation>
    </message>
    <message>
        <source>Hạn mức dữ liệu mỗi ngày</source>
        <translation>Data allowance a day</translation>
    </message>
    <message>
        <source>Không giới hạn</source>
        <translation>No limit</translation>
    </message>
    <message>
        <source>Quá hạn mức, máy chỉ tự gửi mũi tiêm; phần còn lại đợi sang ngày hoặc khi bấm Đồng bộ ngay.</source>
        <translation>Over the allowance only doses are sent by themselves; the rest waits for the next day or for Sync now.</translation>
    </message>
    <message>
        <source>Thử máy quét</source>
        <translation>Test the scanner</translation>
    </message>
    <message>
        <source>Máy in phiếu mũi tiêm</source>
        <translation>Printer for slips</translation>
    </message>
    <message>
        <source>Giấy in phiếu mũi tiêm</source>
        <translation>Paper for slips</translation>
    </message>
    <message>
        <source>Cùng máy in trên</source>
        <translation>The same printer</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>vaxdesk: sổ tiêm chủng</source>
        <translation>vaxdesk: vaccination record</translation>
    </message>
    <message>
        <source>Bàn tiêm</source>
        <translation>Desk</translation>
    </message>
    <message>
        <source>Chứng nhận</source>
        <translation>Certificates</translation>
    </message>
    <message>
        <source>Đồng bộ</source>
        <translation>Sync</translation>
    </message>
    <message>
        <source>Cơ sở</source>
        <translation>Site</translation>
    </message>
    <message>
        <source>Trợ giúp</source>
        <translation>Help</translation>
    </message>
    <message>
        <source>Khóa</source>
        <translation>Lock</translation>
    </message>
    <message>
        <source>Theo dõi</source>
        <translation>Observation</translation>
    </message>
    <message>
        <source>Hàng chờ</source>
        <translation>Queue</translation>
    </message>
    <message>
        <source>Vắc xin</source>
        <translation>Vaccine</translation>
    </message>
    <message>
        <source>Báo cáo</source>
        <translation>Reports</translation>
    </message>
    <message>
        <source>Phản ánh</source>
        <translation>Complaints</translation>
    </message>
</context>
<context>
    <name>SavedBar</name>
    <message>
        <source>Hoàn tác</source>
        <translation>Take back</translation>
    </message>
    <message>
        <source>CHƯA LƯU {name}: {sentence}</source>
        <translation>NOT SAVED {name}: {sentence}</translation>
    </message>
    <message>
        <source>Mũi vừa lưu hiện ở đây, cùng tình trạng gửi lên nền tảng.</source>
        <translation>The last saved dose appears here, and whether the platform has it.</translation>
    </message>
    <message>
        <source>Đã hoàn tác: {name}</source>
        <translation>Taken back: {name}</translation>
    </message>
    <message>
        <source>Vừa lưu: {name} · {time}</source>
        <translation>Just saved: {name} · {time}</translation>
    </message>
    <message>
        <source>đã nhận trên nền tảng {time}</source>
        <translation>received by the platform {time}</translation>
    </message>
    <message>
        <source>nền tảng từ chối, xem trang Đồng bộ</source>
        <translation>refused by the platform, see the Sync page</translation>
    </message>
    <message>
        <source>đang chờ gửi</source>
        <translation>waiting to be sent</translation>
    </message>
    <message>
        <source>Hủy cả mũi và phản ứng: vì sao?</source>
        <translation>Void dose and reactions: why?</translation>
    </message>
</context>
<context>
    <name>ScreeningCard</name>
    <message>
        <source>Chưa kết luận</source>
        <translation>No conclusion yet</translation>
    </message>
    <message>
        <source>Không có bất thường</source>
        <translation>Nothing abnormal</translation>
    </message>
    <message>
        <source>Cần đo huyết áp: bệnh tim mạch, huyết áp hoặc trên 65 tuổi</source>
        <translation>Measure the blood pressure: heart, pressure or over 65</translation>
    </message>
    <message>
        <source>Sàng lọc</source>
        <translation>Screening</translation>
    </message>
    <message>
        <source>Phiếu</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>T °C</source>
        <translation>T °C</translation>
    </message>
    <message>
        <source>Thân nhiệt, độ C</source>
        <translation>Temperature, degrees Celsius</translation>
    </message>
    <message>
        <source>Mạch</source>
        <translation>Pulse</translation>
    </message>
    <message>
        <source>Mạch, lần mỗi phút</source>
        <translation>Pulse, beats a minute</translation>
    </message>
    <message>
        <source>HA</source>
        <translation>BP</translation>
    </message>
    <message>
        <source>Huyết áp, tối đa trên tối thiểu, mmHg</source>
        <translation>Blood pressure, systolic over diastolic, mmHg</translation>
    </message>
    <message>
        <source>Nhịp thở</source>
        <translation>Breaths</translation>
    </message>
    <message>
        <source>Nhịp thở, lần mỗi phút</source>
        <translation>Breaths a minute</translation>
    </message>
    <message>
        <source>Ctrl+T: đo · Space: ô tiếp</source>
        <translation>Ctrl+T: measure · Space: next</translation>
    </message>
    <message>
        <source>Đóng</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>{name}, lúc {time}</source>
        <translation>{name}, at {time}</translation>
    </message>
    <message>
        <source>Đã khám: {who}</source>
        <translation>Screened: {who}</translation>
    </message>
</context>
<context>
    <name>SignInPage</name>
    <message>
        <source>Đang mở sổ tiêm chủng trên máy này…</source>
        <translation>The register on this machine is being opened…</translation>
    </message>
    <message>
        <source>Đang khóa</source>
        <translation>Locked</translation>
    </message>
    <message>
        <source>Đăng nhập</source>
        <translation>Sign in</translation>
    </message>
    <message>
        <source>Mã PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>Mở khóa</source>
        <translation>Unlock</translation>
    </message>
    <message>
        <source>Vào làm việc</source>
        <translation>Start work</translation>
    </message>
    <message>
        <source>English</source>
        <translation>Tiếng Việt</translation>
    </message>
    <message>
        <source>Luyện tập</source>
        <translation>Practise</translation>
    </message>
    <message>
        <source>↑ ↓: chọn người · Shift+F12: gõ tên hoặc số</source>
        <translation>↑ ↓: choose · Shift+F12: type a name or number</translation>
    </message>
    <message>
        <source>Người làm việc</source>
        <translation>Who works</translation>
    </message>
</context>
<context>
    <name>SigningCard</name>
    <message>
        <source>Ký số dữ liệu tiêm trong ngày</source>
        <translation>Sign the day&apos;s doses</translation>
    </message>
    <message>
        <source>Ngày tiêm</source>
        <translation>Day of injection</translation>
    </message>
    <message numerus="yes">
        <source>Ký số %n mũi</source>
        <translation>
            <numerusform>Sign %n dose</numerusform>
            <numerusform>Sign %n doses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Đã ký %n mũi. Chữ ký sẽ được gửi lên nền tảng.</source>
        <translation>
            <numerusform>Signed %n dose. The signature goes to the platform next.</numerusform>
            <numerusform>Signed %n doses. The signature goes to the platform next.</numerusform>
        </translation>
    </message>
    <message>
        <source>{ready} mũi sẵn sàng ký · {signed}/{given} đã ký
{mismatched} không khớp dân cư, chưa ký được</source>
        <translation>{ready} ready to sign · {signed}/{given} signed
{mismatched} with differing identity, not signable</translation>
    </message>
    <message>
        <source>PIN của thẻ ký số</source>
        <translation>Token PIN</translation>
    </message>
    <message>
        <source>Đã ký và nền tảng đã nhận {share} %</source>
        <translation>Signed and received by the platform {share} %</translation>
    </message>
    <message>
        <source>còn {hours} giờ {minutes} phút</source>
        <translation>{hours} h {minutes} min left</translation>
    </message>
    <message>
        <source>theo nhịp này xong lúc {time}</source>
        <translation>done at {time} at this pace</translation>
    </message>
    <message>
        <source>Đã ghi {name}: in ra để các bên ký. Tệp có họ tên và số định danh.</source>
        <translation>Written {name}: print it for the parties to sign. The file holds names and numbers.</translation>
    </message>
    <message>
        <source>Sửa định danh</source>
        <translation>Mend identities</translation>
    </message>
    <message>
        <source>Biên bản</source>
        <translation>Record</translation>
    </message>
</context>
<context>
    <name>StaffCard</name>
    <message>
        <source>Nhân viên ({count})</source>
        <translation>Staff ({count})</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Full name</translation>
    </message>
    <message>
        <source>Vai trò</source>
        <translation>Role</translation>
    </message>
    <message>
        <source>Thêm nhân viên</source>
        <translation>Add staff member</translation>
    </message>
    <message>
        <source>Nhân viên</source>
        <translation>Staff</translation>
    </message>
    <message>
        <source>Đã thêm {name}.</source>
        <translation>Added {name}.</translation>
    </message>
    <message>
        <source>Vị trí</source>
        <translation>Post</translation>
    </message>
    <message>
        <source>Vai trò, vị trí</source>
        <translation>Role, post</translation>
    </message>
    <message>
        <source>Đặt lại mã PIN</source>
        <translation>Reset PIN</translation>
    </message>
    <message>
        <source>Cho làm việc lại</source>
        <translation>Resume work</translation>
    </message>
    <message>
        <source>Ngừng làm việc</source>
        <translation>End work here</translation>
    </message>
    <message>
        <source>Mã PIN của tôi</source>
        <translation>My PIN</translation>
    </message>
    <message>
        <source>đã ngừng</source>
        <translation>ended</translation>
    </message>
    <message>
        <source>Đã đổi vai trò, vị trí của {name}.</source>
        <translation>Role and post of {name} changed.</translation>
    </message>
    <message>
        <source>Đã đặt mã PIN mới cho {name}.</source>
        <translation>New PIN set for {name}.</translation>
    </message>
    <message>
        <source>{name} không còn làm việc ở đây. Tên vẫn còn trên các mũi tiêm.</source>
        <translation>{name} works here no more. The name stays on the doses.</translation>
    </message>
    <message>
        <source>{name} làm việc lại ở đây.</source>
        <translation>{name} works here again.</translation>
    </message>
    <message>
        <source>Đã đổi mã PIN của {name}.</source>
        <translation>PIN of {name} changed.</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Hôm nay: {given} đã tiêm · {received} đã nhận · {read_back} đã đọc lại</source>
        <translation>Today: {given} given · {received} received · {read_back} read back</translation>
    </message>
    <message>
        <source>Đang hỏi nền tảng…</source>
        <translation>Asking the platform…</translation>
    </message>
    <message>
        <source>Có mạng, nền tảng trả lời {time}</source>
        <translation>Online, platform answered {time}</translation>
    </message>
    <message>
        <source>{count} bị từ chối: xem F5 · chờ {waiting}</source>
        <translation>{count} refused: see F5 · {waiting} waiting</translation>
    </message>
    <message>
        <source>Chờ {count}, lâu nhất {time}</source>
        <translation>{count} waiting, oldest {time}</translation>
    </message>
    <message>
        <source>Không có gì chờ gửi</source>
        <translation>Nothing waits</translation>
    </message>
    <message>
        <source>Luyện tập: không gửi đi đâu</source>
        <translation>Practice: nothing is sent anywhere</translation>
    </message>
</context>
<context>
    <name>SyncPage</name>
    <message>
        <source>Đã tiêm hôm nay</source>
        <translation>Given today</translation>
    </message>
    <message>
        <source>Nền tảng đã nhận</source>
        <translation>Received by the platform</translation>
    </message>
    <message>
        <source>Đã đọc lại, khớp</source>
        <translation>Read back, equal</translation>
    </message>
    <message>
        <source>Đang chờ gửi</source>
        <translation>Waiting to be sent</translation>
    </message>
    <message>
        <source>Đồng bộ ngay</source>
        <translation>Sync now</translation>
    </message>
    <message>
        <source>lâu nhất {time}</source>
        <translation>oldest {time}</translation>
    </message>
    <message>
        <source>tất cả các ngày: {count}</source>
        <translation>all days: {count}</translation>
    </message>
    <message>
        <source>Đang đồng bộ…</source>
        <translation>Syncing…</translation>
    </message>
    <message>
        <source>Chưa liên lạc được với nền tảng lần nào.</source>
        <translation>The platform has not been reached yet.</translation>
    </message>
    <message>
        <source>Số liệu của ngày</source>
        <translation>Figures of the day</translation>
    </message>
    <message>
        <source>Đã tiêm ngày {day}</source>
        <translation>Given on {day}</translation>
    </message>
    <message numerus="yes">
        <source> và %n mũi khác</source>
        <translation>
            <numerusform> and %n more dose</numerusform>
            <numerusform> and %n more doses</numerusform>
        </translation>
    </message>
    <message>
        <source>Trên nền tảng khác với bản đã xác nhận: {doses}. So sánh ở danh sách bên dưới; quản lý điểm tiêm quyết định.</source>
        <translation>Differs on the platform from what was acknowledged: {doses}. Compare it in the list below; a site manager decides.</translation>
    </message>
    <message>
        <source>Nền tảng trả lời lúc {time}</source>
        <translation>Platform answered at {time}</translation>
    </message>
    <message>
        <source>hôm nay dùng {size}</source>
        <translation>{size} used today</translation>
    </message>
    <message>
        <source>Định danh cần sửa</source>
        <translation>Identities to mend</translation>
    </message>
</context>
<context>
    <name>_Found</name>
    <message numerus="yes">
        <source>Tìm thấy %n người</source>
        <translation>
            <numerusform>Found %n person</numerusform>
            <numerusform>Found %n people</numerusform>
        </translation>
    </message>
    <message>
        <source>Người tìm thấy</source>
        <translation>People found</translation>
    </message>
    <message>
        <source>↑ ↓ chọn · Enter: đúng người này · Esc: bỏ</source>
        <translation>↑ ↓ choose · Enter: this person · Esc: leave</translation>
    </message>
</context>
<context>
    <name>_Nobody</name>
    <message>
        <source>Quét thẻ để bắt đầu</source>
        <translation>Scan a card to begin</translation>
    </message>
    <message>
        <source>Hoặc gõ số định danh, số điện thoại hay họ tên rồi bấm Enter.</source>
        <translation>Or type a citizen number, phone or name and press Enter.</translation>
    </message>
</context>
<context>
    <name>_PlaceCard</name>
    <message>
        <source>Điểm tiêm</source>
        <translation>Site</translation>
    </message>
    <message>
        <source>Sao lưu (mã hóa)</source>
        <translation>Back up (encrypted)</translation>
    </message>
    <message>
        <source>Máy {device}</source>
        <translation>Machine {device}</translation>
    </message>
    <message>
        <source>Chưa có bản sao lưu tự động</source>
        <translation>No automatic backup yet</translation>
    </message>
    <message>
        <source>Sao lưu tự động lúc {when}</source>
        <translation>Backed up automatically at {when}</translation>
    </message>
    <message>
        <source>Sao lưu</source>
        <translation>Back up</translation>
    </message>
    <message>
        <source>Đang sao lưu và kiểm tra…</source>
        <translation>Backing up and verifying…</translation>
    </message>
    <message>
        <source>Đã sao lưu và kiểm tra: {name}</source>
        <translation>Backed up and verified: {name}</translation>
    </message>
    <message>
        <source>Nhật ký</source>
        <translation>Audit</translation>
    </message>
    <message>
        <source>Nhập danh sách</source>
        <translation>Take in a list</translation>
    </message>
    <message>
        <source>Gói hỗ trợ</source>
        <translation>Support bundle</translation>
    </message>
    <message>
        <source>Đã ghi {name}: phiên bản, số đếm và nhật ký máy, không có dữ liệu cá nhân.</source>
        <translation>Written {name}: versions, counts and the machine&apos;s log, no personal data.</translation>
    </message>
</context>
<context>
    <name>_PresetEdit</name>
    <message>
        <source>Vắc xin</source>
        <translation>Vaccine</translation>
    </message>
    <message>
        <source>Số lô</source>
        <translation>Lot</translation>
    </message>
    <message>
        <source>Hạn dùng</source>
        <translation>Expiry</translation>
    </message>
    <message>
        <source>Lọ số</source>
        <translation>Vial no.</translation>
    </message>
    <message>
        <source>Người tiêm</source>
        <translation>Injector</translation>
    </message>
    <message>
        <source>Vắc xin của buổi tiêm</source>
        <translation>The session&apos;s vaccine</translation>
    </message>
    <message>
        <source>02/2022</source>
        <translation>02/2022</translation>
    </message>
    <message>
        <source>Quét nhãn lọ để điền số lô và hạn dùng.
Enter: dùng cho cả buổi · Esc: thôi</source>
        <translation>Scan a vial label to fill in lot and expiry.
Enter: use for the session · Esc: leave</translation>
    </message>
</context>
<context>
    <name>_Question</name>
    <message>
        <source>Nhầm người</source>
        <translation>Wrong person</translation>
    </message>
    <message>
        <source>Nhầm vắc xin, lô</source>
        <translation>Wrong vaccine, lot</translation>
    </message>
    <message>
        <source>Chưa tiêm</source>
        <translation>Not injected</translation>
    </message>
    <message>
        <source>Vì sao hoàn tác mũi của {name}?</source>
        <translation>Why take back {name}&apos;s dose?</translation>
    </message>
    <message>
        <source>lý do khác, rồi Enter</source>
        <translation>other reason, then Enter</translation>
    </message>
    <message>
        <source>Lý do hoàn tác</source>
        <translation>Reason for taking back</translation>
    </message>
    <message>
        <source>Esc: thôi</source>
        <translation>Esc: leave</translation>
    </message>
</context>
<context>
    <name>_Shown</name>
    <message>
        <source>Chưa chọn vắc xin</source>
        <translation>No vaccine chosen</translation>
    </message>
    <message>
        <source>Lưu mũi tiêm</source>
        <translation>Save dose</translation>
    </message>
    <message>
        <source>Lưu kết quả sàng lọc</source>
        <translation>Save conclusion</translation>
    </message>
    <message>
        <source>Số lô</source>
        <translation>Lot</translation>
    </message>
    <message>
        <source>Hạn dùng</source>
        <translation>Expiry</translation>
    </message>
    <message>
        <source>Lọ</source>
        <translation>Vial</translation>
    </message>
    <message>
        <source>Người tiêm</source>
        <translation>Injector</translation>
    </message>
    <message>
        <source>Esc: bỏ · Ctrl+Z: hoàn tác mũi vừa lưu</source>
        <translation>Esc: leave · Ctrl+Z: take last save back</translation>
    </message>
    <message>
        <source>tiêm bắp</source>
        <translation>intramuscular</translation>
    </message>
    <message>
        <source>{amount} ml · tiêm bắp</source>
        <translation>{amount} ml · intramuscular</translation>
    </message>
    <message>
        <source>Che</source>
        <translation>Mask</translation>
    </message>
    <message>
        <source>Hiện</source>
        <translation>Show</translation>
    </message>
    <message>
        <source>Khớp dữ liệu dân cư</source>
        <translation>Identity matched</translation>
    </message>
    <message>
        <source>Không khớp dân cư: {fields}</source>
        <translation>Identity differs: {fields}</translation>
    </message>
    <message>
        <source>Chưa có trong dữ liệu dân cư</source>
        <translation>Not in the population data</translation>
    </message>
    <message>
        <source>Đang chờ đối chiếu dân cư</source>
        <translation>Identity being checked</translation>
    </message>
    <message>
        <source>Chưa đối chiếu dân cư</source>
        <translation>Identity not checked yet</translation>
    </message>
    <message>
        <source>Lần đầu ở máy này</source>
        <translation>First time on this machine</translation>
    </message>
    <message>
        <source>Đã có hồ sơ ở máy này</source>
        <translation>Known on this machine</translation>
    </message>
    <message>
        <source>Sửa thông tin</source>
        <translation>Edit facts</translation>
    </message>
    <message>
        <source>Điện thoại</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>Nơi thường trú</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>mở {time} · còn {left}</source>
        <translation>opened {time} · {left} left</translation>
    </message>
    <message>
        <source>Mở lọ mới</source>
        <translation>Open a new vial</translation>
    </message>
    <message>
        <source>Đổi vắc xin, lô</source>
        <translation>Change vaccine, lot</translation>
    </message>
    <message>
        <source>Đã sửa chữ, hãy so với thẻ</source>
        <translation>Letters mended: compare with the card</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Mũi {number}</source>
        <translation>Dose {number}</translation>
    </message>
    <message>
        <source>khoảng {years} tuổi</source>
        <translation>about {years} years</translation>
    </message>
    <message>
        <source>{years} tuổi</source>
        <translation>{years} years</translation>
    </message>
    <message>
        <source>{count} giây</source>
        <translation>{count} s</translation>
    </message>
    <message>
        <source>{count} phút</source>
        <translation>{count} min</translation>
    </message>
    <message>
        <source>{count} giờ</source>
        <translation>{count} h</translation>
    </message>
    <message>
        <source>{count} ngày</source>
        <translation>{count} d</translation>
    </message>
    <message>
        <source>Nam</source>
        <translation>Male</translation>
    </message>
    <message>
        <source>Nữ</source>
        <translation>Female</translation>
    </message>
    <message>
        <source>Chưa rõ giới tính</source>
        <translation>Sex not known</translation>
    </message>
    <message>
        <source>Điều dưỡng</source>
        <translation>Nurse</translation>
    </message>
    <message>
        <source>Quản lý điểm tiêm</source>
        <translation>Site manager</translation>
    </message>
    <message>
        <source>Đủ điều kiện tiêm</source>
        <translation>Eligible</translation>
    </message>
    <message>
        <source>Thận trọng</source>
        <translation>Caution</translation>
    </message>
    <message>
        <source>Hoãn tiêm</source>
        <translation>Postponed</translation>
    </message>
    <message>
        <source>Chống chỉ định</source>
        <translation>Contraindicated</translation>
    </message>
    <message>
        <source>Từ chối tiêm</source>
        <translation>Refused</translation>
    </message>
    <message>
        <source>Chuyển viện</source>
        <translation>Referred</translation>
    </message>
    <message>
        <source>Cánh tay trái</source>
        <translation>Left arm</translation>
    </message>
    <message>
        <source>Cánh tay phải</source>
        <translation>Right arm</translation>
    </message>
    <message>
        <source>Đùi trái</source>
        <translation>Left thigh</translation>
    </message>
    <message>
        <source>Đùi phải</source>
        <translation>Right thigh</translation>
    </message>
    <message>
        <source>Đã lưu trên máy này</source>
        <translation>Saved on this machine</translation>
    </message>
    <message>
        <source>Đã nhận trên nền tảng</source>
        <translation>Received by the platform</translation>
    </message>
    <message>
        <source>Đã đọc lại, khớp</source>
        <translation>Read back, equal</translation>
    </message>
    <message>
        <source>Khớp dữ liệu dân cư</source>
        <translation>Identity matched</translation>
    </message>
    <message>
        <source>Không khớp dữ liệu dân cư</source>
        <translation>Identity differs</translation>
    </message>
    <message>
        <source>Đã ký số</source>
        <translation>Signed</translation>
    </message>
    <message>
        <source>Đã cấp chứng nhận</source>
        <translation>Certificate issued</translation>
    </message>
    <message>
        <source>Đã in</source>
        <translation>Printed</translation>
    </message>
    <message>
        <source>Nền tảng từ chối</source>
        <translation>Refused by the platform</translation>
    </message>
    <message>
        <source>Đã sửa</source>
        <translation>Corrected</translation>
    </message>
    <message>
        <source>Đã đánh dấu nhập nhầm</source>
        <translation>Entered in error</translation>
    </message>
    <message>
        <source>họ tên</source>
        <translation>name</translation>
    </message>
    <message>
        <source>ngày sinh</source>
        <translation>date of birth</translation>
    </message>
    <message>
        <source>giới tính</source>
        <translation>sex</translation>
    </message>
    <message>
        <source>số định danh</source>
        <translation>citizen number</translation>
    </message>
    <message>
        <source>Tình trạng</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Vắc xin</source>
        <translation>Vaccine</translation>
    </message>
    <message>
        <source>Số lô</source>
        <translation>Lot</translation>
    </message>
    <message>
        <source>Hạn dùng</source>
        <translation>Expiry</translation>
    </message>
    <message>
        <source>Mũi số</source>
        <translation>Dose number</translation>
    </message>
    <message>
        <source>Lúc tiêm</source>
        <translation>Given at</translation>
    </message>
    <message>
        <source>Người tiêm</source>
        <translation>Injector</translation>
    </message>
    <message>
        <source>Nơi tiêm</source>
        <translation>Site</translation>
    </message>
    <message>
        <source>Đã tiêm</source>
        <translation>Given</translation>
    </message>
    <message>
        <source>Không tiêm</source>
        <translation>Not given</translation>
    </message>
    <message>
        <source>Nhập nhầm</source>
        <translation>Entered in error</translation>
    </message>
    <message>
        <source>Đau chỗ tiêm</source>
        <translation>Pain at the injection site</translation>
    </message>
    <message>
        <source>Sưng, đỏ chỗ tiêm</source>
        <translation>Swelling, redness there</translation>
    </message>
    <message>
        <source>Sốt</source>
        <translation>Fever</translation>
    </message>
    <message>
        <source>Ớn lạnh, rét run</source>
        <translation>Chills</translation>
    </message>
    <message>
        <source>Đau đầu</source>
        <translation>Headache</translation>
    </message>
    <message>
        <source>Mệt mỏi</source>
        <translation>Tiredness</translation>
    </message>
    <message>
        <source>Đau cơ, khớp</source>
        <translation>Muscle or joint pain</translation>
    </message>
    <message>
        <source>Buồn nôn</source>
        <translation>Nausea</translation>
    </message>
    <message>
        <source>Chóng mặt</source>
        <translation>Dizziness</translation>
    </message>
    <message>
        <source>Phát ban, ngứa</source>
        <translation>Rash, itching</translation>
    </message>
    <message>
        <source>Khó thở</source>
        <translation>Short of breath</translation>
    </message>
    <message>
        <source>Tụt huyết áp</source>
        <translation>Falling blood pressure</translation>
    </message>
    <message>
        <source>Nôn, tiêu chảy</source>
        <translation>Vomiting, diarrhoea</translation>
    </message>
    <message>
        <source>Mất ý thức</source>
        <translation>Unconscious</translation>
    </message>
    <message>
        <source>Dấu hiệu khác</source>
        <translation>Another sign</translation>
    </message>
    <message>
        <source>Thông thường</source>
        <translation>Common</translation>
    </message>
    <message>
        <source>Phản vệ độ 1</source>
        <translation>Anaphylaxis grade 1</translation>
    </message>
    <message>
        <source>Phản vệ độ 2</source>
        <translation>Anaphylaxis grade 2</translation>
    </message>
    <message>
        <source>Phản vệ độ 3</source>
        <translation>Anaphylaxis grade 3</translation>
    </message>
    <message>
        <source>Phản vệ độ 4</source>
        <translation>Anaphylaxis grade 4</translation>
    </message>
    <message>
        <source>Độ {grade}</source>
        <translation>Grade {grade}</translation>
    </message>
    <message>
        <source>Đã khỏi</source>
        <translation>Recovered</translation>
    </message>
    <message>
        <source>Đang đỡ</source>
        <translation>Recovering</translation>
    </message>
    <message>
        <source>Để lại di chứng</source>
        <translation>With sequelae</translation>
    </message>
    <message>
        <source>Tử vong</source>
        <translation>Died</translation>
    </message>
    <message>
        <source>Chưa rõ</source>
        <translation>Unknown</translation>
    </message>
    <message>
        <source>Bình thường</source>
        <translation>Well</translation>
    </message>
    <message>
        <source>Có phản ứng</source>
        <translation>With a reaction</translation>
    </message>
    <message>
        <source>Về trước giờ, không báo</source>
        <translation>Left early, unseen</translation>
    </message>
    <message>
        <source>Quá giờ {lasting}</source>
        <translation>Over by {lasting}</translation>
    </message>
    <message>
        <source>Hãy quét thẻ, hoặc nhập số định danh, trước khi lưu.</source>
        <translation>Scan a card or type a citizen number before saving.</translation>
    </message>
    <message>
        <source>Chưa lưu được. Lý do và cách làm ghi ở giữa trang.</source>
        <translation>Not saved yet. The reason and what to do stand in the middle of the page.</translation>
    </message>
    <message>
        <source>Chưa kết luận sàng lọc. Bấm Space nếu không có bất thường.</source>
        <translation>The screening has no conclusion yet. Press Space if nothing is abnormal.</translation>
    </message>
    <message>
        <source>Phản ứng</source>
        <translation>Reaction</translation>
    </message>
    <message>
        <source>Đủ giờ</source>
        <translation>Time is over</translation>
    </message>
    <message>
        <source>Xem giờ tiêm</source>
        <translation>See the time</translation>
    </message>
    <message>
        <source>đồng hồ máy sai</source>
        <translation>computer clock is wrong</translation>
    </message>
    <message>
        <source>còn lại</source>
        <translation>left</translation>
    </message>
    <message>
        <source>sắp đủ giờ</source>
        <translation>nearly over</translation>
    </message>
    <message>
        <source>Được về</source>
        <translation>May leave</translation>
    </message>
    <message>
        <source>đủ 30 phút</source>
        <translation>30 minutes are over</translation>
    </message>
    <message>
        <source>chưa ai cho về</source>
        <translation>nobody let them go</translation>
    </message>
    <message>
        <source>Đã nhận phím; sẽ làm ngay khi xem xong hồ sơ. Esc: thôi.</source>
        <translation>The key was taken; it is done as soon as the answer is there. Esc: leave it.</translation>
    </message>
    <message>
        <source>Chưa lưu: phím Enter bấm khi chưa có câu trả lời.</source>
        <translation>Not saved: Enter was pressed before the answer came.</translation>
    </message>
    <message>
        <source>Chưa ghi kết luận: phím bấm khi chưa có câu trả lời.</source>
        <translation>Not concluded: the key was pressed before the answer came.</translation>
    </message>
    <message>
        <source>Hãy đọc câu trả lời; vẫn tiêm thì ghi lý do rồi bấm Enter.</source>
        <translation>Read the answer; to inject all the same, write the reason and press Enter.</translation>
    </message>
    <message>
        <source>Hãy điền đúng và đủ thông tin của người này.</source>
        <translation>Enter what is missing or wrong about this person.</translation>
    </message>
    <message>
        <source>Hãy điền vắc xin, số lô và hạn dùng.</source>
        <translation>Enter the vaccine, the lot number and the expiry date.</translation>
    </message>
    <message>
        <source>Hãy điền những mục còn thiếu của phiếu sàng lọc.</source>
        <translation>Complete the screening form.</translation>
    </message>
    <message>
        <source>Lý do và cách làm ghi ở giữa trang.</source>
        <translation>The reason and what to do stand in the middle of the page.</translation>
    </message>
    <message>
        <source>Mọi vị trí</source>
        <translation>Every post</translation>
    </message>
    <message>
        <source>Sàng lọc</source>
        <translation>Screening</translation>
    </message>
    <message>
        <source>Tiêm</source>
        <translation>Injection</translation>
    </message>
    <message>
        <source>Chờ khám</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>Khám sàng lọc</source>
        <translation>Screening</translation>
    </message>
    <message>
        <source>Theo dõi</source>
        <translation>Observation</translation>
    </message>
    <message>
        <source>Nhận giấy</source>
        <translation>Certificate</translation>
    </message>
    <message>
        <source>Đã xong</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>Đã về</source>
        <translation>Left</translation>
    </message>
    <message>
        <source>đang ở bàn tiêm</source>
        <translation>at the injection desk</translation>
    </message>
    <message>
        <source>chờ khám sàng lọc</source>
        <translation>waiting for screening</translation>
    </message>
    <message>
        <source>đang khám sàng lọc</source>
        <translation>being screened</translation>
    </message>
    <message>
        <source>chờ tiêm</source>
        <translation>waiting for the injection</translation>
    </message>
    <message>
        <source>đang theo dõi</source>
        <translation>under observation</translation>
    </message>
    <message>
        <source>chờ nhận giấy</source>
        <translation>waiting for the certificate</translation>
    </message>
    <message>
        <source>đã xong, ra về</source>
        <translation>done, gone home</translation>
    </message>
    <message>
        <source>đã về, chưa xong</source>
        <translation>left without it</translation>
    </message>
    <message>
        <source>Chuyển sang khám sàng lọc</source>
        <translation>Send to screening</translation>
    </message>
    <message>
        <source>Chuyển sang tiêm</source>
        <translation>Send to injection</translation>
    </message>
    <message>
        <source>Chuyển sang theo dõi</source>
        <translation>Send to observation</translation>
    </message>
    <message>
        <source>Chuyển sang nhận giấy</source>
        <translation>Send to certificate</translation>
    </message>
    <message>
        <source>Đã nhận giấy, cho về</source>
        <translation>Certificate handed over</translation>
    </message>
    <message>
        <source>Số {number}</source>
        <translation>No. {number}</translation>
    </message>
    <message>
        <source>{place}, từ {time}</source>
        <translation>{place}, since {time}</translation>
    </message>
    <message>
        <source>đã gọi {time}</source>
        <translation>called {time}</translation>
    </message>
    <message>
        <source>{time}, quá lâu</source>
        <translation>{time}, too long</translation>
    </message>
    <message>
        <source>không có ai</source>
        <translation>nobody</translation>
    </message>
    <message>
        <source>lâu nhất {time}</source>
        <translation>longest {time}</translation>
    </message>
    <message>
        <source>{longest}, quá lâu</source>
        <translation>{longest}, too long</translation>
    </message>
    <message>
        <source>Mọi việc</source>
        <translation>Everything</translation>
    </message>
    <message>
        <source>Tiếp đón</source>
        <translation>Reception</translation>
    </message>
    <message>
        <source>Không có ai chờ khám</source>
        <translation>Nobody is waiting for screening</translation>
    </message>
    <message>
        <source>Ở bàn tiêm (F2), quét thẻ rồi bấm Ctrl+Enter: người đó nhận số và hiện ở đây.</source>
        <translation>At the desk (F2), scan a card and press Ctrl+Enter: that person gets a number and appears here.</translation>
    </message>
    <message>
        <source>Không có ai đang khám</source>
        <translation>Nobody is being screened</translation>
    </message>
    <message>
        <source>Ai được gọi vào khám sàng lọc sẽ hiện ở đây. Bấm Ctrl+G ở bàn tiêm để gọi.</source>
        <translation>Whoever is called to the screening appears here. Press Ctrl+G at the desk to call.</translation>
    </message>
    <message>
        <source>Không có ai chờ tiêm</source>
        <translation>Nobody is waiting for the injection</translation>
    </message>
    <message>
        <source>Ai khám xong và được tiêm sẽ hiện ở đây.</source>
        <translation>Whoever is screened and may be injected appears here.</translation>
    </message>
    <message>
        <source>Không có ai chờ nhận giấy</source>
        <translation>Nobody is waiting for a certificate</translation>
    </message>
    <message>
        <source>Ai theo dõi xong sẽ hiện ở đây để nhận giấy rồi ra về.</source>
        <translation>Whoever was observed long enough appears here for the certificate, then goes home.</translation>
    </message>
    <message>
        <source>Không có số nào đang theo dõi</source>
        <translation>No number is under observation</translation>
    </message>
    <message>
        <source>Ai có số và vừa tiêm xong sẽ hiện ở đây. Mọi người đang theo dõi, có số hay không, ở trang Theo dõi (F3).</source>
        <translation>Whoever has a number and was just injected appears here. Everybody under observation, with a number or without, is on the observation page (F3).</translation>
    </message>
    <message>
        <source>Chứng nhận sẵn sàng, chưa in</source>
        <translation>Certificate ready, not printed</translation>
    </message>
    <message>
        <source>Chờ nền tảng cấp</source>
        <translation>Waiting for the platform</translation>
    </message>
    <message>
        <source>Còn giữ giấy tạm</source>
        <translation>Holds a provisional paper</translation>
    </message>
    <message>
        <source>Có thể đổi giấy tạm</source>
        <translation>Can exchange the provisional paper</translation>
    </message>
    <message>
        <source>Đã in bản cũ, cần in lại</source>
        <translation>Outdated: print again</translation>
    </message>
    <message>
        <source>Không khớp dân cư</source>
        <translation>Does not match the register</translation>
    </message>
    <message>
        <source>Chứng nhận sẵn sàng</source>
        <translation>Certificate ready</translation>
    </message>
    <message>
        <source>Giấy xác nhận đã tiêm</source>
        <translation>Confirmation of vaccination</translation>
    </message>
    <message>
        <source>Chứng nhận điện tử</source>
        <translation>Electronic certificate</translation>
    </message>
    <message>
        <source>Phiếu mũi tiêm</source>
        <translation>Dose slip</translation>
    </message>
    <message>
        <source>giấy tạm</source>
        <translation>provisional</translation>
    </message>
    <message>
        <source>giấy tạm, đã đổi</source>
        <translation>provisional, exchanged</translation>
    </message>
    <message>
        <source>không còn giá trị: đã sửa {when}</source>
        <translation>no longer valid: corrected {when}</translation>
    </message>
    <message>
        <source>không còn giá trị: chứng nhận đã được thay {when}</source>
        <translation>no longer valid: certificate replaced {when}</translation>
    </message>
    <message>
        <source>không còn giá trị: chứng nhận bị thu hồi {when}</source>
        <translation>no longer valid: certificate revoked {when}</translation>
    </message>
    <message>
        <source>không còn giá trị: nhập nhầm {when}</source>
        <translation>no longer valid: entered in error {when}</translation>
    </message>
    <message>
        <source>{when} · {form}, bản {copy} · {who}</source>
        <translation>{when} · {form}, copy {copy} · {who}</translation>
    </message>
    <message>
        <source>còn chưa tới 1 phút</source>
        <translation>less than a minute left</translation>
    </message>
    <message>
        <source>còn khoảng {hours} giờ {minutes} phút</source>
        <translation>about {hours} h {minutes} min left</translation>
    </message>
    <message>
        <source>còn khoảng {minutes} phút</source>
        <translation>about {minutes} min left</translation>
    </message>
    <message>
        <source>Còn giá trị</source>
        <translation>Holds</translation>
    </message>
    <message>
        <source>Giấy tạm</source>
        <translation>Provisional</translation>
    </message>
    <message>
        <source>Giấy tạm, đã đổi</source>
        <translation>Provisional, exchanged</translation>
    </message>
    <message>
        <source>Hết giá trị: đã sửa</source>
        <translation>Void: corrected</translation>
    </message>
    <message>
        <source>Hết giá trị: đã thay</source>
        <translation>Void: replaced</translation>
    </message>
    <message>
        <source>Hết giá trị: bị thu hồi</source>
        <translation>Void: revoked</translation>
    </message>
    <message>
        <source>Hết giá trị: nhập nhầm</source>
        <translation>Void: entered in error</translation>
    </message>
    <message>
        <source>Nhập nhầm, thu hồi giấy</source>
        <translation>Void: take paper back</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Ngày sinh</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>Giới tính</source>
        <translation>Sex</translation>
    </message>
    <message>
        <source>Ngày tiêm</source>
        <translation>Day of injection</translation>
    </message>
    <message>
        <source>Lý do quyết định</source>
        <translation>Reason for the decision</translation>
    </message>
    <message>
        <source>Phản ứng sau tiêm</source>
        <translation>Reaction after the injection</translation>
    </message>
    <message>
        <source>mũi</source>
        <translation>dose</translation>
    </message>
    <message>
        <source>Bỏ qua</source>
        <translation>Leave out</translation>
    </message>
    <message>
        <source>Mã dòng</source>
        <translation>Row id</translation>
    </message>
    <message>
        <source>Số CCCD / số định danh</source>
        <translation>Citizen number</translation>
    </message>
    <message>
        <source>Số CMND cũ</source>
        <translation>Old ID number (CMND)</translation>
    </message>
    <message>
        <source>Ngày (của ngày sinh)</source>
        <translation>Day of birth</translation>
    </message>
    <message>
        <source>Tháng sinh</source>
        <translation>Month of birth</translation>
    </message>
    <message>
        <source>Năm sinh</source>
        <translation>Year of birth</translation>
    </message>
    <message>
        <source>Năm sinh, cột Nam</source>
        <translation>Year of birth, under Nam (men)</translation>
    </message>
    <message>
        <source>Năm sinh, cột Nữ</source>
        <translation>Year of birth, under Nữ (women)</translation>
    </message>
    <message>
        <source>Số điện thoại</source>
        <translation>Phone number</translation>
    </message>
    <message>
        <source>Địa chỉ</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>Giờ tiêm</source>
        <translation>Time of injection</translation>
    </message>
    <message>
        <source>Bị từ chối</source>
        <translation>Refused</translation>
    </message>
    <message>
        <source>Đã nhập trước đó</source>
        <translation>Taken in before</translation>
    </message>
    <message>
        <source>Đã nhập</source>
        <translation>Taken in</translation>
    </message>
    <message>
        <source>Người đã có</source>
        <translation>Known person</translation>
    </message>
    <message>
        <source>Mới</source>
        <translation>New</translation>
    </message>
    <message>
        <source>còn chưa đến 1 phút</source>
        <translation>less than a minute left</translation>
    </message>
    <message>
        <source>còn khoảng {count} phút</source>
        <translation>about {count} minutes left</translation>
    </message>
    <message>
        <source>Nhận</source>
        <translation>Received</translation>
    </message>
    <message>
        <source>Trả, chuyển đi</source>
        <translation>Returned</translation>
    </message>
    <message>
        <source>Đếm</source>
        <translation>Counted</translation>
    </message>
    <message>
        <source>Bỏ mục ghi sai</source>
        <translation>Wrong entry undone</translation>
    </message>
    <message>
        <source>Đầu ngày</source>
        <translation>Opening</translation>
    </message>
    <message>
        <source>Phải còn</source>
        <translation>Expected</translation>
    </message>
    <message>
        <source>Đếm được</source>
        <translation>Counted</translation>
    </message>
    <message>
        <source>Mũi đã tiêm</source>
        <translation>Doses given</translation>
    </message>
    <message>
        <source>chưa đếm</source>
        <translation>not counted</translation>
    </message>
    <message>
        <source>khớp</source>
        <translation>fits</translation>
    </message>
    <message>
        <source>lệch</source>
        <translation>differs</translation>
    </message>
    <message>
        <source>lọ {vial}</source>
        <translation>vial {vial}</translation>
    </message>
    <message>
        <source>Hủy bỏ</source>
        <translation>Wasted</translation>
    </message>
    <message>
        <source>Trả đi</source>
        <translation>Returned</translation>
    </message>
    <message>
        <source>Chênh lệch</source>
        <translation>Difference</translation>
    </message>
    <message>
        <source>thu hồi</source>
        <translation>recalled</translation>
    </message>
    <message>
        <source>hết hạn</source>
        <translation>expired</translation>
    </message>
    <message>
        <source>dùng quá</source>
        <translation>overdrawn</translation>
    </message>
    <message>
        <source>nhiệt độ</source>
        <translation>temperature</translation>
    </message>
    <message>
        <source>sắp hết hạn</source>
        <translation>expires soon</translation>
    </message>
    <message>
        <source>còn {hours} giờ {minutes} phút</source>
        <translation>{hours} h {minutes} min left</translation>
    </message>
    <message>
        <source>Số định danh</source>
        <translation>Citizen number</translation>
    </message>
    <message>
        <source>Điện thoại</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>Hạn dùng chưa đúng dạng ngày/tháng/năm.</source>
        <translation>The expiry is not in the form day/month/year.</translation>
    </message>
    <message>
        <source>Mũi số phải là một số: 1, 2, 3…</source>
        <translation>The dose number must be a number: 1, 2, 3…</translation>
    </message>
    <message>
        <source>Bàn tiêm</source>
        <translation>Desk</translation>
    </message>
    <message>
        <source>Mũi tiêm theo giờ</source>
        <translation>Doses by hour</translation>
    </message>
    <message>
        <source>Mũi tiêm theo vắc xin</source>
        <translation>Doses by vaccine</translation>
    </message>
    <message>
        <source>Thời gian chờ trung bình ở mỗi trạm</source>
        <translation>Mean time at each station</translation>
    </message>
    <message>
        <source>Bản ghi chưa gửi, theo thời gian chờ</source>
        <translation>Unsent records by age</translation>
    </message>
    <message>
        <source>Tai biến nặng</source>
        <translation>Severe</translation>
    </message>
    <message>
        <source>Lấy giấy</source>
        <translation>Certificate</translation>
    </message>
    <message>
        <source>{minutes} phút</source>
        <translation>{minutes} min</translation>
    </message>
    <message>
        <source>Dưới 1 giờ</source>
        <translation>Under 1 hour</translation>
    </message>
    <message>
        <source>1 giờ đến 1 ngày</source>
        <translation>1 hour to 1 day</translation>
    </message>
    <message>
        <source>1 đến 3 ngày</source>
        <translation>1 to 3 days</translation>
    </message>
    <message>
        <source>Trên 3 ngày</source>
        <translation>Over 3 days</translation>
    </message>
    <message>
        <source>Người này không có mũi nào ở máy để sửa.</source>
        <translation>This person has no dose here to correct.</translation>
    </message>
    <message>
        <source>Lúc tiêm viết dạng ngày/tháng/năm giờ:phút, xem trên giấy của người dân.</source>
        <translation>Write the time of injection as day/month/year hour:minute, from the citizen&apos;s paper.</translation>
    </message>
    <message>
        <source>Thiếu mũi tiêm</source>
        <translation>Dose missing</translation>
    </message>
    <message>
        <source>Sai mũi tiêm</source>
        <translation>Dose wrong</translation>
    </message>
    <message>
        <source>Sai thông tin cá nhân</source>
        <translation>Personal data wrong</translation>
    </message>
    <message>
        <source>Nội dung khác</source>
        <translation>Something else</translation>
    </message>
    <message>
        <source>Chưa trả lời</source>
        <translation>Unanswered</translation>
    </message>
    <message>
        <source>Chờ người dân</source>
        <translation>With the citizen</translation>
    </message>
    <message>
        <source>Xử lý sau</source>
        <translation>Later</translation>
    </message>
    <message>
        <source>Đã giải quyết</source>
        <translation>Settled</translation>
    </message>
    <message>
        <source>quá {hours} giờ {minutes} phút</source>
        <translation>{hours} h {minutes} min late</translation>
    </message>
    <message>
        <source>đúng số định danh</source>
        <translation>same citizen number</translation>
    </message>
    <message>
        <source>số định danh lệch một chữ số</source>
        <translation>number off by one digit</translation>
    </message>
    <message>
        <source>đúng số CMND cũ</source>
        <translation>same old ID number</translation>
    </message>
    <message>
        <source>đúng điện thoại</source>
        <translation>same phone</translation>
    </message>
    <message>
        <source>đúng họ tên</source>
        <translation>same name</translation>
    </message>
    <message>
        <source>họ tên khác dấu</source>
        <translation>name but for its marks</translation>
    </message>
    <message>
        <source>một phần họ tên</source>
        <translation>part of the name</translation>
    </message>
    <message>
        <source>đúng ngày sinh</source>
        <translation>same birth date</translation>
    </message>
    <message>
        <source>đúng năm sinh</source>
        <translation>same birth year</translation>
    </message>
    <message>
        <source>đúng giới tính</source>
        <translation>same sex</translation>
    </message>
    <message>
        <source>Nhận tại quầy</source>
        <translation>Taken at the counter</translation>
    </message>
    <message>
        <source>Đề nghị bổ sung</source>
        <translation>Asked for more</translation>
    </message>
    <message>
        <source>Để xử lý sau</source>
        <translation>Postponed</translation>
    </message>
    <message>
        <source>Đề nghị sửa hồ sơ</source>
        <translation>Proposed a change</translation>
    </message>
    <message>
        <source>Duyệt và đã sửa</source>
        <translation>Approved and changed</translation>
    </message>
    <message>
        <source>Không duyệt</source>
        <translation>Decline</translation>
    </message>
    <message>
        <source>Giải quyết</source>
        <translation>Settle</translation>
    </message>
    <message>
        <source>Rút lại</source>
        <translation>Withdrawn</translation>
    </message>
    <message>
        <source>Ghi bổ sung mũi {number}: {vaccine}, lô {lot}, tiêm lúc {at}, cho {name}.</source>
        <translation>Add dose {number}: {vaccine}, lot {lot}, given at {at}, for {name}.</translation>
    </message>
    <message>
        <source>Sửa mũi tiêm. {facts}</source>
        <translation>Correct the dose. {facts}</translation>
    </message>
    <message>
        <source>Sửa thông tin cá nhân thành: {facts}</source>
        <translation>Mend the person&apos;s data to: {facts}</translation>
    </message>
    <message>
        <source>Đã từ chối</source>
        <translation>Rejected</translation>
    </message>
    <message>
        <source>Cuộn {width} mm</source>
        <translation>{width} mm roll</translation>
    </message>
</context>
<context>
    <name>DisputeCard</name>
    <message>
        <source>Cả hai mũi đều thật</source>
        <translation>Both doses were given</translation>
    </message>
    <message>
        <source>Bản của máy này nhập nhầm</source>
        <translation>Ours was entered in error</translation>
    </message>
    <message>
        <source>Bản kia nhập nhầm</source>
        <translation>Theirs was entered in error</translation>
    </message>
    <message>
        <source>Giữ bản của máy này</source>
        <translation>Keep this machine&apos;s record</translation>
    </message>
    <message>
        <source>Lấy bản trên nền tảng</source>
        <translation>Take the platform&apos;s record</translation>
    </message>
    <message>
        <source>Lý do quyết định</source>
        <translation>Reason for the decision</translation>
    </message>
    <message>
        <source>Máy này</source>
        <translation>This machine</translation>
    </message>
    <message>
        <source>Nền tảng</source>
        <translation>Platform</translation>
    </message>
    <message>
        <source>Điểm tiêm kia</source>
        <translation>Other site</translation>
    </message>
    <message>
        <source>Quản lý điểm tiêm quyết định. Hai bản đều được giữ cho tới lúc đó.</source>
        <translation>A site manager decides. Both records are kept until then.</translation>
    </message>
</context>
<context>
    <name>MendForm</name>
    <message>
        <source>Vắc xin</source>
        <translation>Vaccine</translation>
    </message>
    <message>
        <source>Số lô</source>
        <translation>Lot</translation>
    </message>
    <message>
        <source>Hạn dùng</source>
        <translation>Expiry</translation>
    </message>
    <message>
        <source>Mũi số</source>
        <translation>Dose number</translation>
    </message>
    <message>
        <source>Lúc tiêm</source>
        <translation>Given at</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Full name</translation>
    </message>
    <message>
        <source>Ngày sinh</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>Giới tính</source>
        <translation>Sex</translation>
    </message>
    <message>
        <source>Lý do sửa</source>
        <translation>Reason for the change</translation>
    </message>
    <message>
        <source>Thôi</source>
        <translation>Leave it</translation>
    </message>
    <message numerus="yes">
        <source>%n mũi cùng một vắc xin, số lô</source>
        <translation>
            <numerusform>%n dose of one product and lot</numerusform>
            <numerusform>%n doses of one product and lot</numerusform>
        </translation>
    </message>
    <message>
        <source>Đánh dấu nhập nhầm</source>
        <translation>Mark as entered in error</translation>
    </message>
    <message>
        <source>Lưu và gửi lại</source>
        <translation>Save and send again</translation>
    </message>
    <message>
        <source>Mũi này mang số định danh không phải của người được tiêm. Đánh dấu nhập nhầm, rồi quét thẻ và ghi lại cho đúng người.</source>
        <translation>This dose carries a number that is not the injected person&apos;s. Mark it as entered in error, then scan the card and record it again for the right person.</translation>
    </message>
    <message>
        <source>Sửa ô nào sai so với nhãn lọ, thẻ hoặc phiếu. Bản cũ vẫn được giữ.</source>
        <translation>Mend what differs from the vial&apos;s label, the card or the form. The old version is kept.</translation>
    </message>
    <message>
        <source>Hạn dùng chưa đúng dạng ngày/tháng/năm.</source>
        <translation>The expiry is not in the form day/month/year.</translation>
    </message>
    <message>
        <source>Mũi số phải là một số: 1, 2, 3…</source>
        <translation>The dose number must be a number: 1, 2, 3…</translation>
    </message>
    <message>
        <source>Lúc tiêm chưa đúng dạng ngày/tháng/năm giờ:phút.</source>
        <translation>The time is not in the form day/month/year hour:minute.</translation>
    </message>
</context>
<context>
    <name>SettleList</name>
    <message>
        <source>Lúc</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Full name</translation>
    </message>
    <message>
        <source>Mũi tiêm</source>
        <translation>Dose</translation>
    </message>
    <message>
        <source>Vì sao</source>
        <translation>Why</translation>
    </message>
    <message>
        <source>Cần xử lý ({count})</source>
        <translation>To settle ({count})</translation>
    </message>
    <message>
        <source>Cần xử lý</source>
        <translation>To settle</translation>
    </message>
    <message numerus="yes">
        <source>%n bản ghi</source>
        <translation>
            <numerusform>%n record</numerusform>
            <numerusform>%n records</numerusform>
        </translation>
    </message>
    <message>
        <source>Nền tảng không nhận bản ghi này.</source>
        <translation>The platform does not take this record.</translation>
    </message>
    <message>
        <source>Phản ứng sau tiêm</source>
        <translation>Reaction</translation>
    </message>
    <message>
        <source>Không có bản ghi nào bị từ chối</source>
        <translation>No record was refused</translation>
    </message>
    <message>
        <source>Nếu nền tảng không nhận một mũi tiêm, mũi đó hiện ở đây với lý do và cách sửa.</source>
        <translation>If the platform does not take a dose, it appears here with the reason and what to do.</translation>
    </message>
</context>
<context>
    <name>RefusedCard</name>
    <message>
        <source>Không có gì phải sửa</source>
        <translation>Nothing to mend</translation>
    </message>
    <message>
        <source>Bản ghi đang chờ sẽ tự gửi khi có mạng; không cần làm gì.</source>
        <translation>Waiting records are sent by themselves once there is a network; nothing to do.</translation>
    </message>
    <message>
        <source>Gửi lại bản ghi này</source>
        <translation>Send this record again</translation>
    </message>
    <message>
        <source>Đánh dấu nhập nhầm…</source>
        <translation>Mark as entered in error…</translation>
    </message>
    <message>
        <source>Sửa và gửi lại…</source>
        <translation>Mend and send again…</translation>
    </message>
    <message>
        <source>Gửi lại nguyên bản</source>
        <translation>Send again as it is</translation>
    </message>
    <message numerus="yes">
        <source>%n bản ghi, cùng một lý do</source>
        <translation>
            <numerusform>%n record, one cause</numerusform>
            <numerusform>%n records, one cause</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sửa cả %n bản ghi và gửi lại…</source>
        <translation>
            <numerusform>Mend %n record and send again…</numerusform>
            <numerusform>Mend all %n records and send again…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Gửi lại cả %n bản ghi</source>
        <translation>
            <numerusform>Send %n record again</numerusform>
            <numerusform>Send all %n records again</numerusform>
        </translation>
    </message>
    <message>
        <source>Máy chủ nói</source>
        <translation>The server says</translation>
    </message>
    <message>
        <source>Phản ứng sau: {dose}</source>
        <translation>Reaction to: {dose}</translation>
    </message>
</context>
<context>
    <name>QuestionList</name>
    <message>
        <source>chưa trả lời</source>
        <translation>not answered</translation>
    </message>
    <message>
        <source>Không</source>
        <translation>No</translation>
    </message>
    <message>
        <source>Có</source>
        <translation>Yes</translation>
    </message>
</context>
<context>
    <name>SheetCard</name>
    <message>
        <source>Mẫu {source}</source>
        <translation>Form {source}</translation>
    </message>
    <message>
        <source>{chosen} (phiếu đề nghị: {proposed})</source>
        <translation>{chosen} (the form proposes: {proposed})</translation>
    </message>
    <message numerus="yes">
        <source>Còn %n câu chưa hỏi</source>
        <translation>
            <numerusform>%n question to ask</numerusform>
            <numerusform>%n questions to ask</numerusform>
        </translation>
    </message>
    <message>
        <source>Còn ý kiến của người giám hộ</source>
        <translation>The guardian&apos;s word is missing</translation>
    </message>
    <message>
        <source>Đề nghị: {proposed}</source>
        <translation>Proposed: {proposed}</translation>
    </message>
    <message>
        <source>Câu nào có thì chọn Có; phím 0: các câu còn lại đều không.</source>
        <translation>Answer Yes where it is so; key 0: No to all the rest.</translation>
    </message>
    <message>
        <source>Mọi câu đều không, không có dấu hiệu bất thường.</source>
        <translation>No to every question, no abnormal sign.</translation>
    </message>
    <message>
        <source>Ghi lý do kết luận khác, rồi Enter</source>
        <translation>Write why you conclude otherwise, then Enter</translation>
    </message>
    <message>
        <source>Lý do kết luận khác với đề nghị</source>
        <translation>Reason for another conclusion than proposed</translation>
    </message>
    <message>
        <source>Ctrl+P: họ tên bố, mẹ hoặc người giám hộ</source>
        <translation>Ctrl+P: name of parent or guardian</translation>
    </message>
    <message>
        <source>Họ tên người giám hộ</source>
        <translation>Guardian&apos;s name</translation>
    </message>
    <message>
        <source>Điện thoại</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>Điện thoại người giám hộ</source>
        <translation>Guardian&apos;s phone</translation>
    </message>
    <message>
        <source>↑ ↓ câu · C có · K không · Space đổi · 0 còn lại không · Enter kết luận · Esc đóng</source>
        <translation>↑ ↓ line · C yes · K no · Space turns · 0 rest no · Enter concludes · Esc closes</translation>
    </message>
    <message>
        <source>Xem lại số đo</source>
        <translation>Check the value</translation>
    </message>
    <message>
        <source>C đồng ý, K không đồng ý; ghi họ tên người đồng ý (Ctrl+P).</source>
        <translation>C agrees, K does not; write the name of who agrees (Ctrl+P).</translation>
    </message>
</context>
<context>
    <name>HealthBookRow</name>
    <message>
        <source>Sổ sức khỏe: chưa hỏi</source>
        <translation>Health book: not asked</translation>
    </message>
    <message>
        <source>Sổ sức khỏe: đã cài</source>
        <translation>Health book: installed</translation>
    </message>
    <message>
        <source>Sổ sức khỏe: chưa cài</source>
        <translation>Health book: not installed</translation>
    </message>
    <message>
        <source>Tờ hướng dẫn</source>
        <translation>Leaflet</translation>
    </message>
    <message>
        <source>Đã gửi tờ hướng dẫn tới máy in</source>
        <translation>The leaflet was sent to the printer</translation>
    </message>
</context>
<context>
    <name>CameraView</name>
    <message>
        <source>Đưa mã trên thẻ vào giữa khung, cách máy ảnh khoảng một gang tay.</source>
        <translation>Hold the card&apos;s code in the middle, about 20 cm from the camera.</translation>
    </message>
    <message>
        <source>Tắt máy ảnh</source>
        <translation>Camera off</translation>
    </message>
    <message>
        <source>Hình từ máy ảnh</source>
        <translation>What the camera sees</translation>
    </message>
    <message>
        <source>Đang mở máy ảnh…</source>
        <translation>Opening the camera…</translation>
    </message>
</context>
<context>
    <name>OtherWays</name>
    <message>
        <source>Đọc ảnh</source>
        <translation>Read a picture</translation>
    </message>
    <message>
        <source>Máy ảnh</source>
        <translation>Camera</translation>
    </message>
</context>
<context>
    <name>ScanSources</name>
    <message>
        <source>Ảnh và PDF</source>
        <translation>Pictures and PDF</translation>
    </message>
    <message>
        <source>Chọn ảnh hoặc PDF có mã của thẻ</source>
        <translation>Choose a picture or PDF with the card&apos;s code</translation>
    </message>
    <message>
        <source>Đang đọc ảnh…</source>
        <translation>Reading the picture…</translation>
    </message>
</context>
<context>
    <name>ScannerPage</name>
    <message>
        <source>Thử máy quét</source>
        <translation>Test the scanner</translation>
    </message>
    <message>
        <source>Quay lại</source>
        <translation>Back</translation>
    </message>
</context>
<context>
    <name>_CodesCard</name>
    <message>
        <source>Quét từng mã này</source>
        <translation>Scan each of these codes</translation>
    </message>
    <message>
        <source>Quét ngay trên màn hình, hoặc in ra giấy để cạnh máy quét.</source>
        <translation>Scan from the screen, or print them and keep the page beside the scanner.</translation>
    </message>
    <message>
        <source>1. Như trên thẻ căn cước</source>
        <translation>1. As on identity cards</translation>
    </message>
    <message>
        <source>2. Như trên chứng nhận</source>
        <translation>2. As on certificates</translation>
    </message>
    <message>
        <source>In trang mã thử</source>
        <translation>Print the test codes</translation>
    </message>
    <message>
        <source>Đã gửi trang mã thử tới máy in.</source>
        <translation>The page was sent to the printer.</translation>
    </message>
</context>
<context>
    <name>PortsCard</name>
    <message>
        <source>Cách quét khác</source>
        <translation>Other ways to scan</translation>
    </message>
    <message>
        <source>Cổng máy quét USB-serial</source>
        <translation>USB-serial scanner&apos;s port</translation>
    </message>
    <message>
        <source>Tốc độ</source>
        <translation>Speed</translation>
    </message>
    <message>
        <source>Dùng máy ảnh để quét</source>
        <translation>Scan with the camera</translation>
    </message>
    <message>
        <source>Không dùng</source>
        <translation>None</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Chờ mã thử</source>
        <translation>Waiting for a test code</translation>
    </message>
    <message>
        <source>Quét mã 1 rồi mã 2 ở bên trái. Con trỏ ở đâu cũng được.</source>
        <translation>Scan code 1, then code 2 on the left. The cursor may be anywhere.</translation>
    </message>
    <message>
        <source>MÁY QUÉT ĐỌC ĐÚNG</source>
        <translation>THE SCANNER READS WELL</translation>
    </message>
    <message>
        <source>DÙNG ĐƯỢC, NÊN CHỈNH</source>
        <translation>USABLE, BETTER ADJUST IT</translation>
    </message>
    <message>
        <source>CHƯA DÙNG ĐƯỢC</source>
        <translation>NOT USABLE YET</translation>
    </message>
    <message>
        <source>KHÔNG PHẢI MÃ THỬ</source>
        <translation>NOT A TEST CODE</translation>
    </message>
    <message>
        <source>Chỗ khác (mã → nhận được): {parts}</source>
        <translation>Differences (code → received): {parts}</translation>
    </message>
    <message>
        <source>Nhận qua bàn phím, {gap} mili giây mỗi phím</source>
        <translation>Typed like a keyboard, {gap} ms a key</translation>
    </message>
    <message>
        <source>Nhận qua cổng USB-serial</source>
        <translation>Came over USB-serial</translation>
    </message>
    <message>
        <source>Đọc từ tệp ảnh</source>
        <translation>Read from a picture file</translation>
    </message>
    <message>
        <source>Đọc từ máy ảnh</source>
        <translation>Read by the camera</translation>
    </message>
    <message numerus="yes">
        <source>%n chữ</source>
        <translation>
            <numerusform>%n character</numerusform>
            <numerusform>%n characters</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ObservationPage</name>
    <message numerus="yes">
        <source>%n người từ hôm trước: ghi đã về…</source>
        <translation>
            <numerusform>%n person of an earlier day: note as gone…</numerusform>
            <numerusform>%n people of an earlier day: note as gone…</numerusform>
        </translation>
    </message>
    <message>
        <source>Xem người đã về</source>
        <translation>Show who has gone</translation>
    </message>
    <message>
        <source>Màn hình lớn</source>
        <translation>Big screen</translation>
    </message>
    <message>
        <source>Người đang theo dõi</source>
        <translation>People being observed</translation>
    </message>
    <message>
        <source>Chỉ cho về khi đã có lý do. Giờ về và người ghi được giữ lại.</source>
        <translation>Nobody is let go without a reason. The time and who noted it are kept.</translation>
    </message>
    <message>
        <source>Những người này tiêm hôm trước và chưa ai ghi là đã về. Ghi vì sao, một lần cho tất cả.</source>
        <translation>These were injected on an earlier day and nobody noted that they left. Say why, once for all.</translation>
    </message>
    <message>
        <source>{name} đã được cho về.</source>
        <translation>{name} was let go.</translation>
    </message>
    <message>
        <source>Đang theo dõi {count}, sắp đủ giờ {ending}</source>
        <translation>Observed {count}, nearly over {ending}</translation>
    </message>
    <message>
        <source>Đủ giờ, chờ cho về {count}, quá giờ {overdue}</source>
        <translation>Over, to be let go {count}, overdue {overdue}</translation>
    </message>
    <message>
        <source>Hôm nay có phản ứng {count}, nặng {serious}</source>
        <translation>Reactions today {count}, serious {serious}</translation>
    </message>
    <message>
        <source>Đã về {count}, về sớm {early}, chuyển viện {moved}</source>
        <translation>Gone {count}, early {early}, hospital {moved}</translation>
    </message>
</context>
<context>
    <name>ReactionForm</name>
    <message>
        <source>Phản ứng: {name}</source>
        <translation>Reaction: {name}</translation>
    </message>
    <message>
        <source>Xuất hiện lúc</source>
        <translation>Since (time)</translation>
    </message>
    <message>
        <source>Diễn biến</source>
        <translation>What became of it</translation>
    </message>
    <message>
        <source>Đã xử trí</source>
        <translation>Treatment</translation>
    </message>
    <message>
        <source>Ghi chú</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>Lý do sửa</source>
        <translation>Why it is corrected</translation>
    </message>
    <message>
        <source>Lưu phản ứng</source>
        <translation>Save the reaction</translation>
    </message>
    <message>
        <source>Thôi</source>
        <translation>Leave it</translation>
    </message>
    <message>
        <source>Ghi nhầm</source>
        <translation>Entered in error</translation>
    </message>
    <message>
        <source>Phản vệ từ độ 2: tiêm bắp adrenalin ngay theo 51/2017/TT-BYT, gọi cấp cứu. Sẽ phải báo cáo tai biến nặng.</source>
        <translation>Anaphylaxis from grade 2: adrenaline into the muscle now (51/2017/TT-BYT), call for help. A severe-event report will be due.</translation>
    </message>
    <message>
        <source>Theo dấu hiệu đã chọn, máy đề xuất: {severity}.</source>
        <translation>From the signs marked, the proposal is: {severity}.</translation>
    </message>
    <message>
        <source>Giờ xuất hiện chưa đúng dạng giờ:phút, như 10:45.</source>
        <translation>The time is not an hour and minutes, like 10:45.</translation>
    </message>
    <message>
        <source>Lo cho người bệnh trước, ghi máy sau.</source>
        <translation>The patient first, the computer later.</translation>
    </message>
    <message>
        <source>Dấu hiệu đã thấy (bấm số hoặc chữ)</source>
        <translation>Signs seen (press number or letter)</translation>
    </message>
    <message>
        <source>Mức độ theo 51/2017/TT-BYT (Alt+0 đến Alt+4)</source>
        <translation>Severity, 51/2017/TT-BYT (Alt+0 to Alt+4)</translation>
    </message>
</context>
<context>
    <name>WatchCard</name>
    <message>
        <source>{way}, lúc {time}</source>
        <translation>{way}, at {time}</translation>
    </message>
    <message>
        <source>Đồng hồ máy chỉ trước giờ tiêm: xem giờ trên phiếu</source>
        <translation>The clock shows a time before the injection: see the paper</translation>
    </message>
    <message>
        <source>Đủ 30 phút lúc {time}</source>
        <translation>30 minutes are over at {time}</translation>
    </message>
    <message>
        <source>Cho về</source>
        <translation>Let go</translation>
    </message>
    <message>
        <source>Cho về, ghi lý do…</source>
        <translation>Let go, with a reason…</translation>
    </message>
    <message>
        <source>Còn {left} mới được về</source>
        <translation>{left} until they may leave</translation>
    </message>
    <message>
        <source>Cho về: có phản ứng</source>
        <translation>Let go: with a reaction</translation>
    </message>
    <message>
        <source>Cho về: bình thường</source>
        <translation>Let go: well</translation>
    </message>
    <message>
        <source>Chưa có ai đang theo dõi</source>
        <translation>Nobody is being observed</translation>
    </message>
    <message>
        <source>Phản ứng sau tiêm</source>
        <translation>Reaction after the injection</translation>
    </message>
    <message>
        <source>Sửa phản ứng…</source>
        <translation>Correct the reaction…</translation>
    </message>
    <message>
        <source>Ghi phản ứng…</source>
        <translation>Note a reaction…</translation>
    </message>
    <message>
        <source>Về sớm hoặc chuyển viện…</source>
        <translation>Left early or to hospital…</translation>
    </message>
    <message>
        <source>In báo cáo tai biến nặng</source>
        <translation>Print the severe-event report</translation>
    </message>
    <message>
        <source>{dose}, tiêm lúc {time}</source>
        <translation>{dose}, given at {time}</translation>
    </message>
    <message>
        <source>Ai vừa tiêm xong sẽ hiện ở đây, còn bao nhiêu phút và khi nào được về.</source>
        <translation>Everybody appears here right after the injection, with the minutes left and when they may leave.</translation>
    </message>
    <message>
        <source>Chưa ghi phản ứng nào</source>
        <translation>No reaction noted</translation>
    </message>
    <message>
        <source>Từ {time}</source>
        <translation>Since {time}</translation>
    </message>
    <message>
        <source>Đã gửi báo cáo tới máy in. Gửi bản ký tên về tỉnh trong 24 giờ.</source>
        <translation>The report went to the printer. The signed copy goes to the province within 24 hours.</translation>
    </message>
</context>
<context>
    <name>LeaveForm</name>
    <message>
        <source>Lý do, chuyển đi đâu</source>
        <translation>Reason, or where to</translation>
    </message>
    <message>
        <source>Ghi và cho về</source>
        <translation>Keep and let go</translation>
    </message>
    <message>
        <source>Thôi</source>
        <translation>Leave it</translation>
    </message>
</context>
<context>
    <name>BigScreen</name>
    <message>
        <source>Theo dõi sau tiêm</source>
        <translation>Observation after the injection</translation>
    </message>
    <message>
        <source>Theo dõi sau tiêm ít nhất 30 phút</source>
        <translation>Observation: at least 30 minutes after the injection</translation>
    </message>
    <message>
        <source>Ô xanh: mời đến bàn theo dõi để được cho về. Thấy khó thở, nổi mẩn, chóng mặt: báo ngay nhân viên y tế.</source>
        <translation>Green: please come to the desk to be let go. Short of breath, rash, dizzy: tell the staff at once.</translation>
    </message>
</context>
<context>
    <name>FirstRunWindow</name>
    <message>
        <source>Nền tảng</source>
        <translation>Platform</translation>
    </message>
    <message>
        <source>Máy in</source>
        <translation>Printer</translation>
    </message>
    <message>
        <source>English</source>
        <translation>Tiếng Việt</translation>
    </message>
    <message>
        <source>Đang xem máy này…</source>
        <translation>Looking at this machine…</translation>
    </message>
    <message>
        <source>Đang tạo khóa…</source>
        <translation>Making keys…</translation>
    </message>
    <message>
        <source>vaxdesk: lần đầu mở máy</source>
        <translation>vaxdesk: first run</translation>
    </message>
    <message>
        <source>Bắt đầu</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Mật khẩu kho</source>
        <translation>Store passphrase</translation>
    </message>
    <message>
        <source>Người quản lý</source>
        <translation>Manager</translation>
    </message>
    <message>
        <source>Xong</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>sổ tiêm chủng</source>
        <translation>vaccination register</translation>
    </message>
</context>
<context>
    <name>ManagerStep</name>
    <message>
        <source>Mã PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>Quay lại</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>Ai quản lý điểm tiêm này?</source>
        <translation>Who manages this site?</translation>
    </message>
    <message>
        <source>Nền tảng đã nhận máy này: {site}.</source>
        <translation>The platform has taken this machine: {site}.</translation>
    </message>
    <message>
        <source>Họ và tên người quản lý</source>
        <translation>Manager&apos;s full name</translation>
    </message>
    <message>
        <source>Như trên giấy tờ; người này thêm nhân viên và ký số cuối ngày.</source>
        <translation>As on papers; this person adds staff and signs each day.</translation>
    </message>
    <message>
        <source>Ít nhất {least} ký tự, không phải dãy liền như 1234 hay một ký tự lặp lại. Chỉ mình bạn biết.</source>
        <translation>At least {least} characters, no run such as 1234 and not one character repeated. Only you know it.</translation>
    </message>
    <message>
        <source>Nhập lại mã PIN</source>
        <translation>The PIN once more</translation>
    </message>
    <message>
        <source>Tạo bàn tiêm</source>
        <translation>Make the desk</translation>
    </message>
    <message>
        <source>Hai lần nhập mã PIN không giống nhau. Hãy nhập lại.</source>
        <translation>The two PINs are not the same. Type it once more.</translation>
    </message>
    <message>
        <source>Đang tạo kho dữ liệu mã hóa…</source>
        <translation>Making the encrypted store…</translation>
    </message>
</context>
<context>
    <name>PassphraseStep</name>
    <message>
        <source>Quay lại</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>Đặt mật khẩu kho</source>
        <translation>Choose a store passphrase</translation>
    </message>
    <message>
        <source>Máy này không có kho khóa an toàn, nên mỗi lần mở vaxdesk sẽ hỏi mật khẩu này.</source>
        <translation>This machine has no safe keyring, so vaxdesk will ask for this passphrase at every start.</translation>
    </message>
    <message>
        <source>Ít nhất 4 ký tự, nên là một câu dài. Hãy chép lại cất nơi an toàn: quên là không mở được.</source>
        <translation>At least 4 characters, better a long sentence. Keep a copy in a safe place: forgotten, nothing can be opened.</translation>
    </message>
    <message>
        <source>Mở kho của bàn tiêm</source>
        <translation>Open the desk&apos;s store</translation>
    </message>
    <message>
        <source>Kho dữ liệu của máy này được khóa bằng mật khẩu.</source>
        <translation>This machine&apos;s store is locked with a passphrase.</translation>
    </message>
    <message>
        <source>Mật khẩu kho</source>
        <translation>Store passphrase</translation>
    </message>
    <message>
        <source>Nhập lại mật khẩu kho</source>
        <translation>The passphrase once more</translation>
    </message>
    <message>
        <source>Tiếp tục</source>
        <translation>Go on</translation>
    </message>
    <message>
        <source>Mở kho</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>Đang tạo khóa…</source>
        <translation>Making keys…</translation>
    </message>
    <message>
        <source>Đang mở kho…</source>
        <translation>Opening the store…</translation>
    </message>
    <message>
        <source>Hai lần nhập không giống nhau. Hãy nhập lại.</source>
        <translation>The two are not the same. Type it once more.</translation>
    </message>
</context>
<context>
    <name>PlatformStep</name>
    <message>
        <source>Quay lại</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>Lần trước chưa xong. Hãy xem lại rồi bấm Enter để tiếp tục.</source>
        <translation>Last time this was not finished. Look it over, then press Enter to go on.</translation>
    </message>
    <message>
        <source>Nền tảng nào, điểm tiêm nào?</source>
        <translation>Which platform, which site?</translation>
    </message>
    <message>
        <source>Chép đúng như trên giấy của đơn vị quản trị nền tảng.</source>
        <translation>Copy exactly what the platform&apos;s administrator gave you.</translation>
    </message>
    <message>
        <source>Địa chỉ nền tảng</source>
        <translation>Platform address</translation>
    </message>
    <message>
        <source>Ví dụ: https://tiemchung.vidu.vn</source>
        <translation>Example: https://tiemchung.vidu.vn</translation>
    </message>
    <message>
        <source>Mã điểm tiêm</source>
        <translation>Site code</translation>
    </message>
    <message>
        <source>Ví dụ: 79-Q10-P05</source>
        <translation>Example: 79-Q10-P05</translation>
    </message>
    <message>
        <source>Mã một lần</source>
        <translation>One-time code</translation>
    </message>
    <message>
        <source>Mỗi mã chỉ dùng cho một máy. Gõ sai không làm mất mã.</source>
        <translation>Each code is for one machine. A typing mistake does not use it up.</translation>
    </message>
    <message>
        <source>Dừng</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>Hỏi nền tảng</source>
        <translation>Ask the platform</translation>
    </message>
    <message>
        <source>Đang hỏi nền tảng… (Esc: dừng, không mất mã)</source>
        <translation>Asking the platform… (Esc: stop, the code is not lost)</translation>
    </message>
</context>
<context>
    <name>PrinterStep</name>
    <message>
        <source>Máy in</source>
        <translation>Printer</translation>
    </message>
    <message>
        <source>Đang tìm máy in…</source>
        <translation>Looking for printers…</translation>
    </message>
    <message>
        <source>Trang in thử có ra rõ không?</source>
        <translation>Did the test page come out well?</translation>
    </message>
    <message>
        <source>In bằng máy in nào?</source>
        <translation>Which printer?</translation>
    </message>
    <message>
        <source>Xem trên giấy: đủ dấu tiếng Việt, hai thước đúng 100 mm, quét được mã.</source>
        <translation>Look at the paper: every Vietnamese mark, both rulers 100 mm, the code can be scanned.</translation>
    </message>
    <message>
        <source>In một trang thử để chắc chắn giấy chứng nhận ra đúng khổ và đủ dấu.</source>
        <translation>Print a test page, to be sure that certificates come out in the right size and with every mark.</translation>
    </message>
    <message>
        <source>Để sau</source>
        <translation>Later</translation>
    </message>
    <message>
        <source>In lại</source>
        <translation>Print again</translation>
    </message>
    <message>
        <source>Tiếp tục</source>
        <translation>Go on</translation>
    </message>
    <message>
        <source>Rõ, dùng máy in này</source>
        <translation>Yes, use this printer</translation>
    </message>
    <message>
        <source>In trang thử</source>
        <translation>Print the test page</translation>
    </message>
    <message>
        <source>Đang gửi trang thử tới máy in…</source>
        <translation>Sending the test page to the printer…</translation>
    </message>
    <message>
        <source>Chưa thấy máy in nào. Cứ tiếp tục; khi có máy in, chọn ở trang Cơ sở (F9).</source>
        <translation>No printer found. Go on; once there is one, choose it on the site page (F9).</translation>
    </message>
    <message>
        <source>Đã gửi tới máy in. Hãy lấy giấy ra xem.</source>
        <translation>Sent to the printer. Take the paper and look.</translation>
    </message>
</context>
<context>
    <name>StaffForm</name>
    <message>
        <source>Họ và tên</source>
        <translation>Full name</translation>
    </message>
    <message>
        <source>Mã PIN đang dùng</source>
        <translation>Present PIN</translation>
    </message>
    <message>
        <source>Mã PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>Mã PIN mới</source>
        <translation>New PIN</translation>
    </message>
    <message>
        <source>Nhập lại mã mới</source>
        <translation>New PIN again</translation>
    </message>
    <message>
        <source>Vai trò</source>
        <translation>Role</translation>
    </message>
    <message>
        <source>Vị trí</source>
        <translation>Post</translation>
    </message>
    <message>
        <source>Thôi</source>
        <translation>Leave</translation>
    </message>
    <message>
        <source>Nhân viên mới</source>
        <translation>New member of staff</translation>
    </message>
    <message>
        <source>Thêm nhân viên</source>
        <translation>Add staff member</translation>
    </message>
    <message>
        <source>Vai trò và vị trí của {name}</source>
        <translation>Role and post of {name}</translation>
    </message>
    <message>
        <source>Lưu</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>Mã PIN mới cho {name}</source>
        <translation>New PIN for {name}</translation>
    </message>
    <message>
        <source>Đặt mã PIN mới</source>
        <translation>Set new PIN</translation>
    </message>
    <message>
        <source>{name} không làm việc ở đây nữa?</source>
        <translation>{name} works here no more?</translation>
    </message>
    <message>
        <source>Ngừng làm việc</source>
        <translation>End work here</translation>
    </message>
    <message>
        <source>{name} làm việc lại ở đây?</source>
        <translation>{name} works here again?</translation>
    </message>
    <message>
        <source>Cho làm việc lại</source>
        <translation>Resume work</translation>
    </message>
    <message>
        <source>Mã PIN của tôi ({name})</source>
        <translation>My PIN ({name})</translation>
    </message>
    <message>
        <source>Đổi mã PIN</source>
        <translation>Change PIN</translation>
    </message>
    <message>
        <source>Không đăng nhập được nữa; tên vẫn còn trên các mũi tiêm; có thể mở lại sau.</source>
        <translation>No more signing in; the name stays on the doses; the account can be reopened.</translation>
    </message>
    <message>
        <source>Đăng nhập lại được bằng mã PIN cũ, hoặc mã mới nếu bạn đặt lại.</source>
        <translation>They sign in with the PIN they had, or with a new one if you set it.</translation>
    </message>
</context>
<context>
    <name>WelcomeStep</name>
    <message>
        <source>Máy này chưa là bàn tiêm</source>
        <translation>This machine is not a desk yet</translation>
    </message>
    <message>
        <source>Vài bước ngắn nối máy với nền tảng tiêm chủng và tạo người quản lý đầu tiên.</source>
        <translation>A few short steps connect it with the vaccination platform and make the first manager.</translation>
    </message>
    <message>
        <source>Cần có sẵn, do đơn vị quản trị nền tảng cấp:</source>
        <translation>Have these at hand, from the platform&apos;s administrator:</translation>
    </message>
    <message>
        <source>Địa chỉ nền tảng</source>
        <translation>Platform address</translation>
    </message>
    <message>
        <source>Mã điểm tiêm</source>
        <translation>Site code</translation>
    </message>
    <message>
        <source>Mã một lần cho máy này</source>
        <translation>A one-time code for this machine</translation>
    </message>
    <message>
        <source>Chưa có mã? Hãy luyện tập với người và số liệu bịa; không gì được gửi đi, lúc nào cũng dừng được.</source>
        <translation>No code yet? Practise with made-up people and figures; nothing is sent, and you can stop at any time.</translation>
    </message>
    <message>
        <source>Luyện tập</source>
        <translation>Practise</translation>
    </message>
    <message>
        <source>Kết nối với nền tảng</source>
        <translation>Connect to the platform</translation>
    </message>
</context>
<context>
    <name>DoneStep</name>
    <message>
        <source>Xong. Máy này là bàn tiêm</source>
        <translation>Done. This machine is a desk</translation>
    </message>
    <message>
        <source>Việc đầu tiên của buổi tiêm:</source>
        <translation>First things of a session:</translation>
    </message>
    <message>
        <source>1. Ctrl+L: chọn vắc xin, số lô và hạn dùng của buổi tiêm.</source>
        <translation>1. Ctrl+L: choose the session&apos;s vaccine, lot and expiry date.</translation>
    </message>
    <message>
        <source>2. Quét thẻ CCCD của người đầu tiên. Con trỏ ở đâu cũng được.</source>
        <translation>2. Scan the first person&apos;s identity card. The cursor may be anywhere.</translation>
    </message>
    <message>
        <source>3. Đọc câu trả lời lớn giữa trang, sàng lọc, tiêm, bấm Enter để lưu.</source>
        <translation>3. Read the big answer in the middle, screen, inject, press Enter to save.</translation>
    </message>
    <message>
        <source>Thêm nhân viên ở trang Cơ sở (F9). Trợ giúp: F1.</source>
        <translation>Add staff on the site page (F9). Help: F1.</translation>
    </message>
    <message>
        <source>Mở bàn tiêm</source>
        <translation>Open the desk</translation>
    </message>
</context>
<context>
    <name>TicketCard</name>
    <message>
        <source>Chưa chọn ai</source>
        <translation>Nobody chosen</translation>
    </message>
    <message>
        <source>Dùng ↑ ↓ để chọn, hoặc gõ tên.</source>
        <translation>Choose with ↑ ↓, or type a name.</translation>
    </message>
    <message>
        <source>Đã qua</source>
        <translation>So far</translation>
    </message>
    <message>
        <source>Đã về khi chưa xong</source>
        <translation>Left before the end</translation>
    </message>
    <message>
        <source>Chuyển sang bàn tiếp theo</source>
        <translation>Send to the next desk</translation>
    </message>
    <message>
        <source>Gọi vào bàn này</source>
        <translation>Call to this desk</translation>
    </message>
    <message>
        <source>Mở trang Theo dõi</source>
        <translation>Open the observation page</translation>
    </message>
    <message>
        <source>Gọi vào bàn</source>
        <translation>Called to the desk</translation>
    </message>
</context>
<context>
    <name>QueuePage</name>
    <message>
        <source>Gõ tên hoặc số để tìm ở mọi bàn</source>
        <translation>Type a name or number to search every station</translation>
    </message>
    <message>
        <source>Tìm người trong hàng chờ</source>
        <translation>Find a person in the queue</translation>
    </message>
    <message>
        <source>Hàng chờ</source>
        <translation>Queue</translation>
    </message>
    <message>
        <source>Hoàn tác</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>Không tìm thấy ai</source>
        <translation>Nobody found</translation>
    </message>
    <message>
        <source>Không ai trong hàng chờ hôm nay có tên hoặc số này. Esc: bỏ.</source>
        <translation>Nobody in today&apos;s queue has this name or number. Esc: leave the search.</translation>
    </message>
    <message>
        <source>Số</source>
        <translation>No.</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Tuổi</source>
        <translation>Age</translation>
    </message>
    <message>
        <source>Từ lúc</source>
        <translation>Since</translation>
    </message>
    <message>
        <source>Đã chờ</source>
        <translation>Waited</translation>
    </message>
    <message>
        <source>Thêm cửa sổ</source>
        <translation>Another window</translation>
    </message>
    <message>
        <source>Đang ở</source>
        <translation>Is at</translation>
    </message>
</context>
<context>
    <name>PracticeBand</name>
    <message>
        <source>LUYỆN TẬP – không phải dữ liệu thật</source>
        <translation>PRACTICE – no real data</translation>
    </message>
    <message>
        <source>Mã PIN của mọi người: {pin}</source>
        <translation>Everybody&apos;s PIN: {pin}</translation>
    </message>
    <message>
        <source>Thẻ để quét</source>
        <translation>Cards to scan</translation>
    </message>
    <message>
        <source>Bấm lần nữa để xóa hết và bắt đầu lại</source>
        <translation>Press again to delete all and start over</translation>
    </message>
    <message>
        <source>Bắt đầu lại</source>
        <translation>Start over</translation>
    </message>
    <message>
        <source>Rời luyện tập</source>
        <translation>Leave practice</translation>
    </message>
    <message>
        <source>Lưu thẻ luyện tập</source>
        <translation>Save the practice cards</translation>
    </message>
    <message>
        <source>Đã lưu {file}. Hãy in ra rồi quét thử.</source>
        <translation>Saved {file}. Print it and try to scan.</translation>
    </message>
</context>
<context>
    <name>DeskQueue</name>
    <message>
        <source>Chưa quét thẻ của {name}. Đã so thẻ bằng mắt thì bấm Enter lần nữa.</source>
        <translation>The card of {name} was not scanned. If you compared it by eye, press Enter again.</translation>
    </message>
    <message>
        <source>Đã gọi {ticket}, nhưng {name} còn ở bàn. Xong người này, chọn lại ở trang Hàng chờ (F10).</source>
        <translation>Called {ticket}, but {name} is still at the desk. When done, choose them again on the queue page (F10).</translation>
    </message>
    <message>
        <source>Mời {ticket}</source>
        <translation>Now {ticket}</translation>
    </message>
    <message>
        <source>Hãy quét thẻ của người vào hàng chờ.</source>
        <translation>Scan the card of the person who is to queue.</translation>
    </message>
    <message>
        <source>{name} còn ở bàn: lưu, hoặc bấm Esc, rồi gọi người tiếp theo.</source>
        <translation>{name} is still at the desk: save, or press Esc, then call the next person.</translation>
    </message>
    <message>
        <source>Đúng người: {ticket}</source>
        <translation>The right person: {ticket}</translation>
    </message>
    <message>
        <source>KHÔNG PHẢI người vừa gọi: thẻ này của {name}, còn {ticket}.</source>
        <translation>NOT the person who was called: this card is of {name}, not {ticket}.</translation>
    </message>
    <message>
        <source>{number}: quét thẻ để so</source>
        <translation>{number}: scan the card</translation>
    </message>
    <message>
        <source>Chưa có số hôm nay</source>
        <translation>No number today</translation>
    </message>
    <message>
        <source>Hàng chờ trống</source>
        <translation>Nobody in the queue</translation>
    </message>
    <message>
        <source>Chờ {count}, {longest}</source>
        <translation>Waiting {count}, {longest}</translation>
    </message>
    <message>
        <source>Chuyển sang tiêm</source>
        <translation>Send to injection</translation>
    </message>
    <message>
        <source>Vào hàng chờ</source>
        <translation>Into the queue</translation>
    </message>
    <message>
        <source>Gọi người tiếp theo</source>
        <translation>Call the next one</translation>
    </message>
</context>
<context>
    <name>AuditViewer</name>
    <message>
        <source>Nhật ký</source>
        <translation>Audit</translation>
    </message>
    <message>
        <source>Về trang Cơ sở</source>
        <translation>Back to the site</translation>
    </message>
    <message>
        <source>Mới hơn</source>
        <translation>Newer</translation>
    </message>
    <message>
        <source>Cũ hơn</source>
        <translation>Older</translation>
    </message>
    <message>
        <source>Ngày</source>
        <translation>Day</translation>
    </message>
    <message>
        <source>Ngày/tháng/năm</source>
        <translation>Day/month/year</translation>
    </message>
    <message>
        <source>Mã bản ghi</source>
        <translation>Record id</translation>
    </message>
    <message>
        <source>Ai</source>
        <translation>Who</translation>
    </message>
    <message>
        <source>Việc</source>
        <translation>What</translation>
    </message>
    <message>
        <source>Mọi người</source>
        <translation>Everybody</translation>
    </message>
    <message>
        <source>Mọi việc</source>
        <translation>Everything</translation>
    </message>
    <message>
        <source>Đang kiểm tra chuỗi nhật ký: {done} / {count} dòng…</source>
        <translation>Checking the audit chain: {done} / {count} entries…</translation>
    </message>
    <message>
        <source>Lúc</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>Bản ghi</source>
        <translation>Record</translation>
    </message>
    <message>
        <source>Chi tiết</source>
        <translation>Detail</translation>
    </message>
    <message>
        <source>Không có dòng nào như vậy</source>
        <translation>No such entry</translation>
    </message>
    <message>
        <source>Dòng {first} đến {last}</source>
        <translation>Entries {first} to {last}</translation>
    </message>
</context>
<context>
    <name>PersonEdit</name>
    <message>
        <source>Số định danh (CCCD), 12 số</source>
        <translation>Citizen number, 12 digits</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Ngày sinh</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>Điện thoại</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>09/10/2003</source>
        <translation>09/10/2003</translation>
    </message>
    <message>
        <source>Giới tính</source>
        <translation>Sex</translation>
    </message>
    <message>
        <source>Enter: xong · Esc: bỏ</source>
        <translation>Enter: done · Esc: leave</translation>
    </message>
</context>
<context>
    <name>PracticeMark</name>
    <message>
        <source>LUYỆN TẬP – không phải dữ liệu thật</source>
        <translation>PRACTICE – no real data</translation>
    </message>
</context>
<context>
    <name>BatchOffer</name>
    <message>
        <source>In tiếp</source>
        <translation>Go on</translation>
    </message>
    <message>
        <source>Bỏ loạt này</source>
        <translation>Give it up</translation>
    </message>
    <message numerus="yes">
        <source>Còn %n tờ của loạt {when}, tiếp tục từ tờ {number}.</source>
        <translation>
            <numerusform>%n sheet left of the batch of {when}; it goes on at sheet {number}.</numerusform>
            <numerusform>%n sheets left of the batch of {when}; it goes on at sheet {number}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PrintLedger</name>
    <message>
        <source>Lúc in</source>
        <translation>Printed</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Giấy</source>
        <translation>Paper</translation>
    </message>
    <message>
        <source>Bản</source>
        <translation>Copy</translation>
    </message>
    <message>
        <source>Người in</source>
        <translation>By</translation>
    </message>
    <message>
        <source>Còn giá trị?</source>
        <translation>Does it hold?</translation>
    </message>
    <message>
        <source>{count} bản in · {gone} bản không còn giá trị</source>
        <translation>{count} copies · {gone} hold no more</translation>
    </message>
    <message>
        <source>chỉ {most} bản mới nhất, hãy chọn ít ngày hơn</source>
        <translation>only the newest {most}: choose fewer days</translation>
    </message>
    <message>
        <source>Chưa in tờ nào trong những ngày này.</source>
        <translation>Nothing was printed on these days.</translation>
    </message>
    <message>
        <source>Lý do: {reason}</source>
        <translation>Reason: {reason}</translation>
    </message>
    <message>
        <source>Sổ in</source>
        <translation>Print ledger</translation>
    </message>
    <message>
        <source>Về danh sách giấy</source>
        <translation>Back to the papers</translation>
    </message>
    <message>
        <source>Từ ngày</source>
        <translation>From</translation>
    </message>
    <message>
        <source>Đến ngày</source>
        <translation>To</translation>
    </message>
    <message>
        <source>Lọc theo họ tên, số định danh hoặc người in</source>
        <translation>Filter by name, number or who printed</translation>
    </message>
    <message>
        <source>Tất cả</source>
        <translation>All</translation>
    </message>
</context>
<context>
    <name>IdentityViewer</name>
    <message>
        <source>Người của thẻ này không nằm trong danh sách.</source>
        <translation>Nobody in the list has this card.</translation>
    </message>
    <message>
        <source>Đã lưu. Số liệu tự gửi lên nền tảng và được đối chiếu lại.</source>
        <translation>Saved. The facts go to the platform by themselves and are matched again.</translation>
    </message>
    <message>
        <source>Từ lúc</source>
        <translation>Since</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Ngày sinh</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>Cần sửa gì</source>
        <translation>What to mend</translation>
    </message>
    <message>
        <source>Mọi người được tiêm ở đây đều khớp dữ liệu dân cư, hoặc đang chờ gửi.</source>
        <translation>Everybody injected here matches the population data, or waits to be sent.</translation>
    </message>
    <message numerus="yes">
        <source>%n người. Quét thẻ căn cước để điền ngay số liệu đúng.</source>
        <translation>
            <numerusform>%n person. Scan the identity card to fill in what is right.</numerusform>
            <numerusform>%n people. Scan the identity card to fill in what is right.</numerusform>
        </translation>
    </message>
    <message>
        <source>Định danh cần sửa</source>
        <translation>Identities to mend</translation>
    </message>
    <message>
        <source>Trở về</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>Danh sách</source>
        <translation>List</translation>
    </message>
    <message>
        <source>Tất cả</source>
        <translation>All</translation>
    </message>
    <message>
        <source>Lọc theo họ tên hoặc số định danh</source>
        <translation>Filter by name or number</translation>
    </message>
</context>
<context>
    <name>IdentityStory</name>
    <message>
        <source>Thẻ ghi đúng như số liệu ở đây. Nếu đã đúng, hãy gửi lại.</source>
        <translation>The card says the same as stands here. If it is right, send it again.</translation>
    </message>
    <message>
        <source>Chưa sửa gì.</source>
        <translation>Nothing changed yet.</translation>
    </message>
    <message numerus="yes">
        <source>%n mũi sẽ được đánh dấu nhập nhầm và ghi lại dưới số mới, giữ giờ tiêm.</source>
        <translation>
            <numerusform>%n dose is marked as entered in error and recorded again under the new number, with its time.</numerusform>
            <numerusform>%n doses are marked as entered in error and recorded again under the new number, with their times.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Số liệu mới tự gửi lên nền tảng; %n mũi được đối chiếu lại.</source>
        <translation>
            <numerusform>The new facts go to the platform by themselves; %n dose is matched again.</numerusform>
            <numerusform>The new facts go to the platform by themselves; %n doses are matched again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n chứng nhận được thay bằng chứng nhận mới sau khi khớp.</source>
        <translation>
            <numerusform>%n certificate is replaced by a new one once matched.</numerusform>
            <numerusform>%n certificates are replaced by new ones once matched.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n bản in không còn giá trị, cần in lại.</source>
        <translation>
            <numerusform>%n printed copy no longer holds and must be printed again.</numerusform>
            <numerusform>%n printed copies no longer hold and must be printed again.</numerusform>
        </translation>
    </message>
    <message>
        <source>Không có ai phải sửa</source>
        <translation>Nobody to mend</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Ngày sinh</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>Giới tính</source>
        <translation>Sex</translation>
    </message>
    <message>
        <source>Lý do sửa</source>
        <translation>Why it is corrected</translation>
    </message>
    <message>
        <source>Lưu và gửi lại</source>
        <translation>Save and send again</translation>
    </message>
    <message>
        <source>Số liệu ở đây đúng: gửi lại</source>
        <translation>Right as it stands: send again</translation>
    </message>
    <message>
        <source>Theo thẻ: {facts}</source>
        <translation>From the card: {facts}</translation>
    </message>
    <message>
        <source>Theo số định danh: {facts}</source>
        <translation>From the number: {facts}</translation>
    </message>
    <message>
        <source>Giới tính kia: {facts}</source>
        <translation>The other sex: {facts}</translation>
    </message>
    <message>
        <source>Đổi ngày và tháng: {facts}</source>
        <translation>Day and month swapped: {facts}</translation>
    </message>
    <message>
        <source>Như đã ghi trước: {facts}</source>
        <translation>As written before: {facts}</translation>
    </message>
    <message>
        <source>Hồ sơ trùng tên: {facts}</source>
        <translation>Record of the same name: {facts}</translation>
    </message>
    <message>
        <source>Số định danh khác</source>
        <translation>Another number</translation>
    </message>
</context>
<context>
    <name>ImportPage</name>
    <message>
        <source>Về trang Cơ sở</source>
        <translation>Back to the site</translation>
    </message>
    <message>
        <source>Dừng</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Ngày sinh</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>Vì sao</source>
        <translation>Why</translation>
    </message>
    <message>
        <source>Chọn tệp danh sách</source>
        <translation>Choose a list</translation>
    </message>
    <message>
        <source>Tệp văn bản</source>
        <translation>Text file</translation>
    </message>
    <message>
        <source>Đang xem {count} dòng…</source>
        <translation>Looking at {count} rows…</translation>
    </message>
    <message>
        <source>Đang nhập {count} / {total} dòng</source>
        <translation>Taking in {count} of {total} rows</translation>
    </message>
    <message>
        <source>Xuất các dòng bị từ chối</source>
        <translation>Give back refused rows</translation>
    </message>
    <message>
        <source>Nhập danh sách từ Excel, CSV</source>
        <translation>Take in a list from Excel or CSV</translation>
    </message>
    <message>
        <source>Người được mời tiêm</source>
        <translation>People invited</translation>
    </message>
    <message>
        <source>Mũi tiêm ghi trên giấy</source>
        <translation>Doses kept on paper</translation>
    </message>
    <message>
        <source>Chọn tệp</source>
        <translation>Choose a file</translation>
    </message>
    <message>
        <source>Trang tính</source>
        <translation>Sheet</translation>
    </message>
    <message>
        <source>Xem lại các cột</source>
        <translation>Columns again</translation>
    </message>
    <message>
        <source>Các dòng của tệp</source>
        <translation>Rows of the file</translation>
    </message>
    <message>
        <source>Xem trước</source>
        <translation>Preview</translation>
    </message>
    <message>
        <source>Nhập {count} dòng</source>
        <translation>Take in {count} rows</translation>
    </message>
    <message>
        <source>Dòng</source>
        <translation>Row</translation>
    </message>
    <message>
        <source>Kết quả</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>Số định danh</source>
        <translation>Citizen number</translation>
    </message>
    <message>
        <source>Tất cả: {count}</source>
        <translation>All: {count}</translation>
    </message>
    <message>
        <source>Bị từ chối: {count}</source>
        <translation>Refused: {count}</translation>
    </message>
    <message>
        <source>Đã sửa: {count}</source>
        <translation>Repaired: {count}</translation>
    </message>
    <message>
        <source>Chọn loại danh sách, rồi chọn tệp Excel (.xlsx) hoặc CSV. Chưa có gì được ghi.</source>
        <translation>Choose what the list is, then an Excel (.xlsx) or CSV file. Nothing is stored yet.</translation>
    </message>
    <message>
        <source>Còn thiếu cột: {columns}. Hãy chọn ở bên phải cột tương ứng.</source>
        <translation>Columns missing: {columns}. Choose them on the right of their headings.</translation>
    </message>
    <message>
        <source>Xem lại mỗi cột là gì, rồi bấm Enter để xem trước. Chưa có gì được ghi.</source>
        <translation>Check what each column is, then press Enter for a preview. Nothing is stored yet.</translation>
    </message>
    <message>
        <source>Có trang tính ẩn, không đọc.</source>
        <translation>Hidden sheets are not read.</translation>
    </message>
    <message>
        <source>Mới {new} · đã có {known} · đã nhập trước đó {already} · bị từ chối {refused} · đã sửa {repaired}.</source>
        <translation>New {new} · known {known} · taken in before {already} · refused {refused} · repaired {repaired}.</translation>
    </message>
    <message>
        <source>Đã dừng giữa chừng; nhập lại tệp này sẽ tiếp tục.</source>
        <translation>Stopped on the way; taking this file in again goes on from there.</translation>
    </message>
    <message>
        <source>Đã nhập xong.</source>
        <translation>Taken in.</translation>
    </message>
    <message>
        <source>Bảng chỉ hiện những dòng đầu và dòng cần xem.</source>
        <translation>The table shows the first rows and those to look at.</translation>
    </message>
    <message>
        <source>Xem trước, chưa ghi.</source>
        <translation>Preview, nothing stored.</translation>
    </message>
    <message>
        <source>Nhập phiếu giấy</source>
        <translation>Type a paper day</translation>
    </message>
    <message>
        <source>Đã nhập</source>
        <translation>Taken in</translation>
    </message>
</context>
<context>
    <name>StockForm</name>
    <message>
        <source>Vắc xin</source>
        <translation>Vaccine</translation>
    </message>
    <message>
        <source>Số lô</source>
        <translation>Lot</translation>
    </message>
    <message>
        <source>Hạn dùng</source>
        <translation>Expiry</translation>
    </message>
    <message>
        <source>Thôi</source>
        <translation>Leave</translation>
    </message>
    <message>
        <source>Ghi chú</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>Hạn dùng chưa đúng dạng ngày/tháng/năm.</source>
        <translation>The expiry is not in the form day/month/year.</translation>
    </message>
    <message>
        <source>Số liều</source>
        <translation>Doses</translation>
    </message>
    <message>
        <source>Nhiệt độ (°C)</source>
        <translation>Temperature (°C)</translation>
    </message>
    <message>
        <source>Lọ số (nếu có)</source>
        <translation>Vial no. (if any)</translation>
    </message>
    <message>
        <source>Lý do hủy</source>
        <translation>Reason for wastage</translation>
    </message>
    <message>
        <source>Lý do bỏ mục này</source>
        <translation>Why this entry is undone</translation>
    </message>
    <message>
        <source>Trả, chuyển cho ai và vì sao</source>
        <translation>To whom it went and why</translation>
    </message>
    <message>
        <source>Quét nhãn hộp, hoặc nhập như in trên hộp. Số lượng tính bằng liều, không phải lọ.</source>
        <translation>Scan the box, or type what is printed on it. Count doses, not vials.</translation>
    </message>
    <message>
        <source>Số liều đã rời kho này.</source>
        <translation>Doses that left this stock.</translation>
    </message>
    <message>
        <source>Số liều bỏ đi. Liều còn trong lọ đã mở cũng ghi ở đây.</source>
        <translation>Doses thrown away. What is left in an opened vial goes here too.</translation>
    </message>
    <message>
        <source>Đếm liều trong tủ rồi nhập con số thấy được. Lần đếm sau cùng trong ngày được dùng.</source>
        <translation>Count the doses in the fridge and enter what you see. The last count of the day is used.</translation>
    </message>
    <message>
        <source>Mục ghi sai không bị xóa: nó ở lại trong sổ, kèm lý do, và không được tính nữa.</source>
        <translation>A wrong entry is not deleted: it stays in the book with the reason and counts no more.</translation>
    </message>
    <message>
        <source>Bỏ mục này</source>
        <translation>Undo this entry</translation>
    </message>
    <message>
        <source>Ghi vào sổ</source>
        <translation>Enter in the book</translation>
    </message>
    <message>
        <source>Nhiệt độ phải là một số, ví dụ 4,5.</source>
        <translation>The temperature must be a number, e.g. 4.5.</translation>
    </message>
</context>
<context>
    <name>StockCloseCard</name>
    <message>
        <source>Vì sao</source>
        <translation>Why</translation>
    </message>
    <message>
        <source>Quay lại các lô</source>
        <translation>Back to the lots</translation>
    </message>
    <message>
        <source>Mở để ghi</source>
        <translation>Open to record</translation>
    </message>
    <message>
        <source>Lý do chênh lệch (bắt buộc khi không khớp)</source>
        <translation>Reason for the difference (needed where it does not fit)</translation>
    </message>
    <message>
        <source>Có thể còn thiếu</source>
        <translation>Probably missing</translation>
    </message>
    <message>
        <source>Chốt ngày {day}</source>
        <translation>Close {day}</translation>
    </message>
    <message>
        <source>Chốt lại ngày này</source>
        <translation>Close this day again</translation>
    </message>
    <message>
        <source>Chốt ngày</source>
        <translation>Close the day</translation>
    </message>
    <message>
        <source>Chốt xong, số liệu được giữ nguyên; sửa sau đó hiện thành chênh lệch.</source>
        <translation>Once closed the figures stay as they are; later corrections show as changes.</translation>
    </message>
    <message>
        <source>Đã chốt lúc {at}, lần {revision}. Mã kiểm tra {hash}.</source>
        <translation>Closed at {at}, revision {revision}. Check code {hash}.</translation>
    </message>
    <message>
        <source>Lý do:</source>
        <translation>Reason:</translation>
    </message>
    <message>
        <source>Đã tiêm {given} · nền tảng nhận {received} · đọc lại {read}</source>
        <translation>Given {given} · received {received} · read back {read}</translation>
    </message>
    <message>
        <source>Còn chờ gửi {waiting}, bị từ chối {refused}</source>
        <translation>Waiting {waiting}, refused {refused}</translation>
    </message>
    <message>
        <source>Không tiêm {not_done} · phản ứng {reactions}</source>
        <translation>Not given {not_done} · reactions {reactions}</translation>
    </message>
    <message>
        <source>Chưa đếm: {lots}</source>
        <translation>Not counted: {lots}</translation>
    </message>
    <message>
        <source>Lệch: {lots}</source>
        <translation>Differs: {lots}</translation>
    </message>
    <message>
        <source>Không có lô nào</source>
        <translation>No lots</translation>
    </message>
    <message numerus="yes">
        <source>%n lô đều khớp</source>
        <translation>
            <numerusform>%n lot fits</numerusform>
            <numerusform>all %n lots fit</numerusform>
        </translation>
    </message>
    <message>
        <source>Có thể còn thiếu ({count})</source>
        <translation>Probably missing ({count})</translation>
    </message>
    <message>
        <source>Ai, lô nào</source>
        <translation>Who, which lot</translation>
    </message>
    <message>
        <source>Không thấy ai hay liều nào còn thiếu bản ghi.</source>
        <translation>Nobody and no dose seems to lack a record.</translation>
    </message>
    <message>
        <source>Lọ {vial}, lô {lot}</source>
        <translation>Vial {vial}, lot {lot}</translation>
    </message>
    <message numerus="yes">
        <source>%n liều chưa có tên</source>
        <translation>
            <numerusform>%n dose without a name</numerusform>
            <numerusform>%n doses without a name</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>và %n chênh lệch nữa</source>
        <translation>
            <numerusform>and %n more change</numerusform>
            <numerusform>and %n more changes</numerusform>
        </translation>
    </message>
    <message>
        <source>Từ khi chốt đã thay đổi:</source>
        <translation>Changed since it was closed:</translation>
    </message>
    <message>
        <source>phiếu {number} chưa xong</source>
        <translation>ticket {number} open</translation>
    </message>
</context>
<context>
    <name>StockLotCard</name>
    <message>
        <source>Lúc</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>Việc</source>
        <translation>What</translation>
    </message>
    <message>
        <source>Việc đã ghi về lô này</source>
        <translation>What was entered about this lot</translation>
    </message>
    <message>
        <source>Đếm lô này</source>
        <translation>Count this lot</translation>
    </message>
    <message>
        <source>Ghi liều hủy</source>
        <translation>Note wastage</translation>
    </message>
    <message>
        <source>Bỏ mục ghi sai đang chọn</source>
        <translation>Undo the chosen entry</translation>
    </message>
    <message>
        <source>Chưa chọn lô nào</source>
        <translation>No lot is chosen</translation>
    </message>
    <message>
        <source>Chọn một lô ở bên trái để xem và ghi.</source>
        <translation>Choose a lot on the left to see it and to enter something.</translation>
    </message>
    <message>
        <source>Lô {lot} · hạn {expiry}</source>
        <translation>Lot {lot} · expires {expiry}</translation>
    </message>
    <message>
        <source>mở lô này trước (hết hạn sớm nhất)</source>
        <translation>open this lot first (expires first)</translation>
    </message>
    <message>
        <source>Lý do thu hồi: {reason}</source>
        <translation>Recalled because: {reason}</translation>
    </message>
    <message>
        <source>Nhiệt độ xa 2-8 °C nhất đã ghi: {celsius} °C</source>
        <translation>Temperature furthest from 2-8 °C: {celsius} °C</translation>
    </message>
    <message>
        <source>Lọ {vial} mở {at}, đã ghi {given}/{holds} liều</source>
        <translation>Vial {vial} opened {at}, {given}/{holds} doses recorded</translation>
    </message>
    <message>
        <source>, dùng đến {until}</source>
        <translation>, use until {until}</translation>
    </message>
    <message>
        <source>Liều</source>
        <translation>Doses</translation>
    </message>
    <message>
        <source>{what} (bỏ)</source>
        <translation>{what} (undone)</translation>
    </message>
    <message>
        <source>Hủy liều</source>
        <translation>Waste</translation>
    </message>
    <message>
        <source>Trả đi</source>
        <translation>Returned</translation>
    </message>
    <message>
        <source>Lý do</source>
        <translation>Reason</translation>
    </message>
</context>
<context>
    <name>PaperGrid</name>
    <message>
        <source>Về trang Cơ sở</source>
        <translation>Back to the site</translation>
    </message>
    <message>
        <source>Ngày tiêm</source>
        <translation>Day of injection</translation>
    </message>
    <message>
        <source>Ngày/tháng/năm</source>
        <translation>Day/month/year</translation>
    </message>
    <message>
        <source>Đã lưu {count} mũi tiêm, nhập hồi cứu.</source>
        <translation>{count} doses saved, entered late.</translation>
    </message>
    <message>
        <source>Những dòng còn lại chưa lưu được: xem lý do ở từng dòng.</source>
        <translation>The rows that are left could not be saved: the reason stands at each.</translation>
    </message>
    <message>
        <source>Nhập phiếu giấy của một ngày</source>
        <translation>Type a day that was kept on paper</translation>
    </message>
    <message>
        <source>Tổng số mũi trên giấy</source>
        <translation>Doses the paper counts</translation>
    </message>
    <message>
        <source>Số mũi mỗi lô trên giấy</source>
        <translation>Doses of each lot on the paper</translation>
    </message>
    <message>
        <source>Lưu tất cả</source>
        <translation>Save all</translation>
    </message>
    <message>
        <source>Bỏ dòng</source>
        <translation>Take the row out</translation>
    </message>
    <message>
        <source>Các mũi tiêm ghi trên giấy</source>
        <translation>Doses kept on paper</translation>
    </message>
    <message>
        <source>Đã gõ {count} mũi: {lots}</source>
        <translation>{count} doses typed: {lots}</translation>
    </message>
    <message numerus="yes">
        <source>%n dòng cần xem lại: các ô có dấu.</source>
        <translation>
            <numerusform>%n row to look at again: the marked cells.</numerusform>
            <numerusform>%n rows to look at again: the marked cells.</numerusform>
        </translation>
    </message>
    <message>
        <source>Gõ từng ô, Enter sang ô sau. Vắc xin, lô, hạn lấy theo dòng trên. Bản nháp được giữ lại.</source>
        <translation>Type cell by cell, Enter goes on. Vaccine, lot and expiry come from the row above. The draft is kept.</translation>
    </message>
</context>
<context>
    <name>StockList</name>
    <message>
        <source>Vắc xin</source>
        <translation>Vaccine</translation>
    </message>
    <message>
        <source>Số lô</source>
        <translation>Lot</translation>
    </message>
    <message>
        <source>Hạn dùng</source>
        <translation>Expiry</translation>
    </message>
    <message>
        <source>Tiêm</source>
        <translation>Used</translation>
    </message>
    <message>
        <source>Các lô vắc xin</source>
        <translation>Lots of vaccine</translation>
    </message>
    <message>
        <source>Đầu</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>Trả</source>
        <translation>Out</translation>
    </message>
    <message>
        <source>Hủy</source>
        <translation>Lost</translation>
    </message>
    <message>
        <source>Đếm</source>
        <translation>Count</translation>
    </message>
    <message>
        <source>Lệch</source>
        <translation>Diff</translation>
    </message>
    <message>
        <source>Lưu ý</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>Nhập</source>
        <translation>In</translation>
    </message>
    <message>
        <source>Còn</source>
        <translation>Left</translation>
    </message>
</context>
<context>
    <name>StockPage</name>
    <message>
        <source>Nhận lô mới</source>
        <translation>Receive a lot</translation>
    </message>
    <message>
        <source>Hôm trước</source>
        <translation>Day before</translation>
    </message>
    <message>
        <source>Hôm sau</source>
        <translation>Day after</translation>
    </message>
    <message>
        <source>Chốt ngày</source>
        <translation>Close the day</translation>
    </message>
    <message>
        <source>Ngày {day}: chưa chốt</source>
        <translation>{day}: not closed</translation>
    </message>
    <message numerus="yes">
        <source>Ngày {day}: đã chốt, sau đó có %n thay đổi</source>
        <translation>
            <numerusform>{day}: closed, %n change since</numerusform>
            <numerusform>{day}: closed, %n changes since</numerusform>
        </translation>
    </message>
    <message>
        <source>Ngày {day}: đã chốt lúc {at}</source>
        <translation>{day}: closed at {at}</translation>
    </message>
    <message>
        <source>{day} chưa chốt</source>
        <translation>{day} not closed</translation>
    </message>
    <message>
        <source>Đã ghi vào sổ.</source>
        <translation>Entered in the book.</translation>
    </message>
    <message>
        <source>Đã chốt ngày {day}. Số liệu được gửi lên nền tảng.</source>
        <translation>{day} is closed. Its figures go to the platform.</translation>
    </message>
    <message>
        <source>Ngày chưa chốt</source>
        <translation>A day not closed</translation>
    </message>
    <message>
        <source>Chưa có lô vắc xin nào</source>
        <translation>No lot of vaccine yet</translation>
    </message>
    <message>
        <source>Nhấn Ctrl+N rồi quét nhãn hộp để nhận lô đầu tiên. Mũi tiêm được trừ vào lô khi lưu ở bàn tiêm, không phải nhập lại.</source>
        <translation>Press Ctrl+N and scan a box to take in the first lot. Doses saved at the desk are taken off their lot by themselves.</translation>
    </message>
</context>
<context>
    <name>RefusedDays</name>
    <message>
        <source>Gửi lại</source>
        <translation>Send again</translation>
    </message>
</context>
<context>
    <name>ApprovalCard</name>
    <message>
        <source>Mã PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>Đề nghị sửa hồ sơ, chờ người thứ hai duyệt</source>
        <translation>A proposed change waits for a second person</translation>
    </message>
    <message>
        <source>Quản lý duyệt</source>
        <translation>Approving manager</translation>
    </message>
    <message>
        <source>Lý do nếu không duyệt</source>
        <translation>Why, if you decline</translation>
    </message>
    <message>
        <source>Duyệt và sửa</source>
        <translation>Approve and change</translation>
    </message>
    <message>
        <source>Không duyệt</source>
        <translation>Decline</translation>
    </message>
    <message>
        <source>Rút đề nghị</source>
        <translation>Withdraw</translation>
    </message>
    <message>
        <source>{who} đề nghị. Vì sao: {why}</source>
        <translation>Proposed by {who}. Why: {why}</translation>
    </message>
    <message>
        <source>Khi duyệt, trả lời người dân: {words}</source>
        <translation>When approved, the citizen is told: {words}</translation>
    </message>
    <message>
        <source>Chưa có quản lý nào khác để duyệt. Thêm một tài khoản quản lý ở trang Cơ sở.</source>
        <translation>There is no other manager to approve. Add a manager&apos;s account on the Site page.</translation>
    </message>
</context>
<context>
    <name>FixForm</name>
    <message>
        <source>Để sau</source>
        <translation>Later</translation>
    </message>
    <message>
        <source>Vắc xin</source>
        <translation>Vaccine</translation>
    </message>
    <message>
        <source>Số lô</source>
        <translation>Lot</translation>
    </message>
    <message>
        <source>Hạn dùng</source>
        <translation>Expiry</translation>
    </message>
    <message>
        <source>Mũi số</source>
        <translation>Dose number</translation>
    </message>
    <message>
        <source>Lúc tiêm</source>
        <translation>Given at</translation>
    </message>
    <message>
        <source>Người tiêm</source>
        <translation>Injector</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Ngày sinh</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>Giới tính</source>
        <translation>Sex</translation>
    </message>
    <message>
        <source>Điện thoại</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>Số CMND cũ</source>
        <translation>Old ID number (CMND)</translation>
    </message>
    <message>
        <source>Bổ sung mũi</source>
        <translation>Add dose</translation>
    </message>
    <message>
        <source>Sửa mũi</source>
        <translation>Correct dose</translation>
    </message>
    <message>
        <source>Sửa người</source>
        <translation>Mend person</translation>
    </message>
    <message>
        <source>Hỏi thêm</source>
        <translation>Ask</translation>
    </message>
    <message>
        <source>Từ chối</source>
        <translation>Reject</translation>
    </message>
    <message>
        <source>Giải quyết</source>
        <translation>Settle</translation>
    </message>
    <message>
        <source>Lý do nếu trái quy tắc</source>
        <translation>Reason, if against a rule</translation>
    </message>
    <message>
        <source>Mũi cần sửa</source>
        <translation>Dose to correct</translation>
    </message>
    <message>
        <source>Lý do từ chối</source>
        <translation>Reason of rejection</translation>
    </message>
    <message>
        <source>Vì sao sửa</source>
        <translation>Why it is changed</translation>
    </message>
    <message>
        <source>Lời trả lời người dân (để trống: trả lời sau)</source>
        <translation>Answer to the citizen (empty: later)</translation>
    </message>
    <message>
        <source>Lời gửi người dân</source>
        <translation>Words for the citizen</translation>
    </message>
    <message>
        <source>Gửi người thứ hai duyệt</source>
        <translation>Send for approval</translation>
    </message>
    <message>
        <source>Lưu và gửi trả lời</source>
        <translation>Save and answer</translation>
    </message>
    <message>
        <source>Phản ánh đã có kết quả.</source>
        <translation>This complaint has its outcome.</translation>
    </message>
    <message>
        <source>Chưa biết người này ở máy: bổ sung mũi thiếu, hoặc hỏi thêm.</source>
        <translation>Nobody here fits: add the missing dose, or ask for more.</translation>
    </message>
</context>
<context>
    <name>ComplaintList</name>
    <message>
        <source>Tình trạng</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Thời hạn</source>
        <translation>Time left</translation>
    </message>
    <message>
        <source>Người phản ánh</source>
        <translation>Citizen</translation>
    </message>
    <message>
        <source>Phản ánh, gấp nhất trước</source>
        <translation>Complaints, the most urgent first</translation>
    </message>
    <message>
        <source>Chờ duyệt</source>
        <translation>To approve</translation>
    </message>
    <message>
        <source>Chưa nhận lời đáp</source>
        <translation>Answer not taken</translation>
    </message>
    <message>
        <source>Quá hạn: {count}</source>
        <translation>Overdue: {count}</translation>
    </message>
    <message>
        <source> · dưới 6 giờ: {count}</source>
        <translation> · under 6 hours: {count}</translation>
    </message>
    <message>
        <source>Chưa trả lời: {count}</source>
        <translation>Unanswered: {count}</translation>
    </message>
    <message>
        <source> · chờ duyệt: {count}</source>
        <translation> · to approve: {count}</translation>
    </message>
    <message>
        <source>Chờ người dân: {asked} · xử lý sau: {postponed}</source>
        <translation>With the citizen: {asked} · later: {postponed}</translation>
    </message>
    <message>
        <source>Đã xong: {closed}/{received}</source>
        <translation>Done: {closed}/{received}</translation>
    </message>
    <message>
        <source> · muộn: {count}</source>
        <translation> · late: {count}</translation>
    </message>
    <message>
        <source>Chưa có phản ánh nào</source>
        <translation>No complaints yet</translation>
    </message>
    <message>
        <source>Phản ánh gửi lên nền tảng cho điểm tiêm này tự hiện ở đây. Bấm Ctrl+N để nhận một phản ánh tại quầy.</source>
        <translation>Complaints sent to the platform for this site appear here by themselves. Press Ctrl+N to take one at the counter.</translation>
    </message>
</context>
<context>
    <name>TakeForm</name>
    <message>
        <source>Họ và tên</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Số định danh</source>
        <translation>Citizen number</translation>
    </message>
    <message>
        <source>Ngày sinh</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>Giới tính</source>
        <translation>Sex</translation>
    </message>
    <message>
        <source>Điện thoại</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>Số CMND cũ</source>
        <translation>Old ID number (CMND)</translation>
    </message>
    <message>
        <source>Mũi số</source>
        <translation>Dose number</translation>
    </message>
    <message>
        <source>Vắc xin</source>
        <translation>Vaccine</translation>
    </message>
    <message>
        <source>Số lô</source>
        <translation>Lot</translation>
    </message>
    <message>
        <source>Ngày tiêm</source>
        <translation>Day of injection</translation>
    </message>
    <message>
        <source>Thôi</source>
        <translation>Leave</translation>
    </message>
    <message>
        <source>Chưa có ảnh giấy tờ</source>
        <translation>No photo of a paper yet</translation>
    </message>
    <message>
        <source>Phản ánh về</source>
        <translation>Complaint about</translation>
    </message>
    <message>
        <source>Người dân nói gì</source>
        <translation>What the citizen says</translation>
    </message>
    <message>
        <source>Nhận phản ánh tại quầy</source>
        <translation>Take a complaint</translation>
    </message>
    <message>
        <source>Ghi đúng như người dân nói. Hạn 48 giờ tính từ lúc lưu.</source>
        <translation>Write what the citizen says. The 48 hours begin when you save.</translation>
    </message>
    <message>
        <source>Ảnh giấy tờ</source>
        <translation>Photo of a paper</translation>
    </message>
    <message>
        <source>Lưu phản ánh</source>
        <translation>Save complaint</translation>
    </message>
    <message>
        <source>Ảnh (*.jpg *.jpeg *.png)</source>
        <translation>Pictures (*.jpg *.jpeg *.png)</translation>
    </message>
</context>
<context>
    <name>ReportsPage</name>
    <message>
        <source>Đã lưu tệp {name}.</source>
        <translation>Saved {name}.</translation>
    </message>
    <message>
        <source>Từ ngày</source>
        <translation>From</translation>
    </message>
    <message>
        <source>Đến ngày</source>
        <translation>To</translation>
    </message>
    <message>
        <source>Chưa có số liệu cho biểu đồ này.</source>
        <translation>There are no figures for this chart yet.</translation>
    </message>
    <message>
        <source>Đã gửi báo cáo tới máy in.</source>
        <translation>The report was handed to the printer.</translation>
    </message>
    <message>
        <source>Lưu báo cáo</source>
        <translation>Save report</translation>
    </message>
    <message>
        <source>Báo cáo ngày (phụ lục 5)</source>
        <translation>Daily report (annex 5)</translation>
    </message>
    <message>
        <source>Báo cáo đợt tiêm (phụ lục 6)</source>
        <translation>Report of a round (annex 6)</translation>
    </message>
    <message>
        <source>Mẫu báo cáo</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Đọc lại</source>
        <translation>Read again</translation>
    </message>
    <message>
        <source>Lưu tệp</source>
        <translation>Save file</translation>
    </message>
    <message>
        <source>In báo cáo</source>
        <translation>Print report</translation>
    </message>
    <message>
        <source>Bảng số liệu: mũi tên để chọn một con số</source>
        <translation>Figures: arrows choose one</translation>
    </message>
    <message>
        <source>Biểu đồ</source>
        <translation>Chart</translation>
    </message>
</context>
<context>
    <name>VerifyCard</name>
    <message>
        <source>Chưa kiểm tra giấy nào</source>
        <translation>No paper checked yet</translation>
    </message>
    <message>
        <source>Đã có trong tiền sử theo phiếu này; nền tảng chưa xác nhận.</source>
        <translation>In the history by this slip; not yet confirmed by the platform.</translation>
    </message>
    <message>
        <source>Người này đã có trên máy này.</source>
        <translation>This person is known on this machine.</translation>
    </message>
    <message>
        <source>Người này chưa có trên máy này.</source>
        <translation>This person is not yet on this machine.</translation>
    </message>
    <message>
        <source>Chữ ký đúng của điểm tiêm ghi trên phiếu. Nền tảng chưa xác nhận mũi tiêm này.</source>
        <translation>Rightly signed by the site named on the slip. The platform has not confirmed this dose.</translation>
    </message>
    <message>
        <source>Chữ ký đúng của nơi cấp trong danh sách tin cậy. Hãy so họ tên và ngày sinh với giấy tờ.</source>
        <translation>Rightly signed by an issuer of the trust list. Compare name and birth date with an identity document.</translation>
    </message>
    <message>
        <source>GIẤY CHỨNG NHẬN</source>
        <translation>CERTIFICATE</translation>
    </message>
    <message>
        <source>PHIẾU MŨI TIÊM</source>
        <translation>VACCINATION SLIP</translation>
    </message>
    <message>
        <source>Quét mã QR trên giấy, chọn ảnh hoặc PDF, hoặc dán mã. Kết quả hiện ở đây, kể cả khi không có mạng.</source>
        <translation>Scan the QR code on the paper, choose a picture or PDF, or paste the code. The answer appears here, also without a network.</translation>
    </message>
</context>
<context>
    <name>VerifyPage</name>
    <message>
        <source>Đang đọc {name}…</source>
        <translation>Reading {name}…</translation>
    </message>
    <message>
        <source>Số</source>
        <translation>No.</translation>
    </message>
    <message>
        <source>Giấy</source>
        <translation>Paper</translation>
    </message>
    <message>
        <source>Kết quả</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>Chứng nhận</source>
        <translation>Certificate</translation>
    </message>
    <message>
        <source>Phiếu mũi tiêm</source>
        <translation>Vaccination slip</translation>
    </message>
    <message>
        <source>Mã khác</source>
        <translation>Another code</translation>
    </message>
    <message>
        <source>Danh sách khóa tin cậy kéo về lúc {moment}</source>
        <translation>Trusted keys pulled at {moment}</translation>
    </message>
    <message numerus="yes">
        <source>%n ngày trước</source>
        <translation>
            <numerusform>%n day ago</numerusform>
            <numerusform>%n days ago</numerusform>
        </translation>
    </message>
    <message>
        <source>trong 24 giờ qua</source>
        <translation>within 24 hours</translation>
    </message>
    <message>
        <source>Ảnh và PDF</source>
        <translation>Pictures and PDF</translation>
    </message>
    <message>
        <source>Chọn ảnh hoặc PDF có mã QR</source>
        <translation>Choose a picture or PDF with a QR code</translation>
    </message>
    <message>
        <source>Kiểm tra giấy của nơi khác</source>
        <translation>Check papers of other places</translation>
    </message>
    <message>
        <source>Giấy chứng nhận (HC1) và phiếu mũi tiêm (VXS1): quét, chọn ảnh hoặc PDF, hoặc dán mã vào đây.</source>
        <translation>Certificates (HC1) and vaccination slips (VXS1): scan, choose a picture or PDF, or paste the code here.</translation>
    </message>
    <message>
        <source>Mã của giấy</source>
        <translation>Code of the paper</translation>
    </message>
    <message>
        <source>Kiểm tra</source>
        <translation>Check</translation>
    </message>
    <message>
        <source>Các mã đã đọc</source>
        <translation>Codes that were read</translation>
    </message>
    <message>
        <source>Lấy mũi này vào tiền sử</source>
        <translation>Take this dose into the history</translation>
    </message>
    <message>
        <source>Mời người này vào bàn tiêm</source>
        <translation>Call this person to the desk</translation>
    </message>
    <message>
        <source>Bỏ</source>
        <translation>Leave</translation>
    </message>
    <message>
        <source>Dán mã vào đây</source>
        <translation>Paste the code here</translation>
    </message>
</context>
<context>
    <name>ClaimBeside</name>
    <message>
        <source>Người dân khai</source>
        <translation>The citizen says</translation>
    </message>
    <message>
        <source>Không tìm thấy ai ở máy này khớp với lời khai.</source>
        <translation>Nobody on this machine fits the claim.</translation>
    </message>
    <message>
        <source>Người {number}</source>
        <translation>Person {number}</translation>
    </message>
</context>
<context>
    <name>LetterOffer</name>
    <message>
        <source>Đã gửi thư trả lời tới máy in.</source>
        <translation>The letter was sent to the printer.</translation>
    </message>
</context>
<context>
    <name>ComplaintStory</name>
    <message>
        <source>In thư</source>
        <translation>Letter</translation>
    </message>
    <message>
        <source>Xem ảnh</source>
        <translation>Look at it</translation>
    </message>
    <message>
        <source>Giữ kết quả đó</source>
        <translation>Keep that outcome</translation>
    </message>
    <message>
        <source>Người dân nói gì</source>
        <translation>What the citizen says</translation>
    </message>
    <message>
        <source>Ảnh giấy tờ người dân gửi</source>
        <translation>Photo the citizen sent</translation>
    </message>
    <message>
        <source>tại quầy</source>
        <translation>at the counter</translation>
    </message>
    <message>
        <source>qua nền tảng</source>
        <translation>by the platform</translation>
    </message>
    <message>
        <source>{number} · {kind} · nhận {at} {place} · hạn {due}</source>
        <translation>{number} · {kind} · received {at} {place} · due {due}</translation>
    </message>
    <message>
        <source>Bổ sung: {words}</source>
        <translation>Added: {words}</translation>
    </message>
    <message>
        <source>{state}, chờ gửi</source>
        <translation>{state}, to be sent</translation>
    </message>
    <message>
        <source>Nền tảng đã có kết quả khác ({state}), nên chưa nhận câu trả lời của máy này. Giữ kết quả đó, hoặc trả lời lại.</source>
        <translation>The platform has another outcome ({state}) and did not take this machine&apos;s answer. Keep that outcome, or answer again.</translation>
    </message>
    <message numerus="yes">
        <source>%n ảnh</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%n pictures</numerusform>
        </translation>
    </message>
    <message>
        <source>Không có ảnh</source>
        <translation>No picture</translation>
    </message>
    <message>
        <source>Ảnh không đọc được</source>
        <translation>Picture unreadable</translation>
    </message>
</context>
<context>
    <name>ComplaintsPage</name>
    <message>
        <source>Nhận phản ánh tại quầy</source>
        <translation>Take a complaint</translation>
    </message>
    <message>
        <source>Ảnh sau</source>
        <translation>Next picture</translation>
    </message>
    <message>
        <source>Đóng ảnh</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Ảnh giấy tờ người dân gửi</source>
        <translation>Photo the citizen sent</translation>
    </message>
</context>
<context>
    <name>FlagLines</name>
    <message>
        <source>Mở phản ánh</source>
        <translation>Open the complaint</translation>
    </message>
</context>
<context>
    <name>MappingForm</name>
    <message>
        <source>Tiêu đề trong tệp</source>
        <translation>Heading in the file</translation>
    </message>
    <message>
        <source>Dòng đầu của tệp</source>
        <translation>First row of the file</translation>
    </message>
    <message>
        <source>Là cột nào</source>
        <translation>What it is</translation>
    </message>
</context>
<context>
    <name>RecordsBehind</name>
    <message>
        <source>Số liều hủy lấy từ sổ vắc xin: xem trang Vắc xin (F7).</source>
        <translation>Discarded doses are taken from the stock book: see Stock (F7).</translation>
    </message>
    <message>
        <source>Tỷ lệ tính từ các con số bên trái trong cùng dòng.</source>
        <translation>The rate is worked out from the figures to its left in the same line.</translation>
    </message>
    <message>
        <source>Con số này không có bản ghi nào. Chọn con số khác bằng phím mũi tên.</source>
        <translation>No records stand behind this figure. Choose another one with the arrows.</translation>
    </message>
    <message>
        <source>Lúc</source>
        <translation>Time</translation>
    </message>
    <message>
        <source>Họ và tên</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Số định danh</source>
        <translation>Citizen number</translation>
    </message>
    <message>
        <source>Mũi tiêm</source>
        <translation>Dose</translation>
    </message>
    <message>
        <source>Lưu danh sách</source>
        <translation>Save list</translation>
    </message>
    <message>
        <source>Đã lưu {name}. Báo mật khẩu cho người nhận bằng đường khác, không gửi kèm tệp.</source>
        <translation>Saved {name}. Tell the recipient the password by another way, never with the file.</translation>
    </message>
    <message>
        <source>Các bản ghi của con số đang chọn</source>
        <translation>The records behind the chosen figure</translation>
    </message>
    <message>
        <source>Xuất danh sách</source>
        <translation>Give out list</translation>
    </message>
    <message>
        <source>Mật khẩu của tệp (ít nhất 8 ký tự)</source>
        <translation>File password (at least 8 characters)</translation>
    </message>
    <message>
        <source>Nhập lại mật khẩu</source>
        <translation>Password again</translation>
    </message>
    <message>
        <source>Lưu tệp có mật khẩu</source>
        <translation>Save with password</translation>
    </message>
    <message>
        <source>Thôi</source>
        <translation>Leave</translation>
    </message>
</context>
</TS>
