"""The commands `ledger verify` and `ledger head`."""

from collections import Counter
from typing import Any

import click

from cchc_tasks.cli.runtime import agency_option, json_option, open_database, pick_agency, print_json
from cchc_tasks.config import load_settings
from cchc_tasks.domain.ledger import Fault, Head
from cchc_tasks.services import ledger as ledger_service
from cchc_tasks.wording import console as words

#: A broken chain can be wrong at every row; so many sentences are read, the rest is counted.
SHOWN_FAULTS = 100


class HeadType(click.ParamType):
    """A head as a report or a back-up prints it: number of the row, colon, hash."""

    name = "SỐ:MÃ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        if isinstance(value, Head):
            return value
        seq, _, digest = value.partition(":")
        plain = digest.strip().lower()
        if not seq.strip().isdecimal() or len(plain) != 64 or set(plain) - set("0123456789abcdef"):
            self.fail(words.no_head(value), param, ctx)
        return Head(int(seq), plain)


@click.group()
def ledger() -> None:
    """Sổ theo dõi: kiểm tra, in mã kiểm."""


@ledger.command()
@click.option("--head", "heads", type=HeadType(), multiple=True, help="Mã kiểm đã in trong báo cáo hoặc bản sao lưu.")
@agency_option
@json_option
def verify(heads: tuple[Head, ...], agency_code: str | None, as_json: bool) -> None:
    """Kiểm tra từng dòng của sổ; mã thoát 1 khi có dòng bị sửa, bị xóa, bị chèn hoặc bị cắt."""
    with open_database(load_settings()) as session:
        agency = pick_agency(session, agency_code)
        code, agency_id = agency.code, agency.id
        faults = list(ledger_service.verify(session, agency_id, published=heads))
        present = ledger_service.head(session, agency_id)
    if as_json:
        print_json(verdict(code, present, faults))
    elif faults:
        for sentence in sentences(faults):
            click.echo(sentence)
    else:
        click.echo(words.ledger_holds(present.seq, present.hash))
    if faults:
        raise SystemExit(1)


def verdict(agency_code: str, present: Head, faults: list[Fault]) -> dict[str, object]:
    """The result for a machine."""
    return {
        "agency": agency_code,
        "ok": not faults,
        "rows": present.seq,
        "head": f"{present.seq}:{present.hash}",
        "faults": [{"kind": fault.kind.value, "seq": fault.seq, "text": words.fault(fault)} for fault in faults],
    }


def sentences(faults: list[Fault]) -> list[str]:
    """One sentence for each fault, the first hundred; then how many more, by kind."""
    told = [words.fault(fault) for fault in faults[:SHOWN_FAULTS]]
    rest = Counter(fault.kind for fault in faults[SHOWN_FAULTS:])
    return [*told, *(words.more_faults(kind, count) for kind, count in rest.items())]


@ledger.command()
@agency_option
@json_option
def head(agency_code: str | None, as_json: bool) -> None:
    """In mã kiểm hiện nay của sổ, để giữ ở nơi khác và đối chiếu sau này."""
    with open_database(load_settings()) as session:
        agency = pick_agency(session, agency_code)
        present = ledger_service.head(session, agency.id)
    text = f"{present.seq}:{present.hash}"
    if as_json:
        print_json({"agency": agency.code, "seq": present.seq, "hash": present.hash, "head": text})
    else:
        click.echo(text)
