"""Model the Ortik Dial and render its five pictures with Blender's Cycles, on the CPU.

Set-up, in a virtual environment of its own (Python 3.11, as the bpy wheel asks for):

    python3.11 -m venv dialvenv
    dialvenv/bin/pip install "bpy==5.0.1" "numpy<2" pillow
    dialvenv/bin/python shoot_dial.py OUTPUT_DIR --font Inter-Bold.otf
    dialvenv/bin/python shoot_dial.py OUTPUT_DIR --only macro --scale 20

The product is in dial_model.py, the five sets in dial_sets.py, what all brands share in ../../studio.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "studio"))

import dial_sets  # noqa: E402
import shoot  # noqa: E402

if __name__ == "__main__":
    shoot.run(dial_sets.SETS, "dial", "Render the pictures of the Ortik Dial.")
