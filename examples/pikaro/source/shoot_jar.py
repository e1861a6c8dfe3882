"""Model the Pikaro jar and render its pictures with Blender's Cycles, on the CPU.

Set-up, in a virtual environment of its own (Python 3.11, as the bpy wheel asks for):

    python3.11 -m venv jarvenv
    jarvenv/bin/pip install "bpy==5.0.1" "numpy<2" pillow
    jarvenv/bin/python shoot_jar.py OUTPUT_DIR --font SofiaSansExtraCondensed-ExtraBold.ttf
    jarvenv/bin/python shoot_jar.py OUTPUT_DIR --font FILE --only bowl --scale 20

The font is needed: it sets the label (draw_art.py). The jar and the food are in jar_model.py, the five
sets in jar_sets.py, what all brands share in ../../studio.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "studio"))

import jar_sets  # noqa: E402
import shoot  # noqa: E402

if __name__ == "__main__":
    shoot.run(jar_sets.SETS, "pikaro", "Render the pictures of Pikaro chilli crunch.")
