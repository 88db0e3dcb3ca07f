"""Puts limits on itself and becomes the command in its arguments: a script of its own, so that nothing else loads."""

import os
import resource
import sys

CPU_SECONDS = 40
FILE_BYTES = 80 * 1024 * 1024
MEMORY_BYTES = 2 * 1024 * 1024 * 1024

if __name__ == "__main__":
    os.umask(0o077)
    for kind, amount in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (amount, amount))
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 - the path of the converter, found by the reader
