"""What the programs in this folder are made of, as a package: tests import it, too."""
