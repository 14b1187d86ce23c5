"""One suite over every encoder. The tiny open_clip models have random weights: they prove loading code only."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from assetdb.errors import DamError
from indexer.encoders import encoder_for
from indexer.encoders.builtin import BuiltinEncoder
from indexer.encoders.openclip import WEIGHTS, OpenClipEncoder

TINY = {
    "model_cfg": {
        "embed_dim": 24,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 16},
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
    },
    "preprocess_cfg": {"mean": [0.5] * 3, "std": [0.5] * 3},
}


def tiny_folder(folder, *, seed=1):
    import open_clip
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(seed)
    folder.mkdir(exist_ok=True)
    model = open_clip.CLIP(**TINY["model_cfg"])
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, folder / WEIGHTS)
    (folder / "open_clip_config.json").write_text(json.dumps(TINY))
    return folder


@pytest.fixture(scope="module", params=["builtin", "open_clip folder"])
def encoder(request, tmp_path_factory):
    if request.param == "builtin":
        return BuiltinEncoder()
    return OpenClipEncoder(str(tiny_folder(tmp_path_factory.mktemp("clip") / "tiny")))


def pictures():
    made = []
    for mode, size, colour in (
        ("RGB", (64, 64), (200, 30, 30)),
        ("RGBA", (300, 20), (0, 90, 200, 128)),
        ("L", (17, 90), 80),
        ("RGBA", (1, 1), (0, 0, 0, 0)),
    ):
        made.append(Image.new(mode, size, colour))
    return made


TEXTS = ["a red apple", "黑猫", "", "x" * 500]


def test_unit_rows_of_the_declared_dimension(encoder):
    for rows in (encoder.encode_images(pictures()), encoder.encode_texts(TEXTS)):
        assert rows.shape == (4, encoder.spec.dim)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_nothing_in_nothing_out(encoder):
    assert encoder.encode_images([]).shape == encoder.encode_texts([]).shape == (0, encoder.spec.dim)


def test_a_row_does_not_depend_on_its_batch(encoder):
    alone = encoder.encode_images(pictures()[1:2])
    np.testing.assert_allclose(encoder.encode_images(pictures())[1:2], alone, atol=1e-4)
    many = encoder.encode_texts(TEXTS * 20)
    np.testing.assert_allclose(many[:4], encoder.encode_texts(TEXTS), atol=1e-4)


def test_different_things_get_different_rows(encoder):
    rows = encoder.encode_texts(["a red apple", "an elephant"])
    assert rows[0] @ rows[1] < 0.9999


def test_threads_agree_with_one_thread(encoder):
    alone = encoder.encode_texts(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for rows in pool.map(lambda _: encoder.encode_texts(TEXTS), range(8)):
            np.testing.assert_allclose(rows, alone, atol=1e-4)


def test_the_fingerprint_names_the_weights(tmp_path):
    first, same, other = (
        OpenClipEncoder(str(tiny_folder(tmp_path / name, seed=seed))) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert first.spec.fingerprint == same.spec.fingerprint != other.spec.fingerprint


def test_constructing_reads_nothing(tmp_path):
    OpenClipEncoder(str(tmp_path / "not there"))
    BuiltinEncoder()


@pytest.mark.parametrize("reference", ["clip", "open_clip:", "torch:x", ""])
def test_an_unknown_reference_names_the_valid_ones(reference):
    with pytest.raises(DamError) as raised:
        encoder_for(reference)
    assert raised.value.code == "unknown_encoder"
    assert "builtin" in raised.value.message


def test_an_unknown_pretrained_tag_is_refused():
    with pytest.raises(DamError) as raised:
        OpenClipEncoder("ViT-B-32/no_such_tag").load()
    assert raised.value.code == "unknown_encoder"


def test_the_hub_is_not_asked_without_leave(monkeypatch):
    import socket

    def refuse(*arguments, **options):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(DamError) as raised:
        OpenClipEncoder("hf-hub:nobody/nothing").load()
    assert raised.value.code == "weights_missing"


def test_a_pickle_by_the_name_of_safetensors_is_refused(tmp_path):
    import pickle

    folder = tiny_folder(tmp_path / "bad")
    (folder / WEIGHTS).write_bytes(pickle.dumps({"weights": list(range(1000))}))
    with pytest.raises(DamError) as raised:
        OpenClipEncoder(str(folder)).load()
    assert raised.value.code == "unsafe_weights"


def test_damaged_builtin_weights_are_noticed(tmp_path, monkeypatch):
    import shutil

    from indexer.encoders import builtin

    copy = tmp_path / "weights"
    shutil.copytree(builtin.FOLDER, copy)
    data = bytearray((copy / WEIGHTS).read_bytes())
    data[-5] ^= 1
    (copy / WEIGHTS).write_bytes(data)
    monkeypatch.setattr(builtin, "FOLDER", copy)
    with pytest.raises(DamError) as raised:
        builtin.BuiltinEncoder().load()
    assert raised.value.code == "wrong_hash"


def test_drawings_are_known_and_noise_is_not():
    encoder = BuiltinEncoder()
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 200, 3), dtype=np.uint8))
    flat = Image.new("RGB", (200, 200), "white")
    flat.paste((200, 40, 40), (50, 50, 150, 150))
    assert encoder.knows([flat, noise]).tolist() == [True, False]
