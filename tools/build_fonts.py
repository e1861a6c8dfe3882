"""Build the vendored fonts of `workprint.lab.font_files` from published font packages.

Only needed to change what is shipped. In a folder of its own, with fontTools and brotli installed:

    apt-get download fonts-inter fonts-noto-core fonts-noto-extra fonts-noto-cjk-extra
    for package in *.deb; do dpkg -x "$package" debian; done
    for package in sofia-sans-extra-condensed oswald noto-color-emoji; do
        npm pack "@fontsource/$package" && mkdir -p "npm/$package"
        tar xzf fontsource-"$package"-*.tgz -C "npm/$package" --strip-components 1
    done
    python build_fonts.py <that folder> src/workprint/lab/font_files

Built with Inter 4.0-beta7, Noto 2020-12-25, Noto CJK 2022-01-27 (Debian 12), Fontsource 5.3, fontTools 4.68.
The files depend on nothing but these sources: time stamps are kept as published.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

DEBIAN_INTER = "debian/usr/share/fonts/opentype/inter/"
DEBIAN_NOTO = "debian/usr/share/fonts/truetype/noto/"
DEBIAN_CJK = "debian/usr/share/fonts/opentype/noto/NotoSansCJK-Medium.ttc"
SOFIA = "npm/sofia-sans-extra-condensed/files/sofia-sans-extra-condensed-{}-800-normal.woff2"
OSWALD = "npm/oswald/files/oswald-cyrillic-700-normal.woff2"
EMOJI = "npm/noto-color-emoji/files/noto-color-emoji-emoji-400-normal.woff2"

LARGEST_FILE = 3_500_000
LARGEST_SUM = 4_800_000

LATIN_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga"]
"""No `calt`: Inter's would draw `->` as an arrow and `3x3` with a multiplication sign; text is drawn verbatim."""
SCRIPT_FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "liga", "rlig", "calt", "clig", "curs", "init", "medi",
                   "med2", "fina", "fin2", "fin3", "isol", "rclt", "abvf", "abvm", "abvs", "akhn", "blwf", "blwm",
                   "blws", "cjct", "dist", "half", "haln", "nukt", "pref", "pres", "pstf", "psts", "rkrf", "rphf",
                   "vatu"]  # fmt: skip


def span(first: int, last: int) -> set[int]:
    """All code points of a closed range."""
    return set(range(first, last + 1))


PUNCTUATION = span(0x2000, 0x206F) | span(0x2070, 0x209F) | span(0x20A0, 0x20C0) | span(0x2100, 0x218F)
ALPHABETS = span(0x20, 0x24F) | span(0x2B0, 0x36F) | span(0x370, 0x3FF) | span(0x400, 0x52F) | span(0x1E00, 0x1FFF)
SIGNS = span(0x2190, 0x21FF) | span(0x2200, 0x22FF) | span(0x25A0, 0x25FF) | {0x2713, 0x2717, 0x2605, 0x2606}
LATIN = ALPHABETS | PUNCTUATION | SIGNS | span(0xFB00, 0xFB06) | {0xFFFD}
DISPLAY = LATIN - SIGNS - span(0x1F00, 0x1FFF)
SYMBOLS = (
    span(0x2190, 0x21FF) | span(0x2300, 0x23FF) | span(0x2460, 0x24FF) | span(0x25A0, 0x27BF) | span(0x2B00, 0x2B5F)
)
ARABIC = span(0x600, 0x6FF) | span(0x200B, 0x200F) | span(0xFDF0, 0xFDFC) | {0x20, 0xA0, 0x25CC}
HEBREW = span(0x590, 0x5FF) | span(0xFB1D, 0xFB4F) | span(0x200C, 0x200F) | {0x20, 0xA0, 0x20AA, 0x25CC}
DEVANAGARI = span(0x900, 0x97F) | {0x20, 0xA0, 0x200C, 0x200D, 0x20B9, 0x25CC}
THAI = span(0xE00, 0xE7F) | {0x20, 0xA0, 0x200B, 0x25CC}


