"""What a link in a mail opens: one item, one confirmation, no password."""

from cchc_tasks.web.mail_links.views import bp

__all__ = ["bp"]
