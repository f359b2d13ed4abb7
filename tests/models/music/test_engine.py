from dataclasses import replace

import numpy as np
import pytest
import torch

from models.music.choosing import HEARD_NOTES, HEARD_RUN, LineRows
from models.music.compose import ComposeRequest, composing
from models.music.decoding import LineChoice, LineRequest, sample_line
from models.music.engine import Engine, run_together
from models.music.lanes import BUCKETS, Rows, bucket_of
from models.music.passes import Decoder, lanes_agree
from models.music.tokens import BAR, PHRASE
from models.music.transformer import MusicTransformer, MusicTransformerConfig
from schemas.errors import HibariError, StepError
from tests.models.music.plans import random_song

SHARED = {"kv_heads": 1}
WINDOWED = {"kv_heads": 1, "window": 40}


def network(seed: int = 5, **sizes: int) -> MusicTransformer:
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    model = MusicTransformer(replace(MusicTransformerConfig.tiny(), **sizes)).eval()
    for layer in model.layers:
        torch.nn.init.normal_(layer.attention.distances, std=0.5)
    return model


def some_tokens(*shape: int) -> torch.Tensor:
    return torch.randint(0, 150, shape, generator=torch.Generator().manual_seed(1))


def some_requests(count: int, takes: int = 3) -> list[LineRequest]:
    """The first lines of some songs, after contexts of very different lengths."""
    requests = []
    for seed in range(count):
        first = next(composing(ComposeRequest(*random_song(seed), seed=seed, takes=takes), 128))
        length = (4, 30, 31, 60, 4, 12)[seed % 6]
        context = (*first.context, *some_tokens(seed + 1, length)[-1].tolist())
        requests.append(replace(first, context=context[:length]))
    return requests


def answers(model: MusicTransformer, batch: list[LineRequest], lanes: int = 16) -> list[list[LineChoice]]:
    """Fresh generators, so that the same requests can be asked again."""
    fresh = {number: replace(each, generator=np.random.default_rng(each.rows)) for number, each in enumerate(batch)}
    found = Engine(model, lanes=lanes).answer(fresh)
    assert not any(isinstance(each, HibariError) for each in found.values())
    return [found[number] for number in range(len(batch))]  # type: ignore[misc]


