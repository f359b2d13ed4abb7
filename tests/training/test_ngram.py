import math

import pytest

from training.ngram import Trigram


def test_probabilities_sum_to_one():
    model = Trigram([[0, 1, 2, 1, 2, 3], [0, 2, 2]], 5)
    for history in ([], [0], [1, 2], [4, 4]):
        assert sum(model.probability(history, token) for token in range(5)) == pytest.approx(1.0)


def test_what_was_seen_is_likelier_than_what_was_not():
    model = Trigram([[0, 1, 2] * 20], 5)
    assert model.probability([0, 1], 2) > 0.9
    assert model.nats_per_token([[0, 1, 2, 0, 1, 2]]) < 0.2 < math.log(5) < model.nats_per_token([[3, 4, 3, 4]]) + 3
