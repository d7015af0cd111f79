"""What WorkChat costs, measured: `python -m benchmarks [names…]`, described with its results in README.md."""
