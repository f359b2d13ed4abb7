"""Small files in the format of ncnn, written as the converters expect to find them."""

from pathlib import Path

import numpy as np

TAG = (0x01306B47).to_bytes(4, "little")


def convolution_bytes(weight: np.ndarray, bias: np.ndarray) -> bytes:
    content = weight.astype("<f2").tobytes()
    return TAG + content + bytes(-len(content) % 4) + bias.astype("<f4").tobytes()


def convolution_line(outputs: int, inputs: int, *, leaky: str = "") -> str:
    ending = f" 9=2 -23310=1,{leaky}" if leaky else ""
    return f"Convolution c 1 1 a b 0={outputs} 1=3 4=1 5=1 6={outputs * inputs * 9}{ending}"


def write_pair(folder: Path, lines: list[str], content: bytes) -> tuple[Path, Path]:
    text_file, numbers_file = folder / "m.param", folder / "m.bin"
    text_file.write_text("\n".join(["7767517", f"{len(lines)} {len(lines)}", *lines, ""]))
    numbers_file.write_bytes(content)
    return text_file, numbers_file


def write_srvgg(folder: Path, features: int = 3, scale: int = 2, seed: int = 0) -> tuple[Path, Path, dict]:
    """A compact network of one middle convolution, and the weights that it holds."""
    rng = np.random.default_rng(seed)
    shapes = [(features, 3), (features, features), (3 * scale**2, features)]
    lines, content, weights = ["Input i 0 1 a"], b"", {}
    for place, (outputs, inputs) in enumerate(shapes):
        weight = (rng.standard_normal((outputs, inputs, 3, 3)) * 0.2).astype(np.float16)
        bias = rng.standard_normal(outputs).astype(np.float32)
        lines.append(convolution_line(outputs, inputs))
        content += convolution_bytes(weight, bias)
        weights |= {f"body.{2 * place}.weight": weight, f"body.{2 * place}.bias": bias}
        if place < 2:
            slopes = rng.random(outputs).astype(np.float32)
            lines.append(f"PReLU p 1 1 a b 0={outputs}")
            content += slopes.tobytes()
            weights[f"body.{2 * place + 1}.weight"] = slopes
    lines += [f"PixelShuffle s 1 1 a b 0={scale}", "Interp r 1 1 a b 0=1", "BinaryOp o 2 1 a b c 0=0"]
    return (*write_pair(folder, lines, content), weights)
