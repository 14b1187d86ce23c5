"""One suite over every maker. The tiny diffusion pipeline has random weights: it proves plumbing only."""

import io
import json

import pytest
from PIL import Image

from assetdb.errors import DamError
from generators.backends.base import CancelledError
from generators.backends.composer import Composer
from generators.backends.diffusion_image import DiffusionImage
from generators.recipe import Recipe
from generators.shelf import SampleShelf


def tiny_pipeline(folder):
    """Build a Stable Diffusion of a few megabytes from configurations and save it."""
    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import CLIPTextConfig, CLIPTextModel, PreTrainedTokenizerFast

    torch.manual_seed(0)
    words = {"<|startoftext|>": 0, "<|endoftext|>": 1, "<unk>": 2} | {w: n for n, w in enumerate("abcdefghij", 3)}
    plain = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    plain.post_processor = processors.TemplateProcessing(
        single="<|startoftext|> $A <|endoftext|>", special_tokens=[("<|startoftext|>", 0), ("<|endoftext|>", 1)]
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=plain,
        bos_token="<|startoftext|>",
        eos_token="<|endoftext|>",
        unk_token="<unk>",
        pad_token="<|endoftext|>",
        model_max_length=16,
    )
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(words),
            hidden_size=32,
            intermediate_size=37,
            num_attention_heads=4,
            num_hidden_layers=2,
            max_position_embeddings=16,
            bos_token_id=0,
            eos_token_id=1,
            pad_token_id=1,
        )
    )
    unet = UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=32,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32,
        norm_num_groups=8,
    )
    vae = AutoencoderKL(
        block_out_channels=[32, 64],
        in_channels=3,
        out_channels=3,
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=4,
        norm_num_groups=8,
    )
    pipeline = StableDiffusionPipeline(
        vae=vae,
        text_encoder=text,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=DDIMScheduler(steps_offset=1, clip_sample=False),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory):
    return tiny_pipeline(tmp_path_factory.mktemp("diffusion") / "tiny")


@pytest.fixture(params=["composer", "diffusion"])
def maker(request):
    if request.param == "composer":
        return Composer()
    return DiffusionImage(str(request.getfixturevalue("pipeline")))


SHELF = SampleShelf()


def planned(maker, *, seed=5):
    recipe = maker.recipes("two red cats", count=2, seed=seed, shelf=SHELF)[0]
    if maker.name == "diffusion_image":
        changed = recipe.to_json() | {"size": [64, 64], "options": {"steps": 3, "guidance": 4.0}}
        recipe = Recipe.from_json(changed)
    return recipe


def carry_out(maker, recipe, *, cancelled=lambda: False):
    parts = []
    made = list(maker.generate(recipe, shelf=SHELF, cancelled=cancelled, report=parts.append))
    return made, parts


def test_it_accepts_and_plans_different_recipes(maker):
    assert maker.accepts("two red cats", shelf=SHELF) is None
    recipes = maker.recipes("two red cats", count=3, seed=5, shelf=SHELF)
    assert [recipe.seed for recipe in recipes] == [5, 6, 7]
    assert {recipe.generator for recipe in recipes} == {maker.name}
    assert maker.accepts("", shelf=SHELF).message


def test_a_recipe_survives_json(maker):
    recipe = planned(maker)
    assert Recipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe


def test_the_same_recipe_gives_the_same_bytes(maker):
    first, _ = carry_out(maker, planned(maker))
    again, _ = carry_out(maker, planned(maker))
    assert [candidate.data for candidate in first] == [candidate.data for candidate in again]
    other, _ = carry_out(maker, planned(maker, seed=6))
    assert other[0].data != first[0].data


def test_candidates_are_pictures_with_titles(maker):
    (made,), parts = carry_out(maker, planned(maker))
    picture = Image.open(io.BytesIO(made.raster or made.data))
    assert min(picture.size) >= 64
    assert made.title
    assert made.media_type in {"image/svg+xml", "image/png"}
    assert parts == sorted(parts)
    assert parts[-1] == 1.0


def test_cancelling_stops_it_and_it_still_works_afterwards(maker):
    calls = []

    def soon():
        calls.append(1)
        return len(calls) > 1

    with pytest.raises(CancelledError):
        carry_out(maker, planned(maker), cancelled=soon)
    made, _ = carry_out(maker, planned(maker))
    assert made


@pytest.mark.parametrize("name", ["weights.bin", "model.ckpt", "unet.pt", "x.pkl"])
def test_weights_that_could_run_code_are_refused(pipeline, tmp_path, name):
    import shutil

    copy = tmp_path / "model"
    shutil.copytree(pipeline, copy)
    (copy / "unet" / name).write_bytes(b"\x80\x04.")
    maker = DiffusionImage(str(copy))
    with pytest.raises(DamError) as raised:
        carry_out(maker, planned(maker))
    assert raised.value.code == "unsafe_weights"


def test_weights_replaced_since_the_plan_are_noticed(pipeline):
    maker = DiffusionImage(str(pipeline))
    recipe = Recipe.from_json(planned(maker).to_json() | {"revision": "another@0000"})
    with pytest.raises(DamError) as raised:
        carry_out(maker, recipe)
    assert raised.value.code == "model_changed"


def test_a_model_that_is_not_here_is_said_so(tmp_path):
    maker = DiffusionImage("nobody/nothing")
    with pytest.raises(DamError) as raised:
        carry_out(maker, planned(maker))
    assert raised.value.code == "weights_missing"


def test_out_of_memory_is_a_typed_error_and_the_maker_lives(pipeline, monkeypatch):
    import torch

    maker = DiffusionImage(str(pipeline))
    loaded = maker._load()

    def full(**options):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(maker, "_pipeline", full)
    with pytest.raises(DamError) as raised:
        carry_out(maker, planned(maker))
    assert raised.value.code == "out_of_memory"
    monkeypatch.setattr(maker, "_pipeline", loaded)
    assert carry_out(maker, planned(maker))[0]


def test_without_a_model_it_refuses():
    assert DiffusionImage("").accepts("a cat", shelf=SHELF).code == "not_configured"
