"""Writing with comfort: code that is pasted, lists that go on, an edit of a message far above, what is left to type."""

from playwright.sync_api import Page, expect

from accounts.models import Member
from chat.actions import mark_read
from tests import cast
from tests.chat import scene
from tests.e2e.windows import NARROW, Windows, at, composer, row

CODE = "def greet(name):\n    if name:\n        return name\n"
PASTE = """(area, given) => {
  const data = new DataTransfer();
  for (const [type, text] of Object.entries(given)) data.setData(type, text);
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def paste(page: Page, **given: str) -> None:
    """Paste as a browser would tell it; a paste that nobody takes changes nothing here."""
    types = {"text": "text/plain", "html": "text/html", "editor": "vscode-editor-data"}
    composer(page).focus()
    composer(page).evaluate(PASTE, {types[name]: text for name, text in given.items()})


def test_pasted_code_keeps_its_lines_and_can_be_undone(windows: Windows, anna: Member) -> None:
    page = windows.open(anna, at(scene.new_channel(anna, "paste")))
    paste(page, text=CODE)
    expect(composer(page)).to_have_value(f"```\n{CODE.rstrip()}\n```\n")
    page.keyboard.press("Control+z")
    expect(composer(page)).to_have_value(CODE)
    composer(page).fill("See:")
    paste(page, text="a = 1\nb = 2", editor='{"version":1,"mode":"python"}')
    expect(composer(page)).to_have_value("See:\n```python\na = 1\nb = 2\n```\n")
    composer(page).fill("")
    paste(page, text="x `y`\n```\n", html="<pre>x `y`\n```</pre>")
    expect(composer(page)).to_have_value("````\nx `y`\n```\n````\n")


def test_pasted_prose_is_left_to_the_browser(windows: Windows, anna: Member) -> None:
    page = windows.open(anna, at(scene.new_channel(anna, "prose")))
    for text in (
        "Dear Ben,\n\nhow are you?\n",
        "- one\n  - two\n- three",
        "one line",
        "```\nx\n```",
        "a (b)\nc, d",
    ):
        paste(page, text=text)
        expect(composer(page)).to_have_value("")


def test_enter_goes_on_within_code_and_lists(windows: Windows, anna: Member) -> None:
    page = windows.open(anna, at(scene.new_channel(anna, "lines")))
    area = composer(page)
    area.press_sequentially("```")
    area.press("Shift+Enter")
    area.press_sequentially("  x")
    area.press("Enter")
    area.press_sequentially("y")
    expect(area).to_have_value("```\n  x\n  y")
    area.press("Control+Enter")
    expect(row(page, "y").locator("pre")).to_be_visible()
    area.press_sequentially("1. one")
    area.press("Shift+Enter")
    expect(area).to_have_value("1. one\n2. ")
    area.press("Shift+Enter")
    expect(area).to_have_value("1. one\n")
    area.fill("bold")
    area.press("Control+a")
    area.press("Control+b")
    expect(area).to_have_value("**bold**")


def test_what_is_left_is_counted_near_the_limit(windows: Windows, anna: Member) -> None:
    page = windows.open(anna, at(scene.new_channel(anna, "counted")))
    counter = page.locator("#channel-composer .counter")
    composer(page).fill("x" * 8000)
    expect(counter).to_be_hidden()
    composer(page).fill("x" * 9990)
    expect(counter).to_have_text("10")
    composer(page).fill("x" * 10_002)
    expect(counter).to_have_text("-2")
    box = composer(page).bounding_box()
    assert box is not None
    assert box["height"] <= 400


def test_the_arrow_up_finds_my_last_message_far_above(windows: Windows, anna: Member, ben: Member) -> None:
    channel = scene.new_channel(anna, "far-above", ben)
    mine = scene.post(anna, channel, "Long ago")
    for number in range(60):
        newest = scene.post(ben, channel, f"No. {number}")
    mark_read(cast.caller_of(anna), channel, message_id=newest.pk)
    page = windows.open(anna, at(channel))
    expect(row(page, mine)).to_have_count(0)
    composer(page).press("ArrowUp")
    expect(row(page, mine).get_by_label("Edit the message")).to_be_focused()


def test_on_a_touch_screen_enter_makes_a_line(windows: Windows, anna: Member) -> None:
    page = windows.open(
        anna, at(scene.new_channel(anna, "touch")), viewport=NARROW, has_touch=True, is_mobile=True
    )
    composer(page).press_sequentially("one")
    composer(page).press("Enter")
    composer(page).press_sequentially("two")
    expect(composer(page)).to_have_value("one\ntwo")
    page.get_by_role("button", name="Send").tap()
    expect(row(page, "two")).to_have_count(1)
