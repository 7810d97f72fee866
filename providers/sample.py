"""The project's own sample photo: a smiling cat on a window sill in the evening sun, painted from scratch."""

from pathlib import Path

from PIL import Image, ImageChops

from providers.sample_brush import Canvas, Colour, Shade, chances

SIZE = (1280, 960)

_FUR = Shade((246, 172, 92), (190, 98, 40))
_STRIPE = (168, 82, 32)
_WHITE: Colour = (255, 246, 234)
_DARK = (64, 34, 26)


def draw_sample(path: Path) -> None:
    """Paint the picture and write it as a JPEG of 1280 x 960 pixels."""
    canvas = Canvas(SIZE)
    _outside(canvas)
    _window(canvas)
    _sill(canvas)
    _plant(canvas)
    _cat(canvas)
    _light(canvas)
    canvas.image.resize(SIZE, Image.Resampling.LANCZOS).save(path, "JPEG", quality=92)


# ------------------------------------------------------------------------------------------- the room


def _outside(canvas: Canvas) -> None:
    """An evening sky over hills, all out of focus."""
    size = canvas.image.size
    slope = Image.linear_gradient("L").resize(size)
    canvas.image.paste(
        Image.composite(Image.new("RGB", size, (255, 206, 130)), Image.new("RGB", size, (122, 168, 206)), slope)
    )
    canvas.flat(canvas.ellipse((330, 330), (420, 260)), (255, 232, 176), 0.8, blur=90)
    canvas.flat(canvas.ellipse((330, 330), (70, 70)), (255, 252, 230), blur=10)
    canvas.flat(canvas.ellipse((250, 900), (620, 330)), (148, 150, 120), 0.9, blur=14)
    canvas.flat(canvas.ellipse((1060, 930), (640, 400)), (110, 128, 96), 0.95, blur=14)
    canvas.flat(canvas.ellipse((620, 1000), (560, 320)), (86, 110, 76), 0.95, blur=14)
    chance = chances(5)
    for _ in range(26):
        centre, radius = (1280 * next(chance), 380 + 380 * next(chance)), 10 + 26 * next(chance)
        canvas.glow(canvas.ellipse(centre, (radius, radius)), (255, 220, 150), 0.16 + 0.2 * next(chance), blur=1.5)


def _window(canvas: Canvas) -> None:
    """Frame, bars and a curtain on either side."""
    wood = Shade((250, 234, 210), (186, 148, 116))
    for left, top, right, bottom in (
        (112, 0, 140, 800),
        (1140, 0, 1168, 800),
        (112, 0, 1168, 26),
        (836, 0, 856, 800),
        (140, 236, 1140, 254),
    ):
        bar = [(left, top), (right, top), (right, bottom), (left, bottom)]
        canvas.flat(canvas.polygon([(x + 5, y + 5) for x, y in bar]), (90, 54, 30), 0.35, blur=5)
        canvas.solid(canvas.polygon(bar), wood)
    for side in (0, 1):
        for fold in range(7):
            x = fold * 34 - 20 if side == 0 else 1280 - fold * 34 + 20
            foot = x + (10 - fold * 6) * (1 if side == 0 else -1)
            strip = [(x - 22, -10), (x + 22, -10), (foot + 26, 830), (foot - 26, 830)]
            canvas.solid(canvas.polygon(strip, round_by=4), Shade((236, 128, 104), (128, 44, 52)))


def _sill(canvas: Canvas) -> None:
    board = canvas.polygon([(0, 786), (1280, 786), (1280, 960), (0, 960)])
    canvas.solid(board, Shade((236, 178, 118), (120, 68, 40)))
    chance = chances(11)
    for _ in range(46):
        x, y = 1280 * next(chance), 796 + 150 * next(chance)
        grain = [(x, y), (x + 120, y + 4 * next(chance)), (x + 240 + 200 * next(chance), y)]
        canvas.flat(canvas.stroke(grain, (0.6, 2.2, 0.6)), (104, 54, 28), 0.3)
    canvas.flat(canvas.polygon([(0, 784), (1280, 784), (1280, 792), (0, 792)]), (255, 226, 176), 0.7, blur=2)


def _plant(canvas: Canvas) -> None:
    canvas.flat(canvas.ellipse((1050, 868), (130, 22)), (60, 26, 16), 0.55, blur=12)
    chance = chances(3)
    for number in range(13):
        lean = (number - 6) / 6
        tip = (1030 + lean * 150 + 16 * next(chance), 440 + abs(lean) * 190 + 50 * next(chance))
        bend = (1030 + lean * 84, 556 + abs(lean) * 46)
        canvas.solid(
            canvas.stroke([(1030 + lean * 24, 716), bend, tip], (5, 6, 26, 34, 24, 3)),
            Shade((112, 160, 84), (38, 82, 60)),
        )
        canvas.flat(canvas.stroke([(1030 + lean * 24, 716), bend, tip], (1, 1.5, 2, 1)), (196, 216, 140), 0.6)
    canvas.solid(
        canvas.polygon([(946, 716), (1114, 716), (1092, 868), (968, 868)], round_by=7),
        Shade((226, 130, 92), (126, 52, 40)),
    )
    canvas.solid(
        canvas.polygon([(934, 694), (1126, 694), (1122, 736), (938, 736)], round_by=6),
        Shade((240, 146, 104), (146, 64, 48)),
    )


