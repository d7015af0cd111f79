"""The live stream: the log's entries, put on every open page.

wakeups say "look", the tailer reads what was committed, audience says whom it concerns, partials render it, the hub
hands it to the streams that were opened.
"""
