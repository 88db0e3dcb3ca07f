"""Pages and files over HTTP: the floor's view and ours, asked for in turns over one kept-alive connection each."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from lxml import html

from bench.client import Client
from bench.data import OFFICE, PASSWORD, World, instant
from bench.table import Line, limit_line, ratio_line
from bench.timing import Comparison, compare

BOARD, TABLE_FILE, INDICATOR = "/bang-tien-do/cot?tat-ca=1", "/bang-tien-do/bang.csv", "/chi-tieu-1-1"
BOARD_AIM, TASK_AIM, INDICATOR_AIM, FILE_AIM = 3, 5, 8, 2
#: Cut-offs on the indicator page: four periods of a year, and the day asked for.
CUT_OFFS = 5
ROW_LIMIT = 600


@dataclass(slots=True)
class Pair:
    """Somebody at the floor, and somebody signed in at the application."""

    floor: Client
    ours: Client
    world: World

    @staticmethod
    def of(floor_url: str, our_url: str, world: World) -> "Pair":
        pair = Pair(Client(floor_url), Client(our_url), world)
        pair.ours.sign_in(OFFICE, PASSWORD)
        return pair

    def close(self) -> None:
        self.floor.close()
        self.ours.close()

    def compare(self, floor_path: str, our_path: str, rounds: int) -> Comparison:
        return compare(lambda: fetch(self.floor, floor_path), lambda: fetch(self.ours, our_path), rounds=rounds)


def fetch(client: Client, path: str) -> bytes:
    """The body of a page that has to be there."""
    answer = client.get(path)
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return answer.body


def board(pair: Pair, rounds: int) -> Comparison:
    return pair.compare("/board", BOARD, rounds)


def measure(pair: Pair, rounds: int) -> list[Line]:
    """The pages that are measured at one size only."""
    task = f"/nhiem-vu/{pair.world.tasks // 2}"
    today = pair.world.today
    days = [(today - timedelta(days=60 * number)).isoformat() for number in range(CUT_OFFS)]
    known_at = instant(today).strftime("%Y-%m-%d %H:%M:%S.%f")
    asked = urlencode([("known_at", known_at), *(("cut_off", day) for day in days)])
    size = f"{pair.world.tasks:,} tasks"
    return [
        ratio_line(f"one task ({size})", pair.compare(f"/task/{pair.world.tasks // 2}", task, rounds), TASK_AIM),
        ratio_line(
            f"indicator 1.1 ({size})", pair.compare(f"/indicator?{asked}", INDICATOR, rounds // 2), INDICATOR_AIM
        ),
        ratio_line(f"CSV of all tasks ({size})", pair.compare("/work.csv", TABLE_FILE, rounds // 2), FILE_AIM),
    ]


def row_weight(small: tuple[int, bytes], large: tuple[int, bytes]) -> Line:
    """Bytes of HTML that a row of the board adds beyond its own text; from two boards of known numbers of rows."""
    (few, small_page), (many, large_page) = small, large
    markup = overhead(large_page) - overhead(small_page)
    return limit_line("HTML a row of the board beyond its text", markup / (many - few), ROW_LIMIT, "bytes")


def overhead(page: bytes) -> int:
    """Bytes of a page that are not text: tags, attributes, blanks between them."""
    words = " ".join(html.document_fromstring(page.decode("utf-8")).text_content().split())
    return len(page) - len(words.encode("utf-8"))
