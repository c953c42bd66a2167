"""Readers of Android packages in Python: `peer.py READER FILE RUNS` reads the file that often.

Prints one line of JSON. Importing a library is not in the times, and is in a whole process's time.
"""

import json
import logging
import sys
import time


def androguard():
    from loguru import logger

    # It logs every step otherwise, which takes longer than reading.
    logger.remove()
    from androguard.core.apk import APK

    def read(path):
        apk = APK(path)
        return apk.get_package(), apk.get_androidversion_name(), apk.get_androidversion_code(), apk.get_app_name()

    return read


def pyaxmlparser():
    from pyaxmlparser import APK

    def read(path):
        apk = APK(path)
        return apk.packagename, apk.version_name, apk.version_code, apk.application

    return read


def apk_info():
    from apk_info import APK

    def read(path):
        apk = APK(path)
        return apk.get_package_name(), apk.get_version_name(), apk.get_version_code(), apk.get_application_label()

    return read


def fields(path, names):
    values = dict.fromkeys(names, 0)
    with open(path) as lines:
        for line in lines:
            name, _, rest = line.partition(":")
            if name in values:
                values[name] = int(rest.split()[0])
    return [values[name] for name in names]


def main():
    reader, path, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    logging.disable(logging.CRITICAL)
    read = {"androguard": androguard, "pyaxmlparser": pyaxmlparser, "apk_info": apk_info}[reader]()
    facts, error, seconds = (None, None, None, None), None, []
    # Asking is reading too: what one question costs is taken off.
    idle, before = (fields("/proc/self/io", ["syscr", "rchar"]) for _ in range(2))
    after = before
    for run in range(runs):
        started = time.perf_counter()
        try:
            facts = read(path)
        except BaseException as problem:  # A reader may raise anything for a broken package.
            error = f"{type(problem).__name__}: {problem}"[:500]
        seconds.append(time.perf_counter() - started)
        if run == 0:
            after = fields("/proc/self/io", ["syscr", "rchar"])
    keys = ["identifier", "version", "build", "name"]
    line = {key: None if fact is None else str(fact) for key, fact in zip(keys, facts)}
    line |= {"error": error, "seconds": seconds, "peak_kb": fields("/proc/self/status", ["VmHWM"])[0]}
    line["reads"], line["bytes"] = (after[n] + idle[n] - 2 * before[n] for n in range(2))
    print(json.dumps(line))


main()
