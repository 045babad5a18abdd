"""Replay an order log through a programme. For now: say which version is installed."""

from importlib.metadata import version


def main() -> None:
    print(f"loyaltykit {version('loyaltykit')}")


if __name__ == "__main__":
    main()