@pytest.mark.parametrize("sizes", [{}, SHARED, WINDOWED, {"heads": 4, "kv_heads": 2, "window": 128}])
@pytest.mark.parametrize("length", [0, 1, 33, 60])
def test_a_pass_gives_the_logits_of_the_whole(sizes: dict[str, int], length: int):
    model, lanes, rows, steps = network(**sizes), 2, 3, 60
    tokens = some_tokens(lanes * rows, length + steps)
    tokens[:rows, :length], tokens[rows:, :length] = tokens[0, :length], tokens[rows, :length]
    with torch.inference_mode():
        whole, decoder, prefixes = model(tokens), Decoder(model), []
        for lane in range(lanes):
            prefix = decoder.blank()
            decoder.read(tokens[lane * rows, : length // 2].tolist(), prefix)
            decoder.read(tokens[lane * rows, :length].tolist(), prefix)
            prefixes.append(prefix)
        state = Rows(model.config, prefixes, rows, steps)
        new = torch.zeros(state.lanes_for(lanes) * rows, dtype=torch.long)
        for step in range(steps):
            new[: lanes * rows] = tokens[:, length + step]
            assert torch.allclose(decoder.step(new, state)[: lanes * rows], whole[:, length + step], atol=1e-5)


def test_a_long_prefix_is_read_in_parts_to_the_same_logits():
    model = network(context=700, window=300)
    tokens = some_tokens(1, 640)
    with torch.inference_mode():
        whole, decoder = model(tokens)[0, -1], Decoder(model)
        prefix = decoder.blank()
        decoder.read(tokens[0, :-1].tolist(), prefix)
        state = Rows(model.config, [prefix], 4, 1)
        logits = decoder.step(tokens[0, -1:].repeat(4), state)
    assert torch.allclose(logits, whole.expand(4, -1), atol=1e-5)


def test_what_a_prefix_has_in_common_with_new_tokens_is_not_read_again():
    decoder = Decoder(network())
    with torch.inference_mode():
        prefix = decoder.blank()
        decoder.read(range(20), prefix)
        kept = prefix.keys.clone()
        prefix.keys[:, :, :12] = 7.0
        decoder.read([*range(12), 90, 91], prefix)
        assert bool((prefix.keys[:, :, :12] == 7.0).all())
        assert not torch.equal(prefix.keys[:, :, 12:14], kept[:, :, 12:14])
        assert prefix.tokens == (*range(12), 90, 91)
        with pytest.raises(ValueError, match="do not fit in 128"):
            decoder.read(range(129), prefix)


def test_buckets_hold_what_they_are_for():
    assert [bucket_of(length) for length in (0, 1, 32, 33, 128, 129, 300)] == [0, 32, 32, 64, 128, 256, 384]
    assert all(bucket_of(size) == size for size in BUCKETS)


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_lanes_agree_on_this_machine(rows: int):
    with torch.inference_mode():
        assert lanes_agree(Decoder(network(kv_heads=1)), rows, 16)


def test_lanes_that_would_disagree_do_not_share_a_pass(monkeypatch: pytest.MonkeyPatch, caplog):
    model, requests = network(), some_requests(3)
    alone = answers(model, requests)
    monkeypatch.setattr("models.music.passes.lanes_agree", lambda *_: False)
    assert answers(model, requests) == alone
    assert "one by one" in caplog.text


@pytest.mark.parametrize(("sizes", "takes"), [({}, 12), ({}, 1), (SHARED, 3), (WINDOWED, 12)])
def test_a_request_has_the_same_answer_alone_split_and_in_any_order(sizes: dict[str, int], takes: int):
    model, requests = network(**sizes), some_requests(6, takes)
    alone = [answers(model, [each])[0] for each in requests]
    assert answers(model, requests) == alone
    assert answers(model, requests, lanes=3) == alone
    assert answers(model, requests[:3]) + answers(model, requests[3:]) == alone
    order = np.random.default_rng(takes).permutation(len(requests))
    assert answers(model, [requests[number] for number in order]) == [alone[number] for number in order]


def test_requests_with_different_numbers_of_rows_share_an_engine():
    model = network()
    requests = [replace(each, rows=rows) for each, rows in zip(some_requests(4), (1, 5, 5, 12), strict=True)]
    together = answers(model, requests)
    assert [len(each) for each in together] == [1, 5, 5, 12]
    assert together == [answers(model, [each])[0] for each in requests]


def test_one_line_alone_is_the_line_of_an_engine():
    model, request = network(), some_requests(1)[0]
    lines = sample_line(model, request.context, request.task, rows=3, generator=np.random.default_rng(3))
    assert lines == answers(model, [request])[0]
    assert all(len(line.onsets) == request.task.lattice.syllables == len(line.pitches) for line in lines)


def test_an_opening_of_more_tokens_is_heard():
    model, request = network(), some_requests(1)[0]
    longer = replace(request, opening=(PHRASE, 50, 51, 52, BAR))
    assert answers(model, [longer]) != answers(model, [request])


def test_a_line_longer_than_the_context_fails_alone():
    model, (good, bad) = network(), some_requests(2)
    bad = replace(bad, context=tuple(range(120)))
    found = Engine(model).answer({7: bad, 9: good})
    assert isinstance(found[7], StepError)
    assert "do not fit in the network's 128" in str(found[7])
    assert len(found[9]) == 3  # type: ignore[arg-type]


class NoChords:
    def __call__(self, place: int, before: object, /) -> np.ndarray:
        return np.full(10, -np.inf)


def test_a_line_that_nothing_can_follow_fails_alone():
    model, (good, bad) = network(), some_requests(2)
    bad = replace(bad, context=good.context, task=replace(bad.task, chord_rule=NoChords()))
    found = Engine(model).answer({0: bad, 1: good})
    assert isinstance(found[0], StepError)
    assert "no chord can follow in bar 1" in str(found[0])
    assert found[1] == Engine(model).answer({1: replace(good, generator=some_requests(1)[0].generator)})[1]


def test_a_job_whose_line_fails_may_go_on():
    def job():  # noqa: ANN202
        request = some_requests(1)[0]
        try:
            yield replace(request, context=tuple(range(127)))
        except StepError:
            lines = yield request
            return len(lines)

    def lost():  # noqa: ANN202
        yield replace(some_requests(1)[0], context=tuple(range(127)))

    made = run_together([job(), lost()], network())
    assert made[0] == 3
    assert isinstance(made[1], StepError)


def test_more_jobs_than_are_run_abreast_are_all_done(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.music.engine.ABREAST", 2)
    requests = [ComposeRequest(*random_song(seed), seed=seed, takes=1) for seed in (1, 4, 6, 8, 1)]
    made = run_together([composing(each, 128) for each in requests], network())
    digests = [each.digest() for each in made if not isinstance(each, HibariError)]
    assert len(digests) == 5
    assert digests[0] == digests[4]
    assert len(set(digests)) == 4


@pytest.mark.parametrize("seed", range(4))
def test_rules_of_pitch_hear_no_more_of_a_line_than_they_are_remembered_by(seed: int):
    request = next(composing(ComposeRequest(*random_song(seed), seed=seed, takes=1), 128))
    rules, rng = request.task.rules, np.random.default_rng(seed)
    scale = [pitch for pitch in range(rules.compass[0], rules.compass[1] + 1) if pitch % 12 in rules.key.scale]
    for run in range(1, HEARD_RUN + 1):
        for _ in range(8):
            last, before, *others = rng.choice(scale, 6, replace=False).tolist()
            index = min(run + 3, len(rules.contour) - 1)
            place = (index, 8, request.task.menu[0])
            one, other = ([*rng.permutation(others).tolist(), *[last] * run] for _ in range(2))
            if run < HEARD_NOTES:
                one[-2] = other[-2] = before
            assert np.array_equal(rules.weights(*place, one), rules.weights(*place, other))


def test_rows_in_the_same_place_have_the_same_options():
    task = some_requests(1)[0].task
    line = LineRows(task, 2, 164)
    assert line.options(line.rows[0]) is line.options(line.rows[1])
