"""Posts of another process than the server, as a command or an assistant makes them; run as a process.

Its job names the world's facts and the numbers that the posts have; screens know them by these.
"""

import json
import sys

import django

django.setup()

from accounts.caller import Caller  # noqa: E402
from benchmarks.texts import body  # noqa: E402
from chat.actions import post_message  # noqa: E402
from chat.models import Channel  # noqa: E402

if __name__ == "__main__":
    job = json.load(sys.stdin)
    channel = Channel.objects.get(pk=job["world"]["channel"])
    member = (
        channel.memberships.select_related("member__user")
        .get(member__user__email=job["world"]["author"])
        .member
    )
    caller = Caller(member, member.user, member.display_name, via="command", client="benchmarks")
    for number in job["numbers"]:
        post_message(caller, channel, body=body(number), client_id=f"s{number}")
    json.dump(len(job["numbers"]), sys.stdout)
