"""The key that is made at the first start: a file in the data folder, and beside it those that it has replaced."""

import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

from core.disk import settle
from core.errors import BadInput

_NAME = "secret.key"
_OLD = "secret.key.old"
_NEW = ".new"
_LENGTH = 32
_OTHERS = stat.S_IRWXO if os.name == "posix" else 0


class KeyFile:
    """32 bytes in hex, for nobody but the account that runs Fourtop.

    Whoever is killed while a key is replaced leaves either the old key in use, or the new one in use and the old
    one beside it: each file is written whole before it takes its name.
    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir
        self.path = data_dir / _NAME
        self.old_path = data_dir / _OLD

    def key(self) -> bytes | None:
        """The key in use; None where none was made. Raises `BadInput`."""
        found = self._keys(self.path)
        return found[0] if found else None

    def old_keys(self) -> Sequence[bytes]:
        """Those that may have sealed something that is still there, the last one first. Raises `BadInput`."""
        return self._keys(self.old_path)

    def make(self) -> bytes:
        """The key in use, made where there is none. Raises `BadInput` when the folder cannot be written."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable(error) from None
        return self.key() or self._made()

    def replace(self) -> bytes:
        """Put a new key in use, once the one before lies beside it. Raises `BadInput`."""
        now = self.make()
        try:
            for left in self._folder.glob(f"{_NAME}*{_NEW}"):  # whoever was killed writing it
                left.unlink()
            self._write(self.old_path, [now, *(key for key in self.old_keys() if key != now)])
            new = secrets.token_bytes(_LENGTH)
            self._write(self.path, [new])
        except OSError as error:
            raise self._unusable(error) from None
        return new

    def forget_old(self) -> None:
        """Nothing is sealed with the old keys any more."""
        self.old_path.unlink(missing_ok=True)

    def _made(self) -> bytes:
        try:
            new = self._whole(self.path, [secrets.token_bytes(_LENGTH)])
            try:
                os.link(new, self.path)
            except FileExistsError:  # another first start was faster
                new.unlink()
            except OSError:  # a disk that knows no links
                new.replace(self.path)
            else:
                new.unlink()
            settle(self._folder)
        except OSError as error:
            raise self._unusable(error) from None
        made = self.key()
        assert made is not None
        return made

    def _write(self, path: Path, keys: Sequence[bytes]) -> None:
        self._whole(path, keys).replace(path)
        settle(self._folder)

    def _whole(self, path: Path, keys: Sequence[bytes]) -> Path:
        """A file beside `path` that is on the disk, whole."""
        new = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_NEW}")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write("".join(f"{key.hex()}\n" for key in keys))
            file.flush()
            os.fsync(file.fileno())
        return new

    def _keys(self, path: Path) -> Sequence[bytes]:
        try:
            if path.stat().st_mode & _OTHERS:
                raise BadInput(
                    str(path),
                    f"others on this machine can read it: run `chmod 600 {path}`, and then `fourtop rekey`.",
                )
            keys = [bytes.fromhex(line) for line in path.read_text().split()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unusable(error) from None
        except ValueError:
            keys = []
        if not keys or any(len(key) != _LENGTH for key in keys):
            raise BadInput(str(path), "this is not a key that Fourtop made; put the old one back.")
        return keys

    def _unusable(self, error: OSError) -> BadInput:
        return BadInput("FOURTOP_DATA_DIR", f"{self._folder} can't be used: {error.strerror}.")
