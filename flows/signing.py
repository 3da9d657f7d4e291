"""The signing key of this store, opened with the passphrase of the environment."""

import os

from exports.seal.keys import Signer, load_signer, make_key
from flows.settings import Settings

PASSPHRASE = "FEIJIAN_SIGNING_PASSPHRASE"


def signer_of(settings: Settings) -> Signer | None:
    """The key with which packages are signed; None when none was made.

    Raises:
        SettingsError: the key cannot be opened.
    """
    return load_signer(settings.keys, _passphrase())


def new_signer(settings: Settings) -> Signer:
    """Make the store's key.

    Raises:
        SettingsError: there is one already.
    """
    return make_key(settings.keys, _passphrase())


def _passphrase() -> str | None:
    return os.environ.get(PASSPHRASE) or None
