"""Which examples are learned together, and what of them."""

from __future__ import annotations

import unittest

from memos_trainer.batches import collate, plan
from memos_trainer.job import Example

EXAMPLES = [Example(tuple(range(length)), 1) for length in (9, 3, 5, 5, 12, 3, 7, 40, 4, 6)]


class BatchesTest(unittest.TestCase):
    def test_an_epoch_has_every_example_once_and_no_batch_is_too_large_unless_it_is_one(self) -> None:
        for epoch in range(5):
            batches = plan(EXAMPLES, 24, 1, epoch)
            self.assertEqual(sorted(at for batch in batches for at in batch), list(range(len(EXAMPLES))))
            for batch in batches:
                padded = len(batch) * max(len(EXAMPLES[at].tokens) for at in batch)
                self.assertTrue(padded <= 24 or len(batch) == 1, batch)

    def test_every_epoch_has_as_many_batches_in_another_order(self) -> None:
        epochs = [plan(EXAMPLES, 24, 1, epoch) for epoch in range(5)]
        self.assertEqual(len({len(batches) for batches in epochs}), 1)
        self.assertGreater(len({str(batches) for batches in epochs}), 2)
        self.assertEqual(epochs[3], plan(EXAMPLES, 24, 1, 3))
        self.assertNotEqual(epochs, [plan(EXAMPLES, 24, 2, epoch) for epoch in range(5)])

    def test_padding_is_masked_and_only_what_is_from_learn_from_on_is_learned(self) -> None:
        batch = collate([Example((5, 6, 7), 2), Example((1, 2, 3, 4, 9), 3)])
        self.assertEqual(batch.tokens.tolist(), [[5, 6, 7, 0, 0], [1, 2, 3, 4, 9]])
        self.assertEqual(batch.attention.tolist(), [[1, 1, 1, 0, 0], [1] * 5])
        self.assertEqual(batch.columns.tolist(), [1, 2, 3])
        self.assertEqual(batch.targets.tolist(), [[7, -100, -100], [-100, 4, 9]])
        self.assertEqual(batch.learned, 3)
