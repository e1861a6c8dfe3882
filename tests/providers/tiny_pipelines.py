"""Pipelines with tiny random weights, made on the spot: real classes and real files, nothing downloaded."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

VOCABULARY = [
    ("<pad>", 0.0),
    ("</s>", 0.0),
    ("<unk>", -10.0),
    ("▁", -2.0),
    *((letter, -3.0) for letter in "abcdefghijklmnopqrstuvwxyz,."),
]


def save_tiny(family: str, folder: Path, *, has_image: bool) -> None:
    """A whole pipeline of a family below a folder, safetensors only."""
    torch = import_module("torch")
    torch.manual_seed(0)
    maker = {"wan": _make_wan, "ltx": _make_ltx, "cogvideox": _make_cog, "svd": _make_svd}[family]
    maker(has_image).save_pretrained(str(folder), safe_serialization=True)


def _make_text(kind: str = "T5") -> dict[str, Any]:
    tokenizers, transformers = import_module("tokenizers"), import_module("transformers")
    raw = tokenizers.Tokenizer(tokenizers.models.Unigram(VOCABULARY, unk_id=2))
    raw.pre_tokenizer = tokenizers.pre_tokenizers.Metaspace()
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=16
    )
    config = getattr(transformers, f"{kind}Config")(
        vocab_size=len(VOCABULARY),
        d_model=32,
        d_kv=8,
        d_ff=37,
        num_layers=1,
        num_heads=4,
        pad_token_id=0,
        eos_token_id=1,
    )
    return {"tokenizer": tokenizer, "text_encoder": getattr(transformers, f"{kind}EncoderModel")(config).eval()}


def _make_wan(has_image: bool) -> Any:
    diffusers = import_module("diffusers")
    vae = diffusers.AutoencoderKLWan(
        base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
    )
    transformer = diffusers.WanTransformer3DModel(
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=12,
        in_channels=36 if has_image else 16,
        out_channels=16,
        text_dim=32,
        freq_dim=256,
        ffn_dim=32,
        num_layers=2,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=32,
    )
    parts = {"vae": vae, "transformer": transformer, "scheduler": diffusers.UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)}  # fmt: skip
    if has_image:
        # Wan 2.2 starts from the picture's latents alone.
        return diffusers.WanImageToVideoPipeline(
            **parts, **_make_text("UMT5"), image_processor=None, image_encoder=None
        )
    return diffusers.WanPipeline(**parts, **_make_text("UMT5"))


def _make_ltx(has_image: bool) -> Any:
    diffusers = import_module("diffusers")
    vae = diffusers.AutoencoderKLLTXVideo(
        in_channels=3,
        out_channels=3,
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, False, False),
        decoder_spatio_temporal_scaling=(True, True, False, False),
        decoder_inject_noise=(False, False, False, False, False),
        upsample_residual=(False, False, False, False),
        upsample_factor=(1, 1, 1, 1),
        timestep_conditioning=False,
        patch_size=1,
        patch_size_t=1,
        encoder_causal=True,
        decoder_causal=False,
    )
    transformer = diffusers.LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        patch_size=1,
        patch_size_t=1,
        num_attention_heads=4,
        attention_head_dim=8,
        cross_attention_dim=32,
        num_layers=1,
        caption_channels=32,
    )
    kind = diffusers.LTXImageToVideoPipeline if has_image else diffusers.LTXPipeline
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler()
    return kind(vae=vae, transformer=transformer, scheduler=scheduler, **_make_text())


def _make_cog(has_image: bool) -> Any:
    diffusers = import_module("diffusers")
    vae = diffusers.AutoencoderKLCogVideoX(
        in_channels=3,
        out_channels=3,
        down_block_types=("CogVideoXDownBlock3D",) * 4,
        up_block_types=("CogVideoXUpBlock3D",) * 4,
        block_out_channels=(8, 8, 8, 8),
        latent_channels=4,
        layers_per_block=1,
        norm_num_groups=2,
        temporal_compression_ratio=4,
    )
    transformer = diffusers.CogVideoXTransformer3DModel(
        num_attention_heads=4,
        attention_head_dim=8,
        in_channels=8 if has_image else 4,
        out_channels=4,
        time_embed_dim=2,
        text_embed_dim=32,
        num_layers=1,
        sample_width=2,
        sample_height=2,
        sample_frames=9,
        patch_size=2,
        temporal_compression_ratio=4,
        max_text_seq_length=16,
    )
    kind = diffusers.CogVideoXImageToVideoPipeline if has_image else diffusers.CogVideoXPipeline
    return kind(vae=vae, transformer=transformer, scheduler=diffusers.CogVideoXDDIMScheduler(), **_make_text())


def _make_svd(has_image: bool) -> Any:
    diffusers, transformers = import_module("diffusers"), import_module("transformers")
    unet = diffusers.UNetSpatioTemporalConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=2,
        sample_size=32,
        in_channels=8,
        out_channels=4,
        down_block_types=("CrossAttnDownBlockSpatioTemporal", "DownBlockSpatioTemporal"),
        up_block_types=("UpBlockSpatioTemporal", "CrossAttnUpBlockSpatioTemporal"),
        cross_attention_dim=32,
        num_attention_heads=8,
        projection_class_embeddings_input_dim=96,
        addition_time_embed_dim=32,
    )
    vae = diffusers.AutoencoderKLTemporalDecoder(
        block_out_channels=[32, 64],
        in_channels=3,
        out_channels=3,
        down_block_types=["DownEncoderBlock2D", "DownEncoderBlock2D"],
        latent_channels=4,
    )
    vision = transformers.CLIPVisionConfig(
        hidden_size=32,
        projection_dim=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=224,
        intermediate_size=37,
        patch_size=56,
    )
    scheduler = diffusers.EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        interpolation_type="linear",
        num_train_timesteps=1000,
        prediction_type="v_prediction",
        sigma_max=700.0,
        sigma_min=0.002,
        steps_offset=1,
        timestep_spacing="leading",
        timestep_type="continuous",
        use_karras_sigmas=True,
    )
    return diffusers.StableVideoDiffusionPipeline(
        vae=vae,
        image_encoder=transformers.CLIPVisionModelWithProjection(vision).eval(),
        unet=unet,
        scheduler=scheduler,
        feature_extractor=transformers.CLIPImageProcessor(crop_size=224, size=224),
    )