def decode_rows(codec: str, first_row: int, last_row: int) -> set[int]:
    """The characters of some rows of a 94x94 national character set, through its two-byte EUC codec."""
    found = set()
    for row in range(first_row, last_row + 1):
        for cell in range(1, 95):
            text = bytes((0xA0 + row, 0xA0 + cell)).decode(codec, errors="ignore")
            found |= {ord(char) for char in text}
    return found


def decode_big5() -> set[int]:
    """The frequently used characters of Big5 (level 1)."""
    cells = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    text = "".join(bytes((lead, cell)).decode("big5", "ignore") for lead in range(0xA4, 0xC7) for cell in cells)
    return {ord(char) for char in text}


def choose_cjk() -> set[int]:
    """Kana, CJK punctuation, full-width forms, and each country's first level: JIS, GB 2312, Big5, KS X 1001 Hangul."""
    kana = span(0x3000, 0x30FF) | span(0x31F0, 0x31FF) | span(0x3131, 0x318E) | span(0xFF01, 0xFFEE)
    joined = kana | decode_rows("euc_jp", 16, 47) | decode_rows("gb2312", 16, 55) | decode_rows("euc_kr", 16, 40)
    joined |= decode_big5()
    return joined | {0x3231, 0x3012, 0x20}


FACES = "😀😃😄😁😆😅😂🤣🙂🙃😉😊😇🥰😍🤩😘😋😜🤪🤗🤭🤫🤔😐😏🙄😌😴😎🤓🥳😮😲😳🥺😢😭😱😤😡🤯😬🤤🤠🤖👻💩"
HANDS = "👋🤚✋👌✌🤞🤟🤘👈👉👆👇☝👍👎✊👊👏🙌👐🤝🙏💪✍🤙🤌"
HEARTS = "❤🧡💛💚💙💜🤎🖤🤍💔💕💖💗💘💝❣💋💯💥💫💦💨💬💤"
PEOPLE = "👶👧👦👩👨👵👴👀👁👂👃👄🧠👑💍👓🕶👔👕👖👗👙👚👜👠👟🧢🎒🧥👶🏃💃🕺🧘🚶👪"
NATURE = (
    "🐶🐱🐭🐰🦊🐻🐼🐯🦁🐮🐷🐸🐵🐔🐧🐦🦄🐝🦋🐞🐢🐟🐬🐳🐾🌵🎄🌲🌳🌴🌱"
    "🌿☘🍀🍁🍂🍃🌷🌹🌺🌸🌻🌼💐🌍🌎🌏🌙⭐🌟✨⚡🔥🌈☀⛅☁🌧❄⛄🌊💧🌪"
)
FOOD = (
    "🍎🍊🍋🍌🍉🍇🍓🫐🍒🍑🥭🍍🥥🥝🍅🥑🥕🌽🌶🥗🍞🥐🥖🧀🥚🍳🥞🥓🍔🍟🍕🌭"
    "🌮🌯🍣🍜🍝🍚🍦🍩🍪🎂🍰🧁🍫🍬🍭🍯🥛☕🍵🫖🍷🍸🍹🍺🍻🥂🍾🥤🧋🧊🍴🍽"
)
THINGS = (
    "🎉🎊🎈🎁🎀🏆🥇🥈🥉🏅⚽🏀🏈🎾🏐🎯🎮🎲🎨🎬🎤🎧🎵🎶🎸🎹🎺🎻📷📸📹🎥📺📱💻⌨🖥🖨⌚⏰⏳⌛🔋🔌"
    "💡🔦🕯💰💵💶💳💎🛒🛍📦📫📧✉📞☎📝📖📚📅📌📍📎✂🔒🔓🔑🔨🔧⚙🧲🧪🔬🔭💊🧴🧼🛁🚿🛏🛋🪑🚪🏠"
    "🏡🏢🏪🏖🏔⛰🗻🏕🌆🌃🌇"
)
TRAVEL = "🚗🚕🚌🚲🛵🏍✈🚀🛸🚁⛵🚢🚂🚆🛴⛽🗺🧭🧳⛱"
MARKS = "✅❌❗❓⁉‼❎➡⬅⬆⬇↗↘🔁🔄🔔🔕🔍🔎♻⚠🚫⛔🆕🆓🆒🔝🔜💲🔴🟠🟡🟢🔵🟣⚫⚪🔶🔷▶⏸⏩🔊🔇📣📢\u2795\u2796✔☑⭕🅰🅱™©®🔗♾❇✳"
SEQUENCES = ("❤️‍🔥", "👨‍👩‍👧", "👨‍👩‍👧‍👦", "🏳️‍🌈", "👩‍💻", "👨‍💻", "👩‍🍳", "👨‍🍳", "❤️‍🩹")
TONED = "👋👍👎👏🙌🙏💪👌✌👉👈✋👊🤝"
TONES = "🏻🏼🏽🏾🏿"
FLAGS = (
    "AR AT AU BE BG BR CA CH CL CN CO CY CZ DE DK EE EG ES EU FI FR GB GR HK HR HU ID IE IL IN IS IT JP KR LT LU LV "
    "MA MT MX MY NL NO NZ PE PH PL PT RO RS SA SE SG SI SK TH TR TW UA AE US VN ZA"
)


