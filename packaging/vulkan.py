"""llama.cpp's libraries built for Vulkan, so that the tests can prove GPU offload on a machine without a GPU.

Mesa's software Vulkan plays the GPU. The build needs headers newer than Debian 12 has; those of Debian 13 are taken
from its packages and unpacked beside the build, never installed. What was built stays in the build cache.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import llama_wheel
import system_libraries
from steps import SetupError, run_logged

SKIP = "HAEMA_SKIP_VULKAN"
PACKAGES = ("glslc", "libvulkan1", "mesa-vulkan-drivers", "spirv-headers")
HEADERS = ("libvulkan-dev", "spirv-headers")
NEWER_DEBIAN = "trixie"
LEAST_VERSION = (1, 4)  # of the headers, for the llama.cpp that pyproject.toml names
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def wanted() -> bool:
    """Whether the Vulkan tests are to run here: on Linux, unless the variable says no."""
    return sys.platform == "linux" and not os.environ.get(SKIP)


def environment_of_tests(python: Path, requirement: str) -> dict[str, str]:
    """The variables under which the bindings load the Vulkan libraries; builds these first (some minutes, once).

    Raises `SetupError`.
    """
    return {
        "LLAMA_CPP_LIB_PATH": str(_libraries(python, requirement)),
        "GGML_VK_VISIBLE_DEVICES": "0",  # without it llama.cpp overlooks a Vulkan device that is a processor
    }


def _libraries(python: Path, requirement: str) -> Path:
    missing = system_libraries.not_installed(PACKAGES)
    if missing:
        install = system_libraries.install_command(missing)
        if not system_libraries.may_install():
            raise SetupError(
                f"The Vulkan tests need more packages:\n  sudo {' '.join(install)}\nor set {SKIP}=1 to leave them out."
            )
        run_logged(["apt-get", "update"], {"DEBIAN_FRONTEND": "noninteractive"})
        run_logged(install, {"DEBIAN_FRONTEND": "noninteractive"})
    headers = _headers()
    wheel = llama_wheel.built(python, requirement, "vulkan", [
        f"-DVulkan_INCLUDE_DIR={headers / 'include'}",
        f"-DVulkan_LIBRARY=/usr/lib/{_triplet()}/libvulkan.so.1",
        f"-DSPIRV-Headers_DIR={headers / 'share/cmake/SPIRV-Headers'}",
    ])  # fmt: skip
    unpacked = wheel.parent / "unpacked"
    if not unpacked.exists():
        half = wheel.parent / "unpacked.part"
        shutil.rmtree(half, ignore_errors=True)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(half, [name for name in archive.namelist() if name.startswith("llama_cpp/lib/")])
        half.rename(unpacked)
    return unpacked / "llama_cpp" / "lib"


def _headers() -> Path:
    """A folder like /usr with Vulkan's and SPIR-V's headers: the system's own where they are new enough."""
    core = Path("/usr/include/vulkan/vulkan_core.h")
    found = re.search(r"MAKE_API_VERSION\(0, (\d+), (\d+),", core.read_text("utf-8")) if core.exists() else None
    if found is not None and (int(found[1]), int(found[2])) >= LEAST_VERSION:
        return Path("/usr")
    folder = llama_wheel.cache() / "vulkan-headers"
    if not folder.exists():
        with tempfile.TemporaryDirectory() as scratch:
            _unpack_newer_debian(Path(scratch))
            half = folder.with_suffix(".part")
            for part in ("include", "share/cmake"):
                shutil.copytree(Path(scratch) / "root" / "usr" / part, half / part, dirs_exist_ok=True)
        half.rename(folder)
    return folder


def _unpack_newer_debian(scratch: Path) -> None:
    """Fetch `HEADERS` of a newer Debian through apt, which checks their signatures, and unpack them into `root`."""
    if not KEYRING.exists() or shutil.which("apt-get") is None:
        raise SetupError(
            f"Vulkan's headers are missing or too old (needed: {'.'.join(map(str, LEAST_VERSION))}). "
            f"Install newer ones, or set {SKIP}=1 to leave the Vulkan tests out."
        )
    for folder in ("lists/partial", "cache/archives/partial", "root"):
        (scratch / folder).mkdir(parents=True)
    sources = scratch / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {_mirror()} {NEWER_DEBIAN} main\n", encoding="utf-8")
    apt = ["apt-get"]
    for option in (
        f"Dir::Etc::sourcelist={sources}", "Dir::Etc::sourceparts=-", f"Dir::State::lists={scratch / 'lists'}",
        f"Dir::Cache={scratch / 'cache'}", "APT::Sandbox::User=root",
    ):  # fmt: skip
        apt += ["-o", option]
    run_logged([*apt, "update"])
    fetch = " ".join([*apt, "download", *HEADERS])
    run_logged(["sh", "-c", f"cd {scratch} && {fetch}"])
    for package in scratch.glob("*.deb"):
        run_logged(["dpkg-deb", "--extract", package, scratch / "root"])


def _mirror() -> str:
    """Where this machine gets Debian's own packages from."""
    targets = ["apt-get", "indextargets", "--format", "$(LABEL) $(SITE)", "Created-By: Packages"]
    for line in subprocess.run(targets, capture_output=True, text=True, check=False).stdout.splitlines():
        label, _, site = line.partition(" ")
        if label == "Debian":
            return site
    raise SetupError(
        "Vulkan's headers are too old here, and apt knows no mirror of Debian that has newer ones. "
        f"Install them, or set {SKIP}=1 to leave the Vulkan tests out."
    )


def _triplet() -> str:
    asked = subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or f"{platform.machine()}-linux-gnu"
