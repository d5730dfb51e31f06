"""The gateway as a process, and what its callers show: API keys."""

import base64
import hashlib
import json
import os
import zlib
from pathlib import Path

from .sidecar import Sidecar, run

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Gateway(Sidecar):
    """`outrider gateway` with a whole configuration of its own, laid over the tests' defaults."""

    role = "gateway"

    def __init__(self, config: dict, **options):
        super().__init__(None, config, **options)


def service(*endpoints, **more) -> dict:
    """A service of one version at upstreams, sidecars or addresses."""
    return {"endpoints": [getattr(one, "address", one) for one in endpoints], **more}


def open_to_all(services: dict, routes: list, **more) -> dict:
    """A configuration that lets everybody in, for tests that are not about who that is."""
    return {"auth": {"anonymous": True}, "services": services, "routes": routes, **more}


def bearer(token: str) -> list:
    return [("Authorization", f"Bearer {token}")]


def key() -> str:
    """The text of a well-formed key: prefix, 32 random bytes, checksum."""
    text = "ork_" + base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")
    rest, check = zlib.crc32(text.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        check = DIGITS[digit] + check
    return text + check


def issue(file: Path, id: str, tenant="", tier="", scopes=(), models=()) -> str:
    """A new key made by `outrider keys new`, whose last line is the key."""
    arguments = ["keys", "new", "--file", file, "--id", id]
    for flag, value in (("--tenant", tenant), ("--tier", tier)):
        arguments += [flag, value] if value else []
    for flag, values in (("--scope", scopes), ("--model", models)):
        arguments += [word for value in values for word in (flag, value)]
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].strip()


class KeyFile:
    """A file of API keys as `outrider keys` writes it; it holds hashes, the keys are told once."""

    def __init__(self, path: Path):
        self.path = path
        self.records: list[dict] = []
        self.texts: list[str] = []
        self.save()

    def add(self, id: str, *, tenant="", tier="", scopes=(), models=None, **secret) -> str:
        """Another caller; yields its key."""
        self.records.append({"id": id, "tenant": tenant, "tier": tier, "scopes": list(scopes),
                             "models": models, "secrets": []})
        return self.rotate(id, **secret)

    def rotate(self, id: str, **secret) -> str:
        """One more secret of the caller, beside those that it has; yields the key."""
        text = key()
        self.texts.append(text)
        hashed = hashlib.sha256(text.encode()).hexdigest()
        self.record(id)["secrets"].append({"hash": f"sha256:{hashed}", **secret})
        self.save()
        return text

    def change(self, id: str, index: int, **secret):
        """Changes what is known of a secret: `state`, `expires`, `notBefore`."""
        self.record(id)["secrets"][index].update(secret)
        self.save()

    def forget(self, id: str, index: int):
        del self.record(id)["secrets"][index]
        self.save()

    def record(self, id: str) -> dict:
        return next(record for record in self.records if record["id"] == id)

    def save(self):
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"keys": self.records}, indent=2))
        fresh.replace(self.path)

    @property
    def auth(self) -> dict:
        """What `auth` says of this file."""
        return {"apiKeys": {"file": str(self.path)}}