def list_emoji_sequences() -> list[str]:
    """The emoji drawn as one picture from several code points."""
    flags = ["".join(chr(0x1F1E6 + ord(letter) - 65) for letter in flag) for flag in FLAGS.split()]
    toned = [base + tone for base in TONED for tone in TONES]
    return [*SEQUENCES, *flags, *toned]


@dataclass(frozen=True)
class Recipe:
    """One shipped file: where it comes from, what is kept."""

    name: str
    sources: tuple[str, ...]
    unicodes: frozenset[int]
    features: tuple[str, ...]


def list_recipes() -> list[Recipe]:
    """Every text font, in the order of the fallback."""
    sofia = tuple(SOFIA.format(part) for part in ("latin", "latin-ext", "greek"))
    latin, script = tuple(LATIN_FEATURES), tuple(SCRIPT_FEATURES)
    recipes = [
        Recipe(f"{face}.otf", (f"{DEBIAN_INTER}{face}.otf",), frozenset(kept), latin)
        for face, kept in (
            ("Inter-Regular", LATIN), ("Inter-SemiBold", LATIN), ("Inter-Bold", LATIN),
            ("InterDisplay-SemiBold", DISPLAY),
        )
    ]  # fmt: skip
    for face in ("NotoSerifDisplay-Regular", "NotoSerifDisplay-Medium"):
        recipes.append(Recipe(f"{face}.ttf", (f"{DEBIAN_NOTO}{face}.ttf",), frozenset(DISPLAY), latin))
    recipes.append(Recipe("SofiaSansExtraCondensed-ExtraBold.ttf", sofia, frozenset(DISPLAY), latin))
    recipes.append(Recipe("Oswald-Bold.ttf", (OSWALD,), frozenset(span(0x400, 0x52F)), latin))
    scripts = (("Arabic", ARABIC), ("Hebrew", HEBREW), ("Devanagari", DEVANAGARI), ("Thai", THAI))
    for script_name, kept in scripts:
        for weight in ("Regular", "Bold"):
            face = f"NotoSans{script_name}-{weight}"
            recipes.append(Recipe(f"{face}.ttf", (f"{DEBIAN_NOTO}{face}.ttf",), frozenset(kept), script))
    symbols = ("NotoSansSymbols2-Regular", SYMBOLS), ("NotoSansSymbols-SemiBold", SYMBOLS)
    recipes += [Recipe(f"{face}.ttf", (f"{DEBIAN_NOTO}{face}.ttf",), frozenset(kept), ()) for face, kept in symbols]
    recipes.append(Recipe("NotoSansCJKjp-Medium.otf", (DEBIAN_CJK,), frozenset(choose_cjk()), ()))
    return recipes


def make_options(features: Iterable[str]) -> subset.Options:
    """Small files that draw the same: no hints, no names but the family's, a visible .notdef."""
    options = subset.Options()
    options.layout_features = list(features)
    options.hinting = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.legacy_kern = False
    options.ignore_missing_unicodes = True
    options.drop_tables += ["DSIG", "meta", "STAT", "vhea", "vmtx", "VORG", "BASE"]
    return options


