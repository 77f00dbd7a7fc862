"""The command line: ``python -m memos_trainer train FOLDER`` and ``… serve``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from . import VERSION


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="memos_trainer", description=__doc__)
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train the job in a folder")
    train.add_argument("folder", type=Path)
    train.add_argument("--threads", type=int, help="threads of PyTorch; by default what is available")
    train.add_argument("--attended", action="store_true", help="stop when standard input ends")
    serve = commands.add_parser("serve", help="train jobs that come over HTTP")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8765, help="0 takes any that is free")
    serve.add_argument("--folder", type=Path, required=True, help="where bases and jobs are kept")
    return parser


def main() -> int:
    # Nothing is fetched and nothing is told to anybody.
    os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
    # Threads that wait for each other must not spin: beside other work that is a hundred times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    given = arguments().parse_args()
    if given.command == "train":
        from .train_command import train_command

        return train_command(given.folder, given.threads, given.attended)
    from .job_queue import KEY_VARIABLE
    from .server import serve

    return serve(given.host, given.port, given.folder, os.environ.get(KEY_VARIABLE, ""))


sys.exit(main())
