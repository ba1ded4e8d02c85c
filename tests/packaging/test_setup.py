"""The set-up: what is done once, what is done again, and what it says when it cannot go on."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def done(monkeypatch, tmp_path):
    """The names of the steps that a set-up did, with each step's work taken out and its key left in."""
    import environment

    names = []
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "haema-setup.json")
    real = environment._steps

    def recorded(backend, *, for_tests):
        steps = real(backend, for_tests=for_tests)
        return [environment.Step(step.name, step.key, lambda name=step.name: names.append(name)) for step in steps]

    monkeypatch.setattr(environment, "_steps", recorded)
    return names


def test_a_second_start_does_nothing(done):
    import environment

    environment.ensure(backend="cpu", for_tests=False)
    assert any(name.startswith("llama.cpp") for name in done)
    done.clear()
    environment.ensure(backend=None, for_tests=False)
    assert done == []


def test_another_backend_builds_llama_alone_and_is_remembered(done):
    import environment

    environment.ensure(backend="cpu", for_tests=False)
    done.clear()
    environment.ensure(backend="vulkan", for_tests=False)
    assert [name.split(" ")[0] for name in done] == ["llama.cpp"]
    done.clear()
    environment.ensure(backend=None, for_tests=False)
    assert done == []


def test_an_interrupted_setup_goes_on_where_it_stopped(done, monkeypatch):
    import environment

    real = environment._steps

    def cut(backend, *, for_tests):
        steps = real(backend, for_tests=for_tests)

        def stop():
            raise KeyboardInterrupt

        steps[4] = environment.Step(steps[4].name, steps[4].key, stop)
        return steps

    with monkeypatch.context() as during:
        during.setattr(environment, "_steps", cut)
        with pytest.raises(KeyboardInterrupt):
            environment.ensure(backend="cpu", for_tests=False)
    before = list(done)
    assert len(before) == 4
    done.clear()
    environment.ensure(backend="cpu", for_tests=False)
    assert not set(before) & set(done)
    assert done[0].startswith("llama.cpp")


def test_a_damaged_stamp_means_that_everything_is_checked_again(done):
    import environment

    environment.ensure(backend="cpu", for_tests=False)
    environment.STAMP.write_text("{", encoding="utf-8")
    steps = list(done)
    done.clear()
    environment.ensure(backend="cpu", for_tests=False)
    assert done == steps


def test_a_changed_starter_model_is_refused(tmp_path, monkeypatch):
    import starter_models
    from steps import SetupError

    content = b"GGUF and then some"
    name = Path("package") / "model.gguf"
    monkeypatch.setattr(starter_models, "SHA256", {name: hashlib.sha256(content).hexdigest()})
    with pytest.raises(SetupError, match="is missing"):
        starter_models.check(tmp_path)
    (tmp_path / "package").mkdir()
    (tmp_path / name).write_bytes(content)
    starter_models.check(tmp_path)
    (tmp_path / name).write_bytes(content[:-1])
    with pytest.raises(SetupError, match="not the published one"):
        starter_models.check(tmp_path)


def test_the_installed_starter_models_are_the_published_ones():
    import sysconfig

    import starter_models

    starter_models.check(Path(sysconfig.get_path("purelib")))


def test_a_failing_step_tells_its_last_words():
    from steps import SetupError, run_logged

    with pytest.raises(SetupError, match="no space left") as failed:
        run_logged([sys.executable, "-c", "import sys; print('no space left'); sys.exit(3)"])
    assert "tries it again" in str(failed.value)
    with pytest.raises(SetupError, match="could not be started"):
        run_logged(["there-is-no-such-program"])


def test_a_silent_step_is_ended_with_its_starter(monkeypatch):
    import steps

    def interrupted(process, tail):
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "_watch", interrupted)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        steps.run_logged([sys.executable, "-c", "import time; time.sleep(60)"])
    assert time.monotonic() - started < 30


def test_without_a_display_run_shows_the_command_line(monkeypatch, capsys):
    import dev

    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    became = []
    monkeypatch.setattr(dev, "_become", lambda command: became.append(command) or 0)
    monkeypatch.setattr(sys, "platform", "linux")
    assert dev.run([]) == 1
    assert 'ask "…"' in capsys.readouterr().err
    assert dev.run(["ask", "hello"]) == 0
    assert became[0][-2:] == ["ask", "hello"]
    monkeypatch.setenv("DISPLAY", ":0")
    assert dev.run([]) == 0


def test_every_chore_explains_itself():
    import dev

    for name in ("run", "test", "lint", "bench", "translate", "package", "setup"):
        told = subprocess.run(
            [sys.executable, ROOT / "packaging" / "dev.py", name, "--help"], capture_output=True, text=True, check=True
        )
        assert dev.COMMANDS[name].__doc__.split(";")[0].split(":")[0][:30] in told.stdout


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="only Debian has dpkg-query")
def test_missing_system_libraries_are_seen(monkeypatch):
    import system_libraries

    monkeypatch.setattr(system_libraries, "FOR_QT", ("libc6", "haema-needs-this-one"))
    monkeypatch.setattr(system_libraries, "FOR_BUILDING", ())
    missing = system_libraries.missing(for_tests=False)
    assert "haema-needs-this-one" in missing
    assert "libc6" not in missing


def test_x86_is_built_without_the_instructions_that_crash(monkeypatch):
    import llama_wheel

    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert "-DGGML_NATIVE=OFF" in llama_wheel.cmake_arguments("cpu")
    assert "-DGGML_VULKAN=ON" in llama_wheel.cmake_arguments("vulkan")
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert "-DGGML_AVX2=ON" not in llama_wheel.cmake_arguments("metal")


def test_every_direct_dependency_is_locked_at_the_same_version():
    def plain(name):
        return re.sub(r"[-_.]+", "-", name).lower()

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    locked = dict(line.split("==") for line in lines if not line.startswith("#"))
    versions = {plain(name): version for name, version in locked.items()}
    for pin in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name, version = pin.split("==")
        assert versions.get(plain(name)) == version, f"{pin} is not in constraints.txt"
    assert not [name for name in versions if name.startswith(("haema", "nvidia-"))]


def test_readme_names_every_dependency_and_both_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for pin in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name, version = pin.split("==")
        assert re.search(rf"\|[^|\n]*{re.escape(name)}[^|\n]*\| {re.escape(version)} \|", readme), f"README lacks {pin}"
    for command in ("run", "test"):
        assert f"python3 packaging/dev.py {command}" in readme
