"""HTML from strangers."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from putthrough.kit.html import safe, to_text

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java&#9;script:alert(1)'>x</a>",
    "<a href='java&#1;script:alert(1)'>x</a>",
    "<a href='java&#8238;script:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/logout'>x</a>",
    "<iframe src=https://evil.example></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=https://evil.example><input name=p><button>ok</button></form>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example>",
    "<style>@import 'https://evil.example'</style>",
    "<p style='background:url(https://evil.example)'>x</p>",
    "<table background=https://evil.example><td background=https://evil.example>x",
    "<img src=https://evil.example/pixel.gif width=1 height=1>",
    "<img srcset='https://evil.example 1x'>",
    "<img src='cid:x' onload=alert(1)>",
    "<video poster=https://evil.example><source src=https://evil.example></video>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<textarea></textarea><script>alert(1)</script>",
    "<template><script>alert(1)</script></template>",
    "<a title='\"><script>alert(1)</script>'>x</a>",
    "<<script>script>alert(1)<</script>/script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<b id=x class=y name=z onclick=alert(1)>x</b>",
]
ALLOWED = {
    "href",
    "title",
    "src",
    "alt",
    "width",
    "height",
    "rel",
    "dir",
    "lang",
    "colspan",
    "rowspan",
    "align",
    "valign",
    "start",
}


class _Judge(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {
            "script",
            "style",
            "svg",
            "math",
            "iframe",
            "object",
            "form",
            "input",
            "meta",
            "link",
            "base",
            "video",
        }
        for name, value in attrs:
            assert name in ALLOWED
            if name == "href":
                assert (value or "").lower().startswith(("http://", "https://", "mailto:", "tel:"))
                assert dict(attrs)["rel"] == "noopener noreferrer nofollow"
            if name == "src":
                assert (value or "").startswith("cid:")


def _judge(html: str) -> None:
    _Judge().feed(html)
    assert "evil.example/pixel" not in html


MANY = "<p>x</p>" * 600


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("around", ["{}", "<div>{}</div>", MANY + "{}", "{}" + MANY, "<p title='{}'>"])
def test_nothing_harmful_is_left(payload: str, around: str) -> None:
    _judge(safe(around.replace("{}", payload)))


_pieces = st.lists(
    st.sampled_from(
        [*PAYLOADS, "<p>", "</p>", "<", ">", '"', "'", "&lt;", "&", "<a href=", "cid:x", "<!--", "-->", " "]
    )
    | st.text(max_size=5),
    max_size=12,
).map("".join)


@given(_pieces, st.booleans())
def test_safe_html_is_safe_and_stays_as_it_is(html: str, many: bool) -> None:
    once = safe(html + (MANY if many else ""))
    _judge(once)
    assert safe(once) == once
    to_text(once)


@pytest.mark.parametrize("many", ["", MANY])
def test_what_residents_send_is_kept(many: str) -> None:
    html = '<p>Hi <b>you</b>: <a href="https://example.org/?a=1&amp;b=2">map</a></p><img src="cid:p1" alt="hole">'
    kept = safe(html + many)
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer nofollow">map</a>' in kept
    assert '<img src="cid:p1" alt="hole">' in kept
    assert "Hi <b>you</b>" in kept


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<p><font color={}>",
        "<b>",
        "<table><td>",
        "<div><!--</div>-->",
        "<blockquote>x",
        "<a '",
        "<script>",
    ],
)
def test_hostile_nesting_stays_in_bounds(piece: str) -> None:
    html = "".join(piece.replace("{}", str(at)) for at in range(300_000 // len(piece)))
    assert len(safe(html)) <= 4 * len(html)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<div><div>one</div></div>\n <div>two</div>", "one\ntwo"),
        ("a  \n b&nbsp;c &lt;d&gt; &amp;amp; é", "a b c <d> &amp; é"),
        ("<ul><li>a<li>b</ul>after", "- a\n- b\n\nafter"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("me<blockquote>you<blockquote>me</blockquote></blockquote>end", "me\n\n> you\n>\n>> me\n\nend"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<p>x<br><br><br><br>y</p>", "x\n\ny"),
        ("<head><title>no</title><style>no</style></head>yes", "yes"),
        ('<a href="https://x.example/a>b" title="c>d">link</a>', "link"),
        ("", ""),
    ],
)
def test_text_of_html(html: str, text: str) -> None:
    assert to_text(safe(html)) == text