# ------------------------------------------------------------------------------------------- the cat


def _cat(canvas: Canvas) -> None:
    canvas.flat(canvas.ellipse((590, 876), (290, 30)), (52, 22, 12), 0.6, blur=14)
    _tail(canvas)
    _body(canvas)
    _ears(canvas)
    _head(canvas)
    _eyes(canvas)
    _smile(canvas)
    _whiskers(canvas)


def _tail(canvas: Canvas) -> None:
    way = [(690, 840), (800, 872), (868, 812), (850, 720), (884, 660)]
    tail = canvas.stroke(way, (60, 62, 58, 54, 46, 30))
    canvas.solid(tail, _FUR)
    canvas.fur(tail, (760, 800), 21, 2500)
    tip = canvas.stroke([(853, 704), (860, 684), (884, 660)], (50, 46, 30))
    canvas.flat(ImageChops.multiply(tail, tip), _WHITE, 0.95, blur=3)


def _body(canvas: Canvas) -> None:
    outline = [
        (490, 560),
        (440, 660),
        (408, 780),
        (420, 868),
        (500, 886),
        (680, 886),
        (764, 868),
        (776, 780),
        (744, 660),
        (694, 560),
    ]
    body = canvas.polygon(outline, round_by=26)
    canvas.solid(body, _FUR)
    for side in (-1, 1):
        for y, long in ((650, 60), (706, 74), (762, 78)):
            edge = (592 + side * (150 + (y - 650) * 0.24), y)
            mark = canvas.stroke(
                [edge, (edge[0] - side * long * 0.6, y + 10), (edge[0] - side * long, y + 6)], (16, 14, 3)
            )
            canvas.flat(ImageChops.multiply(mark, body), _STRIPE, 0.75, blur=2)
    canvas.fur(body, (592, 500), 22, 9000)
    bib = canvas.polygon(
        [(520, 560), (664, 560), (676, 680), (640, 790), (592, 826), (544, 790), (508, 680)], round_by=22
    )
    canvas.flat(bib, _WHITE, 0.96, blur=6)
    canvas.flat(canvas.ellipse((592, 590), (150, 40)), _FUR.dark, 0.55, blur=24)
    for x in (530, 654):
        leg = canvas.polygon([(x - 40, 720), (x + 40, 720), (x + 46, 872), (x - 46, 872)], round_by=16)
        canvas.solid(leg, _FUR)
        canvas.fur(leg, (x, 640), 50 + x, 1500)
        paw = canvas.ellipse((x, 866), (62, 34))
        canvas.solid(paw, Shade(_WHITE, (226, 190, 158)))
        for toe in (-20, 20):
            canvas.flat(
                canvas.stroke([(x + toe, 868), (x + toe * 1.05, 880), (x + toe, 892)], (3, 4, 3)), (188, 136, 108)
            )


def _ears(canvas: Canvas) -> None:
    for side in (-1, 1):
        ear = canvas.polygon([(592 + side * x, y) for x, y in ((46, 300), (172, 138), (190, 366))], round_by=11)
        canvas.solid(ear, _FUR)
        canvas.fur(ear, (592 + side * 130, 360), 30 + side, 1600)
        inner = canvas.polygon([(592 + side * x, y) for x, y in ((84, 306), (161, 184), (174, 344))], round_by=9)
        canvas.solid(inner, Shade((246, 158, 148), (206, 106, 104)))
        for n in range(5):
            root = (592 + side * (88 + n * 8), 318 - n * 2)
            hair = [root, (root[0] + side * 18, 282 - n * 8), (root[0] + side * (34 + n * 4), 250 - n * 8)]
            canvas.flat(canvas.stroke(hair, (7, 5, 1)), _WHITE, 0.8, blur=0.6)


def _head(canvas: Canvas) -> None:
    half = [
        (70, 272), (150, 312), (200, 388), (214, 456), (236, 486), (204, 504), (214, 530), (176, 540), (120, 590),
        (50, 614),
    ]  # fmt: skip
    outline = [(592, 262), *((592 + x, y) for x, y in half), (592, 618), *((592 - x, y) for x, y in reversed(half))]
    head = canvas.polygon(outline, round_by=12)
    canvas.solid(head, Shade((252, 184, 104), (204, 112, 50)))
    _stripes(canvas, head)
    canvas.fur(head, (592, 480), 41, 9000)
    blaze = canvas.polygon([(580, 386), (604, 386), (628, 470), (556, 470)], round_by=10)
    canvas.flat(blaze, _WHITE, 0.9, blur=5)
    for side in (-1, 1):
        canvas.flat(canvas.ellipse((592 + side * 48, 524), (72, 56)), _WHITE, 0.97, blur=7)
        canvas.flat(canvas.ellipse((592 + side * 142, 510), (36, 22)), (255, 128, 104), 0.42, blur=14)
    canvas.flat(canvas.ellipse((592, 572), (58, 36)), _WHITE, 0.95, blur=7)


