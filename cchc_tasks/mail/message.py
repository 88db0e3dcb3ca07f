"""A letter as an e-mail: text and HTML in base64, encoded Vietnamese headers, the same bytes on every try."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from cchc_tasks.domain.mailing import Letter
from cchc_tasks.domain.periods import VIETNAM
from cchc_tasks.domain.text import one_line

LONGEST_NAME = 60
LONGEST_SUBJECT = 250


def build_message(letter: Letter, sender: str) -> EmailMessage:
    """The message of `letter` from the address `sender`. Line breaks in names and titles cannot reach a header."""
    domain = sender.rpartition("@")[2]
    person, agency = letter.correspondent, one_line(letter.correspondent.agency_name)
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(agency, sender)
    message["To"] = _address(person.name, person.address)
    message["Subject"] = one_line(letter.words.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(letter.dated_at.astimezone(VIETNAM))
    message["Message-ID"] = f"<{letter.message_id}@{domain}>"
    message["List-Id"] = _list_id(f"{person.agency_code.lower()}.nhac-viec.{domain}")
    # No out-of-office answers, please. Source: RFC 3834.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.words.text, cte="base64")
    message.add_alternative(letter.words.html, subtype="html", cte="base64")
    message.set_boundary(f"=_{letter.message_id}")
    return message


def _address(name: str, address: str) -> Address:
    """A name too long for one line would be folded inside its quotes, and read back as something else."""
    return Address(display_name=one_line(name)[:LONGEST_NAME].strip(), addr_spec=one_line(address))


def _list_id(identifier: str) -> str:
    """ASCII only: the phrase before the identifier may be left out, and an encoded one confuses filters."""
    allowed = "".join(letter for letter in identifier if letter.isascii() and (letter.isalnum() or letter in ".-"))
    return f"<{allowed}>"
