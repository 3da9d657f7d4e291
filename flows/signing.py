"""The signing key of this store, opened with the passphrase of the environment."""

import os

from exports.seal.keys import Signer, load_signer, make_key
from exports.seal.sm2 import Sm2Signer, make_sm2_key
from flows.settings import Settings
from schemas.errors import SettingsError

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


def new_sm2_signer(settings: Settings) -> Sm2Signer:
    """Make the store's SM2 key, which signs beside the other.

    Raises:
        SettingsError: there is one already, the other was not made yet, or no OpenSSL with SM2 is installed.
    """
    if signer_of(settings) is None:
        raise SettingsError("请先用 feijian seal key new 建立 Ed25519 签名密钥，再加 --sm2。")
    return make_sm2_key(settings.keys, _passphrase())


def _passphrase() -> str | None:
    return os.environ.get(PASSPHRASE) or None