def _stripes(canvas: Canvas, head: Image.Image) -> None:
    ways = [[(592, 272), (592, 312), (592, 356)]]
    for side in (-1, 1):
        ways.append([(592 + side * 40, 276), (592 + side * 38, 312), (592 + side * 27, 350)])
        ways.append([(592 + side * 80, 286), (592 + side * 74, 314), (592 + side * 58, 342)])
        ways.append([(592 + side * 214, 436), (592 + side * 184, 444), (592 + side * 158, 458)])
        ways.append([(592 + side * 220, 486), (592 + side * 192, 486), (592 + side * 164, 490)])
    for way in ways:
        canvas.flat(ImageChops.multiply(canvas.stroke(way, (20, 17, 3)), head), _STRIPE, 0.8, blur=1.5)


def _eyes(canvas: Canvas) -> None:
    for side in (-1, 1):
        x, y = 592 + side * 92, 430
        canvas.flat(canvas.ellipse((x, y), (62, 58)), _WHITE, 0.55, blur=7)
        eye = canvas.ellipse((x, y), (50, 47))
        canvas.flat(canvas.ellipse((x, y), (54, 51)), _DARK)
        canvas.solid(eye, Shade((202, 222, 108), (70, 132, 66)))
        canvas.flat(canvas.ellipse((x - side * 4, y + 1), (29, 38)), (22, 16, 18))
        canvas.glow(ImageChops.multiply(eye, canvas.ellipse((x, y + 34), (36, 14))), (210, 240, 130), 0.6, blur=5)
        canvas.flat(canvas.ellipse((x - 17, y - 18), (13, 14)), (255, 255, 255))
        canvas.flat(canvas.ellipse((x + 15, y + 16), (6, 6)), (255, 255, 255), 0.85)
        lid = [
            (x - side * 50, y + 14),
            (x - side * 40, y - 30),
            (x, y - 52),
            (x + side * 40, y - 36),
            (x + side * 64, y - 48),
        ]
        canvas.flat(canvas.stroke(lid, (4, 8, 10, 9, 3)), _DARK)


def _smile(canvas: Canvas) -> None:
    mouth = canvas.polygon([(556, 545), (592, 540), (628, 545), (618, 576), (592, 590), (566, 576)], round_by=7)
    canvas.flat(mouth, (122, 42, 44))
    canvas.flat(ImageChops.multiply(mouth, canvas.ellipse((592, 586), (27, 18))), (244, 126, 128))
    for side in (-1, 1):
        cheek = [
            (592, 522),
            (592 + side * 10, 544),
            (592 + side * 48, 552),
            (592 + side * 86, 538),
            (592 + side * 100, 512),
        ]
        canvas.flat(canvas.stroke(cheek, (6, 8, 8, 7, 5)), _DARK)
        for dot in ((52, 516), (70, 528), (76, 508)):
            canvas.flat(canvas.ellipse((592 + side * dot[0], dot[1]), (3.4, 3.4)), (172, 112, 84), 0.8)
    nose = canvas.polygon([(562, 484), (622, 484), (592, 520)], round_by=7)
    canvas.solid(nose, Shade((250, 150, 142), (196, 84, 88)))
    canvas.flat(canvas.ellipse((582, 493), (9, 4)), (255, 226, 220), 0.8, blur=1.5)


def _whiskers(canvas: Canvas) -> None:
    for side in (-1, 1):
        for number, (up, end) in enumerate(((-14, -46), (0, -6), (12, 34))):
            start = (592 + side * 78, 518 + up * 0.7)
            way = [start, (592 + side * 190, 508 + up + end * 0.35), (592 + side * (306 - number * 8), 512 + up + end)]
            canvas.flat(canvas.stroke(way, (3.2, 2.6, 1)), (255, 252, 244), 0.95)


def _light(canvas: Canvas) -> None:
    """The low sun over everything: rays from the left, warmth, dark corners."""
    for top, bottom in (((60, 240), (520, 980)), ((330, 430), (980, 1240))):
        ray = canvas.polygon([(top[0], 0), (top[1], 0), (bottom[1], 960), (bottom[0], 960)])
        canvas.glow(ray, (255, 206, 130), 0.13, blur=34)
    canvas.glow(canvas.ellipse((330, 320), (260, 220)), (255, 214, 150), 0.34, blur=110)
    corners = Image.radial_gradient("L").resize(canvas.image.size).point(lambda v: max(0, v - 120) * 0.85)
    canvas.flat(corners, (36, 12, 16))
