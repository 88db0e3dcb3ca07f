"""How much a file may hold and how long reading it may take. Source: RELIABILITY F2."""

UPLOAD_BYTES = 25 * 1024 * 1024
ARCHIVE_MEMBERS = 500
ARCHIVE_BYTES = 60 * 1024 * 1024
ARCHIVE_PART_BYTES = 30 * 1024 * 1024
#: A part larger than `ARCHIVE_RATIO_FROM` may be this many times its packed size.
ARCHIVE_RATIO = 200
ARCHIVE_RATIO_FROM = 1024 * 1024
#: A plan is printed on some dozens of pages.
PAGES = 300
PDF_PAGE_BYTES = 4 * 1024 * 1024
ROWS = 5000
COLUMNS = 50
FIELD_LENGTH = 5000
#: A cell of several statements, one to a line: what a cell of Excel can hold.
CELL_LENGTH = 32_767
#: All texts of a document together; five times the longest plan on record would not reach a tenth.
TEXT_LENGTH = 8_000_000
MERGED_AREAS = 5000
CPU_SECONDS = 10
WALL_SECONDS = 15
MEMORY_BYTES = 512 * 1024 * 1024
#: LibreOffice takes seconds to start; the page that waits for it says so.
CONVERT_SECONDS = 45
