"""Members' pictures: given, shown to whoever may see the member, taken away."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, ImageCms

from accounts.actions import set_picture
from accounts.caller import Caller
from accounts.models import Member, Picture
from accounts.pictures import SIDE
from chat.actions import post_message
from chat.models import Channel
from tests.accounts.looking import is_missing, last_entry, path, text
from tests.chat.scene import new_channel

ClientOf = Callable[[Member], Client]
CallerOf = Callable[[Member], Caller]


def image(
    kind: str = "PNG", *, size: tuple[int, int] = (300, 200), mode: str = "RGB", **options: Any
) -> bytes:
    """Red on the left half, blue on the right."""
    picture = Image.new(mode, size, "blue")
    picture.paste(Image.new(mode, (size[0] // 2, size[1]), "red"))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def give(client: Client, content: bytes, name: str = "me.png") -> Any:
    return client.post(path("set_picture"), {"picture": SimpleUploadedFile(name, content)})


def stored(member: Member) -> Image.Image:
    return Image.open(io.BytesIO(bytes(Picture.objects.get(member=member).content)))


@pytest.fixture
def pictured(ben: Member, caller: CallerOf) -> Member:
    """Ben, with a picture."""
    return set_picture(caller(ben), ben, picture=image())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_the_middle_of_a_picture_is_kept_as_a_square(kind: str, chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    assert give(client, image(kind)).status_code == 302
    chloe.refresh_from_db()
    kept = stored(chloe).convert("RGB")
    assert (kept.format or "WEBP", kept.size) == ("WEBP", (SIDE, SIDE))
    left, right = kept.getpixel((20, 96)), kept.getpixel((170, 96))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > 60 > left[2]
    assert right[2] > 200 > 60 > right[0]
    answer = client.get(chloe.picture_url)
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"].startswith("private")
    assert "immutable" in answer["Cache-Control"]
    assert answer.content == bytes(Picture.objects.get(member=chloe).content)


def test_it_is_on_record_without_the_picture_itself(pictured: Member) -> None:
    entry = last_entry()
    assert (entry.action, entry.subject_id) == ("member.update", pictured.pk)
    assert (entry.value.old, entry.value.new) == ({"picture": ""}, {"picture": pictured.picture})


def test_where_and_when_a_photo_was_taken_is_not_kept_and_it_stands_upright(
    chloe: Member, caller: CallerOf
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    exif[0x010F] = "A camera"
    set_picture(caller(chloe), chloe, picture=image("JPEG", exif=exif.tobytes()))
    kept = stored(chloe)
    assert not kept.getexif()
    assert "exif" not in kept.info
    left = kept.convert("RGB").getpixel((20, 96))
    assert isinstance(left, tuple)
    assert left[2] > 200


def test_a_colour_profile_is_applied_and_a_broken_one_is_let_be(chloe: Member, caller: CallerOf) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for given in (profile, b"not a profile"):
        set_picture(caller(chloe), chloe, picture=image("PNG", icc_profile=given))
        assert "icc_profile" not in stored(chloe).info


def test_a_broken_word_of_how_a_photo_was_held_is_let_be(chloe: Member, caller: CallerOf) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x0100] = 6, 5
    # A width that says it's a text: Pillow reads it, and fails to write it again.
    broken = exif.tobytes().replace(b"\x01\x00\x00\x04", b"\x01\x00\x00\x02")
    assert broken != exif.tobytes()
    set_picture(caller(chloe), chloe, picture=image("JPEG", exif=broken))
    assert stored(chloe).size == (SIDE, SIDE)


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "PNG"), ("RGBA", "WEBP"), ("P", "GIF"), ("I;16", "PNG")])
def test_a_large_picture_is_unpacked_once_and_keeps_its_middle(
    mode: str, kind: str, chloe: Member, caller: CallerOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """50 megapixels are 200 MB: what is done with them is done with fewer."""
    seen: list[int] = []
    whole = ImageCms.profileToProfile

    def noting(given: Image.Image, *more: Any) -> Any:
        seen.append(given.width)
        return whole(given, *more)

    monkeypatch.setattr(ImageCms, "profileToProfile", noting)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    if mode == "I;16":
        content = io.BytesIO()
        Image.new(mode, (1701, 1303), 40_000).save(content, kind)
        set_picture(caller(chloe), chloe, picture=content.getvalue())
        return
    options = {} if mode == "P" else {"icc_profile": profile}
    made = Image.new("RGB", (1701, 1303), "blue")
    made.paste(Image.new("RGB", (850, 1303), "red"))
    content = io.BytesIO()
    made.convert(mode).save(content, kind, **options)
    set_picture(caller(chloe), chloe, picture=content.getvalue())
    kept = stored(chloe).convert("RGB")
    left, right = kept.getpixel((90, 190)), kept.getpixel((102, 190))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > 60 > left[2]
    assert right[2] > 200 > 60 > right[0]
    assert all(width < 1000 for width in seen)
    assert len(seen) == (mode != "P")


def test_what_is_transparent_stays_so(chloe: Member, caller: CallerOf) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(out, "PNG")
    set_picture(caller(chloe), chloe, picture=out.getvalue())
    assert stored(chloe).convert("RGBA").getpixel((96, 96))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "can&#x27;t be read as a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "can&#x27;t be read as a picture"),
        (image()[:120], "can&#x27;t be read as a picture"),
        (image("BMP"), "can&#x27;t be read as a picture"),
        (b"\x89PNG" + b"x" * 10_000_000, "over 10 MB"),
        (image(size=(10_000, 5_001), mode="1"), "over 50 megapixels"),
    ],
    ids=["empty", "svg", "cut", "bmp", "heavy", "large"],
)
def test_what_is_no_picture_is_refused_and_the_earlier_one_stays(
    content: bytes, said: str, ben: Member, pictured: Member, client_of: ClientOf
) -> None:
    answer = give(client_of(ben), content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    ben.refresh_from_db()
    assert ben.picture == pictured.picture
    assert pictured.picture_url in answer.content.decode()


def test_nothing_chosen_is_said(chloe: Member, client_of: ClientOf) -> None:
    answer = client_of(chloe).post(path("set_picture"))
    assert answer.status_code == 422
    assert "This field is required." in text(answer)


def test_every_row_and_page_shows_it_at_once_and_drops_it_with_the_picture(
    ben: Member, chloe: Member, caller: CallerOf, client_of: ClientOf
) -> None:
    channel = Channel.objects.get(organization=ben.organization, name="general")
    post_message(caller(ben), channel, body="Before there was a picture")
    reader = client_of(chloe)
    pages = (f"/o/acme/c/{channel.pk}/", path("people"), path("person", ben.pk))
    assert all("/pictures/" not in reader.get(page).content.decode() for page in pages)
    url = set_picture(caller(ben), ben, picture=image()).picture_url
    assert all(url in reader.get(page).content.decode() for page in pages)
    client_of(ben).post(path("remove_picture", ben.pk))
    assert all("/pictures/" not in reader.get(page).content.decode() for page in pages)
    assert reader.get(url).status_code == 404


def test_an_admin_removes_one_of_somebody_below_and_nobody_elses(
    anna: Member, ben: Member, chloe: Member, caller: CallerOf, client_of: ClientOf
) -> None:
    for member in (anna, ben, chloe):
        set_picture(caller(member), member, picture=image())
    admin = client_of(ben)
    assert path("remove_picture", chloe.pk) in admin.get(path("person", chloe.pk)).content.decode()
    assert admin.post(path("remove_picture", chloe.pk)).status_code == 302
    assert last_entry().value.new == {"picture": ""}
    assert path("remove_picture", anna.pk) not in admin.get(path("person", anna.pk)).content.decode()
    assert admin.post(path("remove_picture", anna.pk)).status_code == 403
    assert client_of(chloe).post(path("remove_picture", ben.pk)).status_code == 403
    chloe.refresh_from_db()
    assert not chloe.picture
    assert Picture.objects.count() == 2
    assert admin.get(path("remove_picture", chloe.pk)).status_code == 405


def test_it_is_not_there_for_another_organization_nor_for_a_stranger(
    ben: Member, pictured: Member, zoe: Member, client_of: ClientOf, client: Client
) -> None:
    url = pictured.picture_url
    assert client_of(ben).get(url).status_code == 200
    there, nowhere = (client_of(zoe).get(one) for one in (url, "/pictures/999999/0123456789abcdef.webp"))
    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)
    assert there.status_code == 404
    assert client.get(url).status_code == 404
    assert is_missing(client_of(zoe), client_of(zoe).post(path("remove_picture", ben.pk, slug="globex")))


def test_a_guest_sees_only_pictures_of_those_they_know(
    anna: Member, chloe: Member, gus: Member, caller: CallerOf, client_of: ClientOf
) -> None:
    anna_and_chloe = [set_picture(caller(one), one, picture=image()).picture_url for one in (anna, chloe)]
    guest = client_of(gus)
    assert [guest.get(url).status_code for url in anna_and_chloe] == [404, 404]
    new_channel(anna, "fair", gus, kind="private")
    assert [guest.get(url).status_code for url in anna_and_chloe] == [200, 404]


def test_nobody_keeps_the_server_busy_with_pictures(chloe: Member, ben: Member, client_of: ClientOf) -> None:
    client, content = client_of(chloe), image(size=(8, 8))
    assert [give(client, content).status_code for _ in range(11)] == [302] * 10 + [422]
    assert "changed your picture often" in text(give(client, content))
    assert give(client_of(ben), content).status_code == 302


def test_of_an_id_that_no_database_could_hold_there_is_none(chloe: Member, client_of: ClientOf) -> None:
    client = client_of(chloe)
    assert is_missing(client, client.get(f"/pictures/{10**30}/0123456789abcdef.webp"))
