"""Pages and pictures that present a release: the page that plays it, the contact sheet, waveforms."""
