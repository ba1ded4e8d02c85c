"""GPU offload, proven on a Vulkan device; Mesa's software Vulkan will do. `dev.py test` runs this with the libraries
built for Vulkan."""

from __future__ import annotations

import pytest

from engine import gguf, hardware
from engine.generation import generate
from engine.loading import LoadOptions
from engine.messages import LoadModel, Sampling
from engine.model import Model
from engine.starter import starter_model
from tests.engine import tiny

pytestmark = pytest.mark.vulkan
