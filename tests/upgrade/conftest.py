from tests.kernel.backup.conftest import passphrase_file, source

__all__ = ["passphrase_file", "source"]
