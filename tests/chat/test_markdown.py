"""Markdown as chat knows it, its mentions, and its bounds."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chat.markdown import (
    MAX_LENGTH,
    Mentioned,
    candidates,
    mentioned_ids,
    plain_text,
    renamed,
    render,
)
from chat.markdown.blocks import MAX_CELLS, MAX_DEPTH
from chat.markdown.highlighting import CLASSES, LANGUAGES, Painter
from chat.markdown.tidying import MAX_EMPHASIS
from tests.chat.test_xss_payloads import Page, assert_harmless

REL = 'rel="nofollow noopener noreferrer"'
NAMES = {
    "anna": [1],
    "anna lind": [5],
    "ben": [7],
    "chloe": [8, 12],
    "d. o'neil-smith jr.": [9],
    "अनिता देवी": [10],
    "j_r": [11],
}


def html(body: str) -> str:
    return render(body, NAMES).html.strip()


def mention(member: int, written: str) -> str:
    return f'<span class="mention" data-member="{member}">@{written}</span>'


# What chat knows


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("**bold** *italic* _italic_", "<strong>bold</strong> <em>italic</em> <em>italic</em>"),
        ("~~gone~~ ~not~", "<s>gone</s> ~not~"),
        ("`a *b* <c>`", "<code>a *b* &lt;c&gt;</code>"),
        ("snake_case_name 2*3*4", "snake_case_name 2<em>3</em>4"),
        ("one\ntwo", "one<br>\ntwo"),
        ("    not code", "not code"),
        (r"\*as typed\*", "*as typed*"),
        ("&lt; &copy; <b>", "&amp;lt; &amp;copy; &lt;b&gt;"),
        ("[a]() [*b*]()", "[a]() [<em>b</em>]()"),
        ("[a]: https://a.example", f'[a]: <a href="https://a.example" {REL}>https://a.example</a>'),
    ],
)  # fmt: skip
def test_text(body: str, expected: str) -> None:
    assert html(body) == f"<p>{expected}</p>"


def test_blocks() -> None:
    assert html("- a\n- b\n  1. c") == "<ul>\n<li>a</li>\n<li>b\n<ol>\n<li>c</li>\n</ol>\n</li>\n</ul>"
    assert html("3. c") == '<ol start="3">\n<li>c</li>\n</ol>'
    assert html("a\n\n---\n\nb") == "<p>a</p>\n<hr>\n<p>b</p>"
    assert html("## News of *today*") == '<p class="heading"><strong>News of <em>today</em></strong></p>'


def test_an_underlined_line_is_no_heading() -> None:
    assert html("text\n---") == "<p>text</p>\n<hr>"
    assert html("text\n===") == "<p>text<br>\n===</p>"


def test_a_quote_ends_with_its_last_mark() -> None:
    assert html("> asked\nanswered") == "<blockquote>\n<p>asked</p>\n</blockquote>\n<p>answered</p>"
    assert html("> > a\n> b").count("<blockquote>") == 2
    assert "b</p>\n</blockquote>\n" in html("> > a\n> b\nc")


def test_a_table() -> None:
    table = html("| a | b |\n|:--|--:|\n| **c** | @Ben\\|7 |")
    assert '<table tabindex="0">' in table
    assert "<th>a</th>" in table
    assert f"<td><strong>c</strong></td>\n<td>{mention(7, 'Ben')}</td>" in table


# Code


def test_a_fence_is_coloured() -> None:
    rendered = render("```python\nreturn 1\n```", {})
    assert rendered.html.strip() == (
        '<pre tabindex="0"><code><span class="k">return</span> <span class="m">1</span>\n</code></pre>'
    )
    assert rendered.has_code


@pytest.mark.parametrize("language", ["", "klingon", "x" * 5000, "python-", "http", '"><b>'])
def test_a_fence_of_no_known_language_is_plain(language: str) -> None:
    assert html(f"```{language}\nif <x>:\n```") == '<pre tabindex="0"><code>if &lt;x&gt;:\n</code></pre>'


@pytest.mark.parametrize(
    "language", ["py", "PYTHON", "js title=x", "c++", "rs", "sh", "yml", "psql", "ini", "console"]
)
def test_languages_have_the_names_people_write(language: str) -> None:
    assert '<span class="s">' in html(f"```{language}\nx = \"text\"\ny: 'text'\n```")


def test_inline_code_counts_as_code() -> None:
    assert render("a `b`", {}).has_code
    assert not render("a b", {}).has_code


def test_painting_ends_with_its_time() -> None:
    code = "".join(f"x{line} = 'text'\n" for line in range(50))
    assert Page(Painter(0).paint(code, "python")).tags == []
    cut = Page(Painter(1e-9).paint(code, "python"))
    assert len(cut.tags) <= 1
    assert cut.text == code


def test_fences_of_a_message_share_one_time() -> None:
    painter = Painter(1e-9)
    painter.paint("x = 'text'\n", "python")
    assert painter.paint("x = 'text'\n", "python") == "x = &#x27;text&#x27;\n".replace("&#x27;", "'")


@given(
    code=st.text(st.sampled_from("\"'`<>/#*\\(){}[]$%@ \n\taiq0:;=-éः"), max_size=60),
    language=st.sampled_from(sorted(LANGUAGES)),
)
@settings(deadline=None)
def test_colours_change_no_character(code: str, language: str) -> None:
    assert Page(Painter().paint(code, language)).text == code


def test_the_stylesheet_names_each_class_and_no_other() -> None:
    css = (Path(__file__).parents[2] / "static/css/code.css").read_text("utf-8")
    assert set(re.findall(r"\.([a-z]+)\b(?=[, ])", css.partition("@layer components")[2])) == {
        *CLASSES.values()
    } - {""}
    assert set(re.findall(r"var\((--code-\w+)", css)) == set(
        re.findall(r"^    (--code-\w+): light-dark", css, re.MULTILINE)
    )


# Links


@pytest.mark.parametrize(
    ("body", "address", "text"),
    [
        ("[text](https://a.example)", "https://a.example", "text"),
        ('[text](https://a.example "a title")', "https://a.example", "text"),
        ("[text](mailto:a@b.example)", "mailto:a@b.example", "text"),
        ("<https://a.example>", "https://a.example", "https://a.example"),
        ("https://a.example/b_c_d?e=*f", "https://a.example/b_c_d?e=*f", "https://a.example/b_c_d?e=*f"),
        ("HTTP://A.example", "HTTP://A.example", "HTTP://A.example"),
        ("mailto:a@b.example", "mailto:a@b.example", "mailto:a@b.example"),
        ("http://localhost:8000/x", "http://localhost:8000/x", "http://localhost:8000/x"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example", "https://münchen.example"),
        ("![text](https://a.example/b.png)", "https://a.example/b.png", "text"),
        ("![](https://a.example/b.png)", "https://a.example/b.png", "https://a.example/b.png"),
        ("[ ](https://a.example)", "https://a.example", "https://a.example"),
        ("[![text](https://a.example/b.png)](https://c.example)", "https://c.example", "text"),
        ("[<https://a.example>](https://c.example)", "https://c.example", "https://a.example"),
        ("[https://a.example](https://c.example)", "https://c.example", "https://a.example"),
    ],
)
def test_a_link(body: str, address: str, text: str) -> None:
    rendered = render(body, {})
    assert re.findall(r'<a href="([^"]*)"', rendered.html) == [address]
    assert REL in rendered.html
    assert Page(rendered.html).text.strip() == text
    assert rendered.has_link


@pytest.mark.parametrize(
    "around", ["({})", "{}.", "{}, and", "**{}**", "*{}*", "_{}_", "~~{}~~", '"{}"', "{}!", "> {}"]
)
def test_an_address_ends_before_what_is_around_it(around: str) -> None:
    assert 'href="https://a.example/b"' in html(around.format("https://a.example/b"))


@pytest.mark.parametrize(
    "body",
    [
        "README.md", "foo.py", "www.a.example", "a@b.example", "//a.example", "ftp://a.example",
        "xhttp://a.example", "javascript:alert(1)", "[a](b.html)", "[a](/b)", "[a](#b)",
        "[a](ftp://a.example)", "[a](https:b)", "http://", "https:", "mailto:", "note: x",
        "https://a.example/" + "b" * 2000, "`https://a.example`", "[a][b]\n\n[b]: c",
    ],
)  # fmt: skip
def test_no_link(body: str) -> None:
    rendered = render(body, {})
    assert "<a" not in rendered.html
    assert not rendered.has_link


# Mentions


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("@Anna Lind hello", mention(5, "Anna Lind") + " hello"),
        ("@anna LIND", mention(5, "anna LIND")),
        ("@Anna Lindgren", mention(1, "Anna") + " Lindgren"),
        ("@Anna Lind's", mention(5, "Anna Lind") + "'s"),
        ("@Anna Lind.", mention(5, "Anna Lind") + "."),
        ("(@Ben)", f"({mention(7, 'Ben')})"),
        ("@Ben,@Anna", f"{mention(7, 'Ben')},{mention(1, 'Anna')}"),
        ("**@Ben**", f"<strong>{mention(7, 'Ben')}</strong>"),
        ("_@Ben_", f"<em>{mention(7, 'Ben')}</em>"),
        ("@D. O'Neil-Smith Jr.", mention(9, "D. O'Neil-Smith Jr.")),
        ("@अनिता देवी", mention(10, "अनिता देवी")),
        ("@J_R", mention(11, "J_R")),
        ("@Ben|7 hello", mention(7, "Ben") + " hello"),
        ("@Chloe|12", mention(12, "Chloe")),
    ],
)
def test_a_mention(body: str, expected: str) -> None:
    assert html(body) == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    "body",
    [
        "@Annabel", "me@Ben", "é@Ben", "@Ben_", "@Ben_Smith", "`@Ben`", "```\n@Ben\n```", r"\@Ben", "@ Ben",
        "@Nobody", "https://a.example/@Ben", "<mailto:x@ben>", "@Chloe", "@Chloe|1", "@Chloe|122", "@Ben|8",
        "@channels", "me@here", "`@channel`", "@अनिता देवीं", "@\nBen",
    ],
)  # fmt: skip
def test_no_mention(body: str) -> None:
    names = NAMES | {"ben_": []} if body == "@Ben_" else NAMES
    rendered = render(body, names)
    assert rendered.mentions == ()
    assert "mention" not in rendered.html


def test_a_longer_name_that_several_have_hides_a_shorter_one() -> None:
    assert render("@Anna Lind", {"anna": [1], "anna lind": [5, 6]}).mentions == ()


def test_a_mention_in_a_link_is_the_link_s_text() -> None:
    rendered = render("[@Ben](https://a.example)", NAMES)
    assert Page(rendered.html).text.strip() == "@Ben"
    assert rendered.mentions == ()


@pytest.mark.parametrize("kind", ["channel", "here"])
def test_everyone(kind: str) -> None:
    rendered = render(f"@{kind}: look, @{kind.upper()}", NAMES)
    assert f'<span class="mention mention-all" data-mention="{kind}">@{kind}</span>:' in rendered.html
    assert rendered.mentions == (Mentioned(None, kind, kind),)


def test_each_member_is_mentioned_once_in_their_order() -> None:
    rendered = render("@Ben @here @Anna @ben|7 @here", NAMES)
    assert rendered.mentions == (
        Mentioned(7, "member", "Ben"),
        Mentioned(None, "here", "here"),
        Mentioned(1, "member", "Anna"),
    )
    assert mentioned_ids(rendered.html) == {1, 7}


def test_candidates_are_the_beginnings_of_what_follows() -> None:
    assert candidates("Ask @Anna Lind, or @ben|7") == {"anna", "anna lind", "ben"}
    assert candidates("@a b c d e f g") == {"a", "a b", "a b c", "a b c d", "a b c d e", "a b c d e f"}
    assert candidates("@Jr. x") == {"jr", "jr.", "jr. x"}
    assert candidates("@channel, @Here! me@Ben @ @-") == frozenset()
    assert len(candidates(" ".join(f"@name{number} is" for number in range(1000)))) == 200


@given(
    body=st.lists(
        st.sampled_from(
            [*(f"@{name}" for name in NAMES), *NAMES, "|7", "|12", "|", " ", "\n", "> ", "- ", "*", "_", "`"]
        )
    ).map("".join)
)
@settings(deadline=None)
def test_whoever_is_mentioned_was_a_candidate(body: str) -> None:
    found = candidates(body)
    for one in render(body, NAMES).mentions:
        assert one.written.casefold() in found
        assert one.member in NAMES[one.written.casefold()]


# Stored HTML


def test_a_new_name_is_shown() -> None:
    stored = html("@Anna Lind and @Ben, not `@Ben`")
    assert renamed(stored, {5: "Anna <b> & Co"}) == stored.replace("@Anna Lind", "@Anna &lt;b&gt; &amp; Co")
    assert renamed(stored, {}) == stored


@given(name=st.text(), other=st.text())
def test_renaming_twice_is_renaming_once(name: str, other: str) -> None:
    stored = html("@Anna Lind, @Ben **@here**")
    once = renamed(stored, {5: name, 7: other})
    assert renamed(once, {5: name, 7: other}) == once
    assert renamed(renamed(once, {5: "x"}), {5: name}) == once
    assert mentioned_ids(once) == {5, 7}


def test_what_looks_like_a_mention_isn_t_renamed() -> None:
    typed = '<span class="mention" data-member="7">@Ben</span>'
    for body in (typed, f"`{typed}`", f"```html\n{typed}\n```", f"[x](https://a.example '{typed}')"):
        stored = render(body, {}).html
        assert mentioned_ids(stored) == frozenset()
        assert renamed(stored, {7: "x"}) == stored


# One line


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("**Hello** @Anna Lind|5,\n> see [this](https://a.example)", "Hello @Anna Lind, see this"),
        ("- a\n- b\n\n```python\nx = 1\n```", "a b x = 1"),
        ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
        ("# Head\ntext", "Head text"),
        ("![cat](https://a.example/c.png) `@x|1`", "cat @x|1"),
        ("<b>x</b> &amp;", "<b>x</b> &amp;"),
        ("0123456789", "0123456789"),
        ("0123456789a", "012345678…"),
        ("01234567 9a", "01234567…"),
    ],
)
def test_plain_text(body: str, expected: str) -> None:
    assert plain_text(body, limit=10 if body.startswith("01") else 100) == expected


# Bounds


def depth(html: str, tag: str) -> int:
    level = deepest = 0
    for closing in re.findall(rf"<(/?)(?:{tag})\b", html):
        level += -1 if closing else 1
        deepest = max(deepest, level)
    return deepest


def test_quotes_and_lists_are_nested_within_bounds() -> None:
    assert depth(html("> " * 100 + "x"), "blockquote") == MAX_DEPTH
    assert depth(html("- " * 50 + "x"), "ul|li") == MAX_DEPTH
    assert depth(html("> - " * 50 + "x"), "blockquote|ul|li") <= MAX_DEPTH + 1


@pytest.mark.parametrize("mark", [">", "> ", "- ", "1. ", "> - ", "- > ", "> 1. - "])
def test_what_is_nested_too_deep_is_text(mark: str) -> None:
    assert "the end" in html(mark * 300 + "the end")


def test_emphasis_is_nested_within_bounds() -> None:
    for body in (
        "*a " * 100 + " a*" * 100,
        "*" * 100 + "x" + "*" * 100,
        "~~a *b **c " * 50 + " c** b* a~~" * 50,
    ):
        rendered = html(body)
        assert depth(rendered, "em|strong|s") == MAX_EMPHASIS
        assert Page(rendered).text.count("a") == body.count("a")


def test_a_table_is_no_larger_than_its_bound() -> None:
    body = "|" * 60 + "\n" + "|-" * 59 + "|\n" + "a\n" * 4_800
    assert "<table" not in html(body)
    assert len(html(body)) < 10 * len(body)
    assert html("|a|b|\n|-|-|\n" + "|c|d|\n" * 200).count("<td>") == 400 < MAX_CELLS


@pytest.mark.parametrize(
    "unit",
    [
        "[", "]", "*", "**a ", "_", "~~", ">", "> ", "- ", "`", "`a", "<", "<a@", "@", "@a ",
        "@a b c d e f ", "![", "[a](", "[](", "](", "\\", "|", "|-", "a|b\n-|-\n", "#", "\n# ",
        "http://", "http://a/(", "mailto:", "http://|a#", "&", "\n\n", "```\n", "[a](http://b)", "*_",
        "a.", "> - ",
    ],
)  # fmt: skip
def test_a_message_of_one_thing_only_is_rendered(unit: str) -> None:
    body = (unit * MAX_LENGTH)[:MAX_LENGTH]
    rendered = render(body, {"a": [1]})
    assert len(rendered.html) <= 25 * MAX_LENGTH
    assert_harmless(rendered.html)
    assert len(plain_text(body, limit=80)) <= 80


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_code_of_one_thing_only_is_rendered(language: str) -> None:
    code = "\n" * (MAX_LENGTH // 4)
    assert Page(render(f"```{language}\n{code}```", {}).html).text == code + "\n"


# Anything

PIECES = [
    "*", "**", "_", "~~", "`", "```", "```python\n", "> ", "- ", "1. ", "# ", "\n", "\n\n", "    ", "|",
    "|-|-|\n", "[", "](", ")", "![", "<", ">", "</", "https://a.example", "javascript:", "mailto:a@b",
    "@Anna Lind", "@Ben|7", "@here", "\\", "&amp;", '"', "'", "<script>", " onclick=", "---\n", "\t",
    "\0", "\r\n",
]  # fmt: skip
MARKUP = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=40).map("".join)


@given(body=st.one_of(st.text(), MARKUP))
@example("![[a](https://a.example)](https://b.example)")
@settings(deadline=None, max_examples=300)
def test_any_text_is_rendered_the_same_each_time_and_is_harmless(body: str) -> None:
    first = render(body, NAMES)
    assert_harmless(first.html)
    assert render(body, NAMES) == first
    assert mentioned_ids(first.html) == {one.member for one in first.mentions if one.member}
    assert first.has_link == ("<a href" in first.html)
    assert first.has_code == ("<code>" in first.html)
    assert renamed(first.html, {}) == first.html
    line = plain_text(body, limit=30)
    assert len(line) <= 30
    assert line == " ".join(line.split())


def test_threads_share_the_parser() -> None:
    bodies = [
        f"@Ben {number} **{number}** https://a.example/{number}\n```python\nx = {number}\n```"
        for number in range(200)
    ]
    alone = [render(body, NAMES) for body in bodies]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda body: render(body, NAMES), bodies))
    assert together == alone
    assert all(one.html != other.html for one, other in pairwise(together))
