"""Networks of films: vid2vid and what was made of it here, few-shot vid2vid, latent walks, optical flow."""