def open_sources(folder: Path, sources: tuple[str, ...], scratch: Path) -> TTFont:
    """One font from one file, or merged from the slices of a web font."""
    if len(sources) == 1:
        return TTFont(folder / sources[0], fontNumber=0, recalcTimestamp=False)
    parts = []
    for number, source in enumerate(sources):
        part = TTFont(folder / source)
        part.flavor = None
        parts.append(str(scratch / f"{number}.ttf"))
        part.save(parts[-1])
    merged = merge.Merger().merge(parts)
    merged["head"].modified = merged["head"].created = 0
    merged.recalcTimestamp = False
    return merged


def build_text_font(folder: Path, recipe: Recipe, target: Path, scratch: Path) -> None:
    """Subset one text font into the target folder."""
    font = open_sources(folder, recipe.sources, scratch)
    font.flavor = None
    worker = subset.Subsetter(make_options(recipe.features))
    worker.populate(unicodes=recipe.unicodes)
    worker.subset(font)
    font.save(target / recipe.name)


def find_ligatures(font: TTFont) -> dict[tuple[str, ...], str]:
    """Every ligature of a font: its parts and the glyph they become."""
    found = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            for first, ligatures in getattr(table, "ligatures", {}).items():
                found |= {(first, *one.Component): one.LigGlyph for one in ligatures}
    return found


def build_emoji(folder: Path, target: Path) -> None:
    """Subset the colour emoji, keeping only the sequences listed above and the parts they are typed with."""
    font = TTFont(folder / EMOJI, recalcTimestamp=False)
    font.flavor = None
    del font["SVG "]
    letters, ligatures = font.getBestCmap(), find_ligatures(font)
    singles = {ord(char) for char in FACES + HANDS + HEARTS + PEOPLE + NATURE + FOOD + THINGS + TRAVEL + MARKS}
    glyphs, parts = [], set()
    for sequence in list_emoji_sequences():
        codes = [ord(char) for char in sequence]
        names = tuple(letters[code] for code in codes if code in letters)
        shorter = tuple(letters[code] for code in codes if code in letters and code != 0xFE0F)
        glyph = ligatures.get(names) or ligatures.get(shorter)
        if glyph is None:
            print(f"no picture for {sequence}")
            continue
        glyphs.append(glyph)
        parts |= set(codes)
    options = make_options(["ccmp", "liga"])
    options.layout_closure = False
    worker = subset.Subsetter(options)
    worker.populate(unicodes=(singles | parts | {0x20, 0x200D, 0xFE0F, 0x1F3F3}) - {0xA9, 0xAE}, glyphs=glyphs)
    worker.subset(font)
    font.save(target / "NotoColorEmoji.ttf")


def write_licences(folder: Path, target: Path) -> None:
    """Write the notices of all fonts and their common licence, as the licence asks for."""
    package = (folder / "npm/sofia-sans-extra-condensed/LICENSE").read_text("utf-8")
    lines = [
        "The fonts in this folder are subsets, made by tools/build_fonts.py, of fonts published under",
        "the SIL Open Font License 1.1, which follows the list.",
        "",
    ]
    for path in sorted(target.glob("*.[ot]tf")):
        names = TTFont(path)["name"]
        lines += [path.name, f"    {names.getDebugName(0).strip()}", f"    {names.getDebugName(5).strip()}"]
    licence = package[package.index("-----------") :].strip()
    (target / "LICENCES.txt").write_text("\n".join(lines) + f"\n\n{licence}\n", "utf-8")


def main() -> None:
    """Build every file and hold them to the budget of the package."""
    parser = argparse.ArgumentParser(description="Build the vendored fonts.")
    parser.add_argument("sources", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    arguments.target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for recipe in list_recipes():
            build_text_font(arguments.sources, recipe, arguments.target, Path(scratch))
    build_emoji(arguments.sources, arguments.target)
    write_licences(arguments.sources, arguments.target)
    sizes = {path.name: path.stat().st_size for path in sorted(arguments.target.glob("*.[ot]tf"))}
    print("\n".join(f"{size:>9,} {name}" for name, size in sizes.items()), f"\n{sum(sizes.values()):>9,} together")
    assert max(sizes.values()) <= LARGEST_FILE
    assert sum(sizes.values()) <= LARGEST_SUM


if __name__ == "__main__":
    main()
