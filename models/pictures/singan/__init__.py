"""SinGAN: a pyramid of small networks that learned one single picture, and what can be made with it."""
