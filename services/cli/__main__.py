"""`python -m services.cli`: as `vigie`."""

from services.cli import main

if __name__ == "__main__":
    main()
