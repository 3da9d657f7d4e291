"""The seal of a package: digests, Merkle tree, signature, encrypted archives, redelivery of corrected months."""
