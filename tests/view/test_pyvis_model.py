"""The data of the network view comes from pyvis, without what pyvis imports beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import allusion

CODE = """
import sys
from allusion.view.page.pyvis_model import _network_class, vis_network_source
network = _network_class()(directed=True)
network.add_node(1, label="one")
assert network.get_network_data()[0][0]["label"] == "one"
assert "vis" in vis_network_source()[:2000]
print(*sorted({"IPython", "jsonpickle", "pyvis"} & set(sys.modules)))
from pyvis.network import Network
import pyvis.network
print(hasattr(pyvis.network.jsonpickle, "encode"))
"""


def test_pyvis_is_imported_without_ipython_and_stays_usable() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=True,
        env={"PYTHONPATH": str(Path(allusion.__file__).parents[1])},
    )  # fmt: skip
    assert done.stdout.splitlines() == ["", "True"]
