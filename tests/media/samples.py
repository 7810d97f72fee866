"""Pictures and clips, good and hostile, made on the spot."""

import struct
import zlib
from fractions import Fraction

import av
from PIL import Image, ImageCms, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

RED, BLUE = (220, 30, 30), (30, 30, 220)


def halves(width, height):
    """Red on the left, blue on the right: shows which way up a picture is."""
    image = Image.new("RGB", (width, height), RED)
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), fill=BLUE)
    return image


def photo(path, width=640, height=480, **how):
    halves(width, height).save(path, **how)
    return path


def gps_exif(orientation=1):
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Make] = "A camera"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (52.0, 30.0, 59.0)
    return exif


def swapped_profile():
    """An sRGB profile in which red and blue have changed places: whoever applies it sees blue for red."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"####", 1).replace(b"bXYZ", b"rXYZ", 1).replace(b"####", b"bXYZ", 1)


def heic(path, width=640, height=480):
    """A still picture as phones make it: one HEVC key frame in the boxes of ISO 23008-12."""
    film = path.with_suffix(".hevc.mp4")
    with av.open(str(film), "w") as output:
        stream = output.add_stream("libx265", rate=1, options={"x265-params": "log-level=none"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        frame = av.VideoFrame.from_image(halves(width, height)).reformat(format="yuv420p")
        frame.pts, frame.time_base = 0, Fraction(1)
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            packet.dts = packet.pts  # of a single frame x265 says something random
            output.mux(packet)
    raw = film.read_bytes()
    config, coded = _box_in(raw, b"hvcC"), _box_in(raw, b"mdat")[8:]
    meta = _heic_meta(config, width, height, len(coded), at=0)
    kind = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    meta = _heic_meta(config, width, height, len(coded), at=len(kind) + len(meta) + 8)
    path.write_bytes(kind + meta + box(b"mdat", coded))
    return path


def _box_in(raw, kind):
    at = raw.index(kind) - 4
    return raw[at : at + int.from_bytes(raw[at : at + 4], "big")]


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def _heic_meta(config, width, height, length, at):
    whole = bytes(4)  # version and flags
    return box(
        b"meta",
        whole,
        box(b"hdlr", whole, bytes(4), b"pict", bytes(12), b"\0"),
        box(b"pitm", whole, struct.pack(">H", 1)),
        box(b"iloc", whole, struct.pack(">BBHHHHII", 0x44, 0, 1, 1, 0, 1, at, length)),
        box(b"iinf", whole, struct.pack(">H", 1), box(b"infe", b"\2\0\0\0", struct.pack(">HH", 1, 0), b"hvc1", b"\0")),
        box(
            b"iprp",
            box(b"ipco", config, box(b"ispe", whole, struct.pack(">II", width, height))),
            box(b"ipma", whole, struct.pack(">IHBBB", 1, 1, 2, 0x81, 2)),
        ),
    )


def pixel_bomb(path, width, height):
    """A PNG of a few kilobytes that claims, and holds, this many pixels."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + width // 8)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return path


def webp_bomb(path):
    """An animation of two dots on a canvas of 16383 x 16383 pixels, in a few hundred bytes."""
    dots = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE)]
    dots[0].save(path, format="WEBP", save_all=True, append_images=dots[1:])
    whole = bytearray(path.read_bytes())
    at = whole.index(b"VP8X") + 12
    whole[at : at + 6] = (16_382).to_bytes(3, "little") * 2
    path.write_bytes(whole)
    return path


def animation(path, **how):
    first, *rest = [Image.new("RGB", (400, 400), colour) for colour in (RED, BLUE, (0, 200, 0))]
    first.save(path, save_all=True, append_images=rest, duration=100, **how)
    return path


def clip(
    path, *, size=(320, 240), seconds=1.0, codec="libx264", pixels="yuv420p", sound=None, noisy=False, title="", **how
):
    """A clip in which a grey grows lighter, or in which every pixel is noise."""
    with av.open(str(path), "w", **how) as output:
        if title:
            output.metadata["title"] = title
        quiet = {"x265-params": "log-level=none"} if codec == "libx265" else {}
        video = output.add_stream(codec, rate=24, options=quiet)
        video.width, video.height, video.pix_fmt = *size, pixels
        noise = Image.effect_noise(size, 120).convert("RGB")
        audio = output.add_stream(sound, rate=48_000, layout="stereo") if sound else None
        for number in range(round(seconds * 24)):
            image = noise.rotate(90 * (number % 4)) if noisy else Image.new("RGB", size, (number * 4,) * 3)
            frame = av.VideoFrame.from_image(image)
            frame.pts, frame.time_base = number, Fraction(1, 24)
            output.mux(video.encode(frame.reformat(format=pixels)))
        output.mux(video.encode(None))
        if audio:
            hum(output, audio, seconds)
    return path


def hum(output, audio, seconds):
    for number in range(round(seconds * 48_000 / 1024)):
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        for plane in frame.planes:
            plane.update(struct.pack("<1024f", *(0.2 * ((n % 100) / 50 - 1) for n in range(1024))))
        frame.pts, frame.sample_rate, frame.time_base = number * 1024, 48_000, Fraction(1, 48_000)
        output.mux(audio.encode(frame))
    output.mux(audio.encode(None))
