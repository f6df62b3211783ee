# SPDX-License-Identifier: Apache-2.0
"""The command line: run, fetch, check."""
import argparse
import subprocess
import sys

from .common import EXIT_PASSED, EXIT_RIG, EXIT_USAGE, RigError

EXIT_HELP = """\
exit status:
  0   all expectations held
  1   an expectation failed
  2   bad scenario or usage
  3   the rig itself failed: no kernel, the guest did not boot or died, the time limit passed
  77  skipped: the back-end cannot provide what every scenario wants; the reason is printed

environment:
  FASCIA_CACHE         where kernel and initramfs are kept (default: $XDG_CACHE_HOME/fascia or ~/.cache/fascia)
  FASCIA_BUILD         default of --build
  FASCIA_RIG_KERNEL    boot this kernel image, with
  FASCIA_RIG_MODULES   its modules folder .../lib/modules/RELEASE, instead of the fetched ones
  FASCIA_RIG_SUITE     fetch the kernel from this suite instead of the backports
  FASCIA_HOSTAPD       passed on to the steps: another hostapd, for scenarios that try more than the machine's
  FASCIA_WPA_SUPPLICANT  likewise: a wpa_supplicant with Wi-Fi Aware, without which some scenarios are skipped

The scenario format is described in docs/scenario.md.
"""


def main(arguments: list) -> int:
    options = _parser().parse_args(arguments)
    try:
        return options.verb(options)
    except (RigError, OSError, subprocess.SubprocessError) as error:
        print(f"fascia-rig: {error}", file=sys.stderr)
        return EXIT_RIG
    except KeyboardInterrupt:
        print("fascia-rig: interrupted", file=sys.stderr)
        return EXIT_RIG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fascia-rig", formatter_class=argparse.RawDescriptionHelpFormatter, epilog=EXIT_HELP,
        description="Runs scenarios in a virtual machine with simulated radios, or on this machine.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    run = verbs.add_parser("run", help="run scenarios; prints TAP, keeps logs", epilog=EXIT_HELP,
                           formatter_class=argparse.RawDescriptionHelpFormatter)
    run.add_argument("scenarios", nargs="+", metavar="SCENARIO.yaml")
    run.add_argument("--backend", choices=("qemu", "local"), default="qemu",
                     help="virtual machine (default) or this machine")
    run.add_argument("--out", metavar="DIR", default="out/rig", help="results: logs, capture, result.tap, junit.xml; "
                     "of several scenarios each in a folder of its own (default: out/rig)")
    run.add_argument("--build", metavar="DIR",
                     help="build folder; the programs of its bin come first in PATH (default: build/dev)")
    run.add_argument("--limit", metavar="SECONDS", type=_seconds,
                     help="for everything (default: what the scenarios allow, and the boots)")
    run.add_argument("--keep", action="store_true", help="keep the runtime folder and the rig's work files in DIR")
    run.add_argument("--verbose", action="store_true", help="say each step as it begins")
    run.add_argument("--json", action="store_true", help="print only a JSON summary on standard output")
    run.set_defaults(verb=_run)
    fetch = verbs.add_parser("fetch", help="get the guest's kernel into the cache")
    fetch.set_defaults(verb=_fetch)
    check = verbs.add_parser("check", help="validate scenarios; errors name file, line, column and key")
    check.add_argument("scenarios", nargs="+", metavar="SCENARIO.yaml")
    check.set_defaults(verb=_check)
    return parser


def _seconds(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 86400:
        raise argparse.ArgumentTypeError("wanted 1 to 86400")
    return value


def _load(files: list):
    """The scenarios, or None after having said what is wrong with any of them."""
    from . import scenario, schema
    loaded, bad = [], False
    for file in files:
        try:
            loaded.append(scenario.load(file))
        except schema.Invalid as invalid:
            bad = True
            print(invalid, file=sys.stderr)
    names = [item.name for item in loaded]
    for name in sorted({name for name in names if names.count(name) > 1}):
        bad = True
        print(f"fascia-rig: two scenarios are called '{name}', so their results would share a folder", file=sys.stderr)
    return None if bad else loaded


def _check(options) -> int:
    loaded = _load(options.scenarios)
    if loaded is None:
        return EXIT_USAGE
    for file, scenario in zip(options.scenarios, loaded):
        print(f"{file}: {scenario.name}: {len(scenario.steps)} steps, ok")
    return EXIT_PASSED


def _fetch(_) -> int:
    from . import kernel
    fetched = kernel.fetch()
    folder = fetched.kernel.image.parent
    if fetched.downloaded_bytes:
        print(f"Linux {fetched.kernel.release} from {fetched.origin}: "
              f"{fetched.downloaded_bytes / 1e6:.0f} MB downloaded, {fetched.unpacked_bytes / 1e6:.0f} MB unpacked "
              f"in {folder} ({fetched.seconds:.0f} s)")
    else:
        print(f"Linux {fetched.kernel.release} is in {folder}")
    return EXIT_PASSED


def _run(options) -> int:
    scenarios = _load(options.scenarios)
    if scenarios is None:
        return EXIT_USAGE
    from . import backend
    return backend.run(scenarios, options)
