"""What the doubts of a reading are called, why each is one, and how its reading is accepted."""

from collections.abc import Mapping

from cchc_tasks.domain.plan_reading import DoubtReason

#: What a doubt is called, and why it is one.
DOUBTS: dict[DoubtReason, tuple[str, str]] = {
    DoubtReason.DEADLINE_UNCLEAR: ("Thời hạn chưa rõ", "Cụm từ này chưa cho một ngày chắc chắn."),
    DoubtReason.DATE_FOR_ALL_PRODUCTS: (
        "Thời hạn đọc được hai cách",
        "Cụm từ vừa nói việc thường xuyên vừa có ngày; ô thời gian dùng chung cho mọi sản phẩm.",
    ),
    DoubtReason.MATCHED_BY_ORDER: (
        "Thời hạn ghép với sản phẩm theo thứ tự",
        "Các dòng thời gian không nói tên sản phẩm.",
    ),
    DoubtReason.DATED_BY_PRODUCT_TEXT: (
        "Thời hạn lấy từ ô sản phẩm",
        "Ô thời gian không nói đến sản phẩm này; văn bản in kỳ mà không in ngày thì lấy ngày cuối kỳ.",
    ),
    DoubtReason.PRODUCT_RECURS: (
        "Ô sản phẩm nói đến việc định kỳ",
        "Ô thời gian chỉ có một ngày, còn chữ trong sản phẩm lặp lại nhiều kỳ.",
    ),
    DoubtReason.PERIOD_END_ASSUMED: (
        "Việc định kỳ không in ngày",
        "Văn bản chỉ nói kỳ; ngày cuối mỗi kỳ được lấy làm hạn.",
    ),
    DoubtReason.DATE_MISSING: ("Sản phẩm không có thời hạn", "Ô thời gian không nói đến sản phẩm này."),
    DoubtReason.DATE_WITHOUT_PRODUCT: (
        "Có mốc thời gian không gắn với sản phẩm nào",
        "Mốc này được giữ trong nguyên văn, chưa thành một sản phẩm phải nộp.",
    ),
    DoubtReason.TIME_NAMES_OTHER: (
        "Ô thời gian nói đến việc không có trong ô sản phẩm",
        "Thời hạn được dùng chung cho các sản phẩm của dòng.",
    ),
    DoubtReason.PRODUCT_SPLIT: (
        "Một đoạn được tách thành nhiều sản phẩm",
        "Đoạn văn không đánh số; được tách theo câu vì ô thời gian có nhiều dòng.",
    ),
    DoubtReason.PRODUCT_MISSING: ("Dòng không có sản phẩm", "Ô sản phẩm để trống; tên nhiệm vụ được dùng thay."),
    DoubtReason.PRODUCTS_SHARED: (
        "Hai nhiệm vụ chung một ô sản phẩm",
        "Bảng không chia sản phẩm cho từng nhiệm vụ.",
    ),
    DoubtReason.LEAD_INFERRED: (
        "Chủ trì suy ra từ cách ghi",
        "Văn bản không ghi chữ “chủ trì”; đơn vị đứng một mình hoặc đứng trước “phối hợp” được hiểu là chủ trì.",
    ),
    DoubtReason.LEAD_UNRESOLVED: (
        "Chưa rõ đơn vị chủ trì",
        "Chưa chắc đơn vị nào chủ trì. Có thể để ngỏ: mọi đơn vị được nêu đều thấy việc.",
    ),
    DoubtReason.ASSIGNMENT_UNCLEAR: (
        "Phân công chưa rõ",
        "Chủ trì là một nhóm hoặc vai trò chưa rõ; nên có một đơn vị chịu trách nhiệm.",
    ),
    DoubtReason.RESPONSIBLE_BY_ORDER: (
        "Đơn vị ghép với sản phẩm theo thứ tự",
        "Bảng không nói đơn vị nào làm sản phẩm nào.",
    ),
    DoubtReason.NOTE_NAMES_UNIT: (
        "Ghi chú nhắc đến một đơn vị",
        "Ô phân công không nêu riêng đơn vị này.",
    ),
    DoubtReason.NUMBER_MISSING: ("Dòng không có số thứ tự", "Số được đặt theo vị trí trong lĩnh vực."),
    DoubtReason.NUMBER_REPEATED: ("Số thứ tự bị lặp", "Hai dòng cùng một số; dòng sau được đánh dấu để phân biệt."),
    DoubtReason.AREA_MISSING: ("Không thấy tên lĩnh vực", "Các dòng này đứng trước mọi tên lĩnh vực."),
    DoubtReason.ROW_NOT_UNDERSTOOD: ("Dòng không đọc được", "Dòng này không có nhiệm vụ; không được nhập."),
    DoubtReason.TEXT_CONVERTED: (
        "Chữ được chuyển từ bảng mã cũ",
        "Tệp dùng phông TCVN3 (.Vn…) hoặc VNI; chữ đã được chuyển sang Unicode.",
    ),
    DoubtReason.TEXT_KEPT: (
        "Chữ được giữ nguyên như trong tệp",
        "Chữ trông như phông TCVN3 (.Vn…) hoặc VNI nhưng không được chuyển, theo lựa chọn của Văn phòng.",
    ),
    DoubtReason.CHANGES_ACCEPTED: (
        "Văn bản còn thay đổi chưa chấp nhận",
        "Được đọc như đã chấp nhận mọi thay đổi: chữ thêm được lấy, chữ xóa bị bỏ.",
    ),
    DoubtReason.PARTS_HIDDEN: (
        "Tệp có phần bị ẩn",
        "Trang tính ẩn không được đọc; dòng ẩn trong trang tính hiện vẫn được đọc.",
    ),
    DoubtReason.ROWS_JOINED: (
        "Có dòng bị ngắt được nối lại",
        "Phần ở hai trang, hoặc hai nửa dòng không có đường kẻ, được đọc thành một dòng.",
    ),
    DoubtReason.LINES_GUESSED: (
        "Chỗ xuống dòng trong tệp PDF được suy ra",
        "Tệp PDF không ghi chỗ hết đoạn; vài chỗ có thể là xuống dòng thật hoặc chỉ là hết khổ ô.",
    ),
    DoubtReason.COLUMN_SKIPPED: (
        "Có cột không được đọc",
        "Tên cột không cho biết đây là nhiệm vụ, sản phẩm, phân công, thời gian hay ghi chú.",
    ),
    DoubtReason.FILE_CONVERTED: (
        "Tệp định dạng cũ được chuyển đổi",
        "LibreOffice đã chuyển tệp sang định dạng mới trước khi đọc; đối chiếu với bản gốc.",
    ),
    DoubtReason.YEAR_UNCERTAIN: (
        "Năm của kế hoạch chưa chắc chắn",
        "Năm trong tiêu đề khác xa năm ban hành.",
    ),
    DoubtReason.PROGRESS_UNCLEAR: (
        "Trạng thái chưa rõ",
        "Cột trạng thái, ngày hoàn thành và văn bản không cho một trạng thái chắc chắn.",
    ),
    DoubtReason.PROGRESS_INCOMPLETE: (
        "Ghi hoàn thành nhưng chưa đủ",
        "Hoàn thành cần có ngày và văn bản; không có văn bản thì phải chọn tiếp nhận không có văn bản.",
    ),
    DoubtReason.PROGRESS_DATE: ("Ngày hoàn thành khác thường", "Đối chiếu lại với văn bản."),
    DoubtReason.PROGRESS_ASSUMED: (
        "Ngày hoàn thành lấy theo ngày văn bản",
        "Tệp không ghi ngày hoàn thành; ngày ban hành của văn bản được dùng thay.",
    ),
    DoubtReason.PROGRESS_SHARED: ("Một trạng thái cho nhiều sản phẩm", "Tệp không chia theo số của từng sản phẩm."),
    DoubtReason.PROGRESS_PERIODS: (
        "Trạng thái của việc định kỳ",
        "Sản phẩm nộp nhiều kỳ mà tệp chỉ ghi một trạng thái, không nói của kỳ nào.",
    ),
}

