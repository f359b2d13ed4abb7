import pytest
import torch

from models.music.compose import compose_lead_sheet
from models.music.transformer import MusicTransformer, MusicTransformerConfig
from schemas.music import LeadSheet
from tests.examples import lyrics, song_plan


@pytest.fixture(scope="session")
def novice() -> MusicTransformer:
    """A network that has learned nothing: whatever holds, holds by construction."""
    torch.set_num_threads(1)
    torch.manual_seed(5)
    return MusicTransformer(
        MusicTransformerConfig(layers=1, width=16, heads=1, hidden=16, context=192, dropout=0)
    ).eval()


@pytest.fixture(scope="session")
def song(novice: MusicTransformer) -> LeadSheet:
    """A composed song: intro, verse, chorus, outro."""
    return compose_lead_sheet(song_plan(), lyrics(), novice, seed=1, takes=2)
