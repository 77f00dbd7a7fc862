"""Runs all tests and tells each one's result as a JSON line on standard output: ``python -m tests``."""

from __future__ import annotations

import json
import sys
import unittest
from typing import Any


class Lines(unittest.TestResult):
    """One line for each test."""

    def tell(self, test: unittest.TestCase, **fields: Any) -> None:
        name = test.id().removeprefix("tests.").replace("_", " ")
        print(json.dumps({"test": name, **fields}), file=sys.__stdout__, flush=True)

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.tell(test)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        self.tell(test, skipped=reason)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addFailure(test, err)
        self.tell(test, failed=self.failures[-1][1])

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        super().addError(test, err)
        self.tell(test, failed=self.errors[-1][1])

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.tell(subtest, failed=self._exc_info_to_string(err, test))


suite = unittest.defaultTestLoader.discover("tests", top_level_dir=".")
sys.exit(0 if suite.run(Lines()).wasSuccessful() else 1)
