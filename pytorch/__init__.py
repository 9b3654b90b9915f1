"""Training and measuring the generator in PyTorch: see README.md. The app does not use it."""