#: How the reading of a doubt is accepted, in the words of the doubt.
AS_READ: dict[DoubtReason, str] = {
    DoubtReason.DATE_WITHOUT_PRODUCT: "Giữ làm mốc",
    DoubtReason.TIME_NAMES_OTHER: "Dùng cho sản phẩm của dòng",
    DoubtReason.PRODUCTS_SHARED: "Giữ chung một dòng",
    DoubtReason.NOTE_NAMES_UNIT: "Chỉ là ghi chú",
    DoubtReason.LEAD_UNRESOLVED: "Để ngỏ",
    DoubtReason.PRODUCT_MISSING: "Dùng tên nhiệm vụ",
    DoubtReason.ROW_NOT_UNDERSTOOD: "Bỏ dòng này",
    DoubtReason.DATE_MISSING: "Không định ngày",
    DoubtReason.TEXT_CONVERTED: "Chuyển sang Unicode",
    DoubtReason.TEXT_KEPT: "Giữ nguyên chữ gốc",
}

#: What a doubt about progress is in particular, by its detail.
PROGRESS_DETAILS: Mapping[str, str] = {
    "date document": "Thiếu ngày hoàn thành và văn bản.",
    "date": "Thiếu ngày hoàn thành.",
    "document": "Thiếu văn bản.",
    "document_date": "Văn bản thiếu ngày ban hành.",
    "date document_date": "Thiếu ngày hoàn thành và ngày ban hành của văn bản.",
    "after_today": "Ngày này chưa đến nên chưa thể là ngày hoàn thành.",
    "before_plan": "Ngày này trước ngày ban hành kế hoạch.",
    "for_all": "Ô ghi chung cho mọi sản phẩm của dòng.",
    "by_order": "Các dòng trong ô được ghép với sản phẩm theo thứ tự.",
}
