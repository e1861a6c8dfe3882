"""`python -m workprint` is `workprint`."""

from workprint.faces.cli.main import run

if __name__ == "__main__":
    run()
