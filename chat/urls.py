"""Chat's URLs, under /o/<slug>/."""

from django.urls import path

from chat.views import (
    channels,
    direct,
    drafts,
    first_steps,
    memberships,
    messages,
    panes,
    posting,
    reading,
    switching,
    typing,
)

app_name = "chat"
urlpatterns = [
    path("", panes.home, name="home"),
    path("switch/", switching.switch, name="switch"),
    path("shortcuts/", switching.shortcuts, name="shortcuts"),
    path("sidebar/", panes.sidebar_fragment, name="sidebar"),
    path("start/", first_steps.first_steps_page, name="first_steps"),
    path("c/<int:channel_id>/", panes.channel_page, name="channel"),
    path("c/<int:channel_id>/frame/", panes.frame, name="frame"),
    path("c/<int:channel_id>/m/<int:message_id>/", panes.message_page, name="message"),
    path("c/<int:channel_id>/history/", panes.history, name="history"),
    path("t/<int:message_id>/", panes.thread_page, name="thread"),
    path("c/<int:channel_id>/messages/", posting.post, name="post"),
    path("c/<int:channel_id>/mine/", messages.last_mine, name="last_mine"),
    path("c/<int:channel_id>/read/", reading.read, name="read"),
    path("c/<int:channel_id>/draft/", drafts.save, name="save_draft"),
    path("drafts/", drafts.drafts_page, name="drafts"),
    path("drafts/<int:draft_id>/discard/", drafts.discard, name="discard_draft"),
    path("m/<int:message_id>/unread/", reading.unread, name="unread"),
    path("read/", reading.read_all, name="read_all"),
    path("read/undo/", reading.undo_read_all, name="undo_read_all"),
    path("c/<int:channel_id>/typing/", typing.note, name="typing"),
    path("complete/", posting.complete, name="mentions"),
    path("m/<int:message_id>/actions/", messages.actions, name="actions"),
    path("m/<int:message_id>/text/", messages.text, name="text"),
    path("m/<int:message_id>/edit/", messages.edit, name="edit"),
    path("m/<int:message_id>/delete/", messages.delete, name="delete"),
    path("m/<int:message_id>/versions/", messages.versions_page, name="versions"),
    path("channels/", channels.directory_page, name="directory"),
    path("channels/new/", channels.create, name="create_channel"),
    path("c/<int:channel_id>/settings/", channels.settings, name="channel_settings"),
    path("c/<int:channel_id>/archive/", channels.archive, name="channel_archive"),
    path("c/<int:channel_id>/delete/", channels.delete, name="channel_delete"),
    path("c/<int:channel_id>/members/", memberships.members, name="channel_members"),
    path(
        "c/<int:channel_id>/members/<int:member_id>/remove/", memberships.remove, name="channel_member_remove"
    ),
    path("c/<int:channel_id>/join/", memberships.join, name="join"),
    path("c/<int:channel_id>/leave/", memberships.leave, name="leave"),
    path("direct/new/", direct.new, name="direct"),
]
