"""The demo: two small companies and what they said to each other during the last four weeks.

Who is there stands in `people.py`; each channel is a text file in the folder of its organization, whose form
`transcript.py` describes. It all comes in by the real actions, so that the log is true.
"""
