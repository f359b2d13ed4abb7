"""What is written on a film: the title, the words as they are sung, the credits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.film.subtitles.cards import CreditsCard, TitleCard
from media.film.subtitles.cues import cues_of
from media.film.subtitles.script import write_ass
from tasks.filming.finishing import timed

if TYPE_CHECKING:
    from schemas.film import Storyboard


def letters_of(board: Storyboard, size_px: tuple[int, int]) -> str:
    """An ASS script of everything that is written on a film, in the film's time.

    Raises:
        MediaError: the frame is too small for words.
    """
    length_s = board.duration_s
    title = TitleCard(board.title, board.artist, 0.0, board.title_s) if board.title_s else None
    credits = CreditsCard(board.credits, length_s - board.credits_s, length_s) if board.credits_s else None
    words = cues_of(timed(board), duration_s=length_s)
    return write_ass(size_px, words=words, title=title, credits=credits)
