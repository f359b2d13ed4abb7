"""What the song page's forms send, read into requests."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from schemas.jobs import EditChoice, RetakeRequest, SongChanges


class RetakeForm(BaseModel):
    """The form "Retake from here": '' leaves a setting as it is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    step: str = Field(default="compose_lead_sheet", max_length=40)
    part: str = Field(default="", max_length=40)
    takes: int = Field(default=1, ge=0, le=8)
    title: str = Field(default="", max_length=120)
    theme: str = Field(default="", max_length=400)
    tempo_bpm: str = Field(default="", max_length=6)
    tonality: str = Field(default="", max_length=12, description="e.g. 'Eb minor'")
    voice: str = Field(default="", max_length=40)
    mood: str = Field(default="", max_length=40)
    genre: str = Field(default="", max_length=40)
    edits: EditChoice = "ask"
    reason: str = Field(default="", max_length=2000, pattern=r"^[^\x00]*$")
    key: str = Field(default="", max_length=80, description="idempotency key")

    def request(self, album_id: str, song_id: str) -> RetakeRequest:
        """The request it asks for.

        Raises:
            ValidationError: a setting is out of its bounds.
        """
        tonic, _, mode = self.tonality.partition(" ")
        given = {
            "title": self.title.strip(),
            "theme": self.theme.strip(),
            "tempo_bpm": self.tempo_bpm.strip(),
            "key": {"tonic": tonic, "mode": mode} if tonic else "",
            "voice": self.voice,
            "mood": self.mood,
            "genre": self.genre,
        }
        changes = SongChanges.model_validate({name: value for name, value in given.items() if value != ""})
        sung = self.step == "sing"
        return RetakeRequest(
            album_id=album_id,
            song_id=song_id,
            step=self.step,
            part=(self.part or "vocal") if sung else "",
            takes=self.takes,
            changes=changes,
            edits=self.edits,
            reason=self.reason.strip(),
        )

    def wish(self) -> str:
        """What is asked for, in a few words."""
        return (
            "changed settings" if self.takes == 0 else "one new take" if self.takes == 1 else f"{self.takes} new takes"
        )
