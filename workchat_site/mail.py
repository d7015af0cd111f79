"""Mail by a task: a request stores the message in its own transaction and never waits for a mail server."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django_tasks import task


class TaskBackend(BaseEmailBackend):
    """Django's EMAIL_BACKEND: each message becomes one task; the task sends it by `MAIL_TRANSPORT`."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            alternatives = getattr(message, "alternatives", [])
            send_mail.enqueue(
                subject=str(message.subject),
                body=str(message.body),
                html=next((str(part[0]) for part in alternatives if part[1] == "text/html"), ""),
                sender=message.from_email,
                to=list(message.to),
                headers=dict(message.extra_headers),
            )
        return len(email_messages)


@task()
def send_mail(
    *, subject: str, body: str, html: str, sender: str, to: list[str], headers: dict[str, str]
) -> None:
    """Send one mail now.

    Raises:
        OSError, smtplib.SMTPException: the server didn't take it; the task's result holds the error.
    """
    connection = get_connection(settings.MAIL_TRANSPORT)
    message = EmailMultiAlternatives(subject, body, sender, to, connection=connection, headers=headers)
    if html:
        message.attach_alternative(html, "text/html")
    message.send()
