"""Official documents by Nghị định 30/2020/NĐ-CP: one value in, .docx, .pdf and .xlsx bytes out."""
