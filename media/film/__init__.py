"""Films on disk and in time: storyboards from music, cameras, subtitles, chapters, and the files themselves."""
