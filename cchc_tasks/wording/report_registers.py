"""Names of the registers that feed rows of a report, by the key of the row."""

REGISTERS = {
    "steer.docs_issued": "Văn bản chỉ đạo, điều hành CCHC đã ban hành",
    "steer.inspect.findings": "Vấn đề phát hiện qua kiểm tra",
    "steer.inspect.findings_resolved": "Vấn đề phát hiện đã xử lý xong",
    "steer.comms.articles_portal": "Tin, bài trên chuyên trang CCHC của tỉnh",
    "steer.comms.articles_own": "Tin, bài trên trang của đơn vị",
    "law.issued": "Văn bản quy phạm pháp luật đã tham mưu ban hành",
}
